"""What is known about a deal beside its way: its name, who leads it, when it should close, with whom it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core import policy
from core.actors import Actor, user_or_none
from core.errors import InvalidValue
from core.transactions import command
from crm.models import Client
from sales.choices import DealStatus
from sales.errors import ClientStands, DealClosed, DealNameMissing
from sales.models import Deal, DealCompetitor, DealRole
from sales.services.deals import change_amount, locked_deal, own_entity

DEAL_FIELDS = frozenset({
    "name", "owner_id", "expected_close", "client_id", "legal_entity_id", "source_id", "branch_id", "amount",
    "probability",
})  # fmt: skip
WAY = frozenset({"amount", "probability"})  # part of the deal's history; changed where the history is written
AFTER_CLOSING = frozenset({"owner_id"})


@command
def change_deal(
    *, deal_id: int, changes: Mapping[str, Any], at: datetime, by: Actor, version: int | None = None
) -> Deal:
    """Correct what is known of a deal (DEAL_FIELDS). The same values again change nothing.

    A closed deal keeps everything but its owner. A deal keeps the client it once has; a legal entity is one of that
    client. Locks the deal. Raises StaleVersion, DealClosed, DealNameMissing, ClientStands, ForeignEntity, InvalidValue
    for an unknown field, and what change_amount raises.
    """
    deal = locked_deal(deal_id, by, "sales.move_deal")
    deal.expect_version(version)
    for field in sorted(set(changes) - DEAL_FIELDS):
        raise InvalidValue(field=field, problem=_("unknown"))
    wanted = {name: value.strip() if isinstance(value, str) else value for name, value in changes.items()}
    different = {name: value for name, value in wanted.items() if getattr(deal, name) != value}
    if not different:
        return deal
    if deal.status != DealStatus.OPEN and set(different) - AFTER_CLOSING:
        raise DealClosed(deal=deal, status=deal.get_status_display())
    _check(deal, different, by)
    facts = {name: value for name, value in different.items() if name not in WAY}
    if facts:
        for name, value in facts.items():
            setattr(deal, name, value)
        deal.updated_by = user_or_none(by)
        deal.save(update_fields=[*facts, "updated_by"])
    way: dict[str, Any] = {name: value for name, value in different.items() if name in WAY}
    return change_amount(deal_id=deal_id, at=at, by=by, **way) if way else deal


def _check(deal: Deal, different: Mapping[str, Any], by: Actor) -> None:
    if "name" in different and not different["name"]:
        raise DealNameMissing()
    if "client_id" in different:
        if deal.client_id is not None:
            raise ClientStands(deal=deal, client=deal.client)
        deal.client = Client.objects.get(pk=different["client_id"])
        policy.require(by, "crm.view_client", deal.client)
    if different.get("legal_entity_id") is not None:
        own_entity(deal, different["legal_entity_id"])


@command
def remove_role(*, role_id: int, by: Actor) -> None:
    """Take a person off a deal. One that is gone already stays gone. Locks the deal."""
    role = DealRole.objects.filter(pk=role_id).first()
    if role is not None:
        locked_deal(role.deal_id, by, "sales.move_deal")
        DealRole.objects.filter(pk=role_id).delete()


@command
def remove_competitor(*, competitor_id: int, by: Actor) -> None:
    """Take a competitor off a deal. One that is gone already stays gone. Locks the deal."""
    competitor = DealCompetitor.objects.filter(pk=competitor_id).first()
    if competitor is not None:
        locked_deal(competitor.deal_id, by, "sales.move_deal")
        DealCompetitor.objects.filter(pk=competitor_id).delete()
