"""Why goods are thrown away in the shop."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core import policy
from core.actors import Actor
from core.services.fingerprints import change_row, delete_unused, refuse_taken
from core.transactions import command
from production.models import ScrapReason


@command
def create_reason(*, name: str, by: Actor) -> ScrapReason:
    """A reason the shop may name for scrap. Raises InvalidValue for a name that is there."""
    policy.require(by, "production.edit_workcenter")
    refuse_taken(ScrapReason, label=_("name"), name__iexact=name)
    return ScrapReason.objects.create(name=name)


@command
def rename_reason(*, reason_id: int, name: str, by: Actor, seen: str = "") -> ScrapReason:
    """Give a reason another name, also for what was reported with it."""
    policy.require(by, "production.edit_workcenter")
    refuse_taken(ScrapReason, label=_("name"), apart_from=reason_id, name__iexact=name)
    return change_row(ScrapReason, reason_id, {"name": name}, seen=seen)


@command
def delete_reason(*, reason_id: int, by: Actor) -> bool:
    """Delete a reason that nobody named yet; False when it is gone. Raises StillUsed."""
    policy.require(by, "production.edit_workcenter")
    reason = ScrapReason.objects.filter(pk=reason_id).first()
    if reason is not None:
        delete_unused(reason)
    return reason is not None
