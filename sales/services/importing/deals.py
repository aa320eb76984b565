"""Deals of another system out of a file, with their way through the pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime
from decimal import Decimal
from typing import Any

import pgtrigger
from django.utils import timezone

from core import policy
from core.actors import Actor, user_or_none
from core.choices import Origin
from core.copying import copy_in
from core.imports import own_fields
from core.imports.profiles import Entry, Written
from core.imports.writing import Wish, grant
from core.models import Branch, Organization
from core.transactions import command
from sales.choices import DealStatus, LossReason, StageCategory
from sales.errors import DealKeepsItsWay
from sales.models import Deal, Stage, StageChange

PLAIN = ("name", "expected_close", "owner_id", "product_name", "source_id", "external_key", "client_id")
STEP_COLUMNS = ("deal", "seq", "from_stage", "to_stage", "at", "recorded_at", "by", "amount", "probability")
FROZEN = "sales.Deal:deal_closed_is_frozen"
REASON = "Imported history"


@command
def import_deals(*, entries: Sequence[Entry], by: Actor) -> list[Written]:
    """Enter deals of another system; a closed one enters its first open stage and is closed on its day.

    A known deal (`record_id`) keeps its way: other words about it are taken over while it is open, another stage,
    amount or end is refused, and so is any change of a closed one. The same rows again change nothing. About eight
    statements for any number of deals. Raises NotAllowed, DealKeepsItsWay.
    """
    policy.require(by, "sales.import_history")
    known = Deal.objects.in_bulk({entry.record_id for entry in entries if entry.record_id})
    stages = {stage.pk: stage for stage in Stage.objects.order_by("pipeline", "position")}
    place = _place(entries)
    wishes = []
    for entry in entries:
        deal = known.get(entry.record_id or 0)
        if deal is not None:
            _require_same_way(deal, entry, stages)
        plain, own = own_fields.split(entry.values)
        values = {name: plain[name] for name in PLAIN if name in plain}
        if own:
            values["custom"] = own
        if deal is None:
            values |= _new(entry.values, stages, place, by)
        wishes.append(Wish(values, deal.pk if deal else None, entry.line))
    has_closed = any(deal.status != DealStatus.OPEN and deal.binned_at for deal in known.values())
    with pgtrigger.ignore(FROZEN) if has_closed else nullcontext():  # out of the bin again
        grant(Deal, [wish for wish in wishes if wish.pk is None], by=by)
        grant(Deal, [wish for wish in wishes if wish.pk is not None], by=by)
    _write_ways([wish for wish in wishes if wish.pk is None], stages, by)
    return [wish.done.written(wish.line, Deal) for wish in wishes if wish.done is not None]


def _place(entries: Sequence[Entry]) -> dict[int | None, Branch]:
    """The branches that rows name, and under None the first one of the first organisation."""
    named = {entry.values["branch_id"] for entry in entries if entry.values.get("branch_id")}
    found: dict[int | None, Branch] = dict(Branch.objects.select_related("organization").in_bulk(named))
    organization = Organization.objects.filter(is_active=True).order_by("pk").first()
    branches = Branch.objects.select_related("organization").filter(organization=organization, is_active=True)
    first = branches.order_by("pk").first()
    if first is not None:
        found[None] = first
    return found


def _new(
    values: dict[str, Any], stages: dict[int, Stage], place: dict[int | None, Branch], by: Actor
) -> dict[str, Any]:
    stage = stages[values["stage_id"]]
    branch = place[values.get("branch_id")]
    status = {StageCategory.WON: DealStatus.WON, StageCategory.LOST: DealStatus.LOST}.get(
        StageCategory(stage.category), DealStatus.OPEN
    )
    lost = status == DealStatus.LOST
    return {
        "organization_id": branch.organization_id,
        "branch_id": branch.pk,
        "currency_id": branch.organization.currency_id,
        "pipeline_id": stage.pipeline_id,
        "stage_id": stage.pk,
        "status": status,
        "amount": values.get("amount", Decimal(0)),
        "probability": stage.probability,
        "opened_at": values["opened_at"],
        "closed_at": values.get("closed_at") if status != DealStatus.OPEN else None,
        "lost_reason": values.get("lost_reason") or LossReason.OTHER if lost else "",
        "lost_note": (values.get("lost_note") or REASON) if lost else "",
        "won_without_quote": REASON if status == DealStatus.WON else "",
        "origin": Origin.IMPORTED,
        "owner_id": values.get("owner_id") or by.pk,
    }


def _require_same_way(deal: Deal, entry: Entry, stages: dict[int, Stage]) -> None:
    """Raise DealKeepsItsWay when a row says otherwise about what a deal's history tells."""
    told = {"stage_id": deal.stage_id, "amount": deal.amount, "opened_at": deal.opened_at, "closed_at": deal.closed_at}
    if deal.status != DealStatus.OPEN:
        told |= {name: getattr(deal, name) for name in PLAIN if name != "owner_id"}
    if deal.closed_at is None or stages[deal.stage_id].category == StageCategory.OPEN:
        told.pop("closed_at")
    different = [name for name, value in told.items() if name in entry.values and entry.values[name] != value]
    if different:
        columns: list[Any] = [Deal._meta.get_field(name.removesuffix("_id")) for name in different]
        labels = [str(column.verbose_name) for column in columns]
        raise DealKeepsItsWay(deal=deal, fields=", ".join(labels))


def _write_ways(wishes: Sequence[Wish], stages: dict[int, Stage], by: Actor) -> None:
    """The steps of new deals: opened in the stage where they stand, or in the first one and closed on their day."""
    user, now = user_or_none(by), timezone.now()
    steps: list[tuple[Any, ...]] = []
    first_of: dict[int, Stage] = {}
    for stage in stages.values():
        if stage.category == StageCategory.OPEN:
            first_of.setdefault(stage.pipeline_id, stage)
    for wish in wishes:
        values, deal_id = wish.values, wish.done.pk if wish.done else 0
        by_id, stage = user.pk if user else None, stages[values["stage_id"]]
        begin = stage if values["closed_at"] is None else first_of[stage.pipeline_id]
        amount = values["amount"]
        steps.append((deal_id, 1, None, begin.pk, values["opened_at"], now, by_id, amount, begin.probability))
        if values["closed_at"] is not None:
            steps.append((deal_id, 2, begin.pk, stage.pk, values["closed_at"], now, by_id, amount, stage.probability))
    copy_in(StageChange, STEP_COLUMNS, steps)


@command
def take_deals_back(*, deal_ids: Sequence[int], at: datetime, by: Actor) -> None:
    """Put imported deals into the bin: their way is a ledger and stays, so they cannot be removed altogether."""
    policy.require(by, "sales.import_history")
    user = user_or_none(by)
    binned = {"binned_at": at, "binned_by_id": user.pk if user else None}
    with pgtrigger.ignore(FROZEN):
        grant(Deal, [Wish(dict(binned), pk) for pk in sorted(deal_ids)], by=by)
