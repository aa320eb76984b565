"""Cost that comes to a work order after its products are made goes on to the products, wherever they went."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from core import money
from core.actors import SYSTEM, Actor, user_or_none
from inventory.models import CostLayer, StockMove
from inventory.ports import UsedShare
from inventory.services import valuation
from inventory.services.valuation import Change
from production.choices import WipKind, WorkOrderStatus
from production.models import WipEntry, WorkOrder

FINISHED = [WorkOrderStatus.DONE, WorkOrderStatus.CLOSED]


def pass_on(work: WorkOrder, amount: Decimal, *, at: datetime, by: Actor, source_key: str, reason: str) -> None:
    """Move `amount` of work in progress on to the goods that the order has made, by their quantity.

    The layers of those goods are adjusted in inventory: what is left of them gets dearer, and the cost of what
    was used follows further. Where nothing was made the amount is a loss and leaves as scrap. The caller holds
    the work order's lock; the same `source_key` is written once.
    """
    if not amount or WipEntry.objects.filter(source_key=source_key).exists():
        return
    made = _standing_outputs(work)
    WipEntry.objects.create(
        work_order=work,
        kind=WipKind.SETTLEMENT if made else WipKind.SCRAP,
        amount=-amount,
        occurred_at=at,
        by=user_or_none(by),
        source_key=source_key,
    )
    shares = money.split(amount, [move.qty for move in made]) if made else []
    layers = _layers_of(made)
    valuation.adjust_layers(
        changes=[
            Change(layers[move.pk], move.pk, share, reason, f"{source_key}:{move.pk}")
            for move, share in zip(made, shares, strict=True)
            if share
        ],
        at=at,
        by=SYSTEM,
    )


def _standing_outputs(work: WorkOrder) -> list[StockMove]:
    """The output moves of the order that were not taken back."""
    return list(
        StockMove.objects.filter(
            wip_entries__work_order=work, wip_entries__kind=WipKind.OUTPUT, reversed_by__isnull=True, reversal_of=None
        )
        .select_related("to_location")
        .order_by("pk")
    )


def _layers_of(moves: Sequence[StockMove]) -> dict[int, int]:
    """The layer each move made, or the pool its goods went into."""
    own = dict(CostLayer.objects.filter(move__in=moves).values_list("move_id", "pk"))
    items = {move.item_id for move in moves}
    pools = {
        (pool.item_id, pool.warehouse_id, pool.lot_id): pool.pk
        for pool in CostLayer.objects.filter(item_id__in=items, pooled=True)
    }
    return {
        move.pk: own.get(move.pk) or pools[(move.item_id, move.to_location.warehouse_id or 0, move.lot_id)]
        for move in moves
    }


def follow_value(shares: Sequence[UsedShare], at: datetime, by: Actor) -> None:
    """Take up late cost of material that went into work orders (answers `inventory.ports.value_follows`).

    An order that still runs takes it into its work in progress; one whose products are made hands it on to them.
    Runs in the transaction of the adjustment; each share is written once.
    """
    entries = {
        entry.move_id: entry
        for entry in WipEntry.objects.filter(
            move_id__in=[share.move.pk for share in shares], kind=WipKind.MATERIAL, amount__gte=0
        )
    }
    mine = [share for share in shares if share.move.pk in entries]
    if not mine:
        return
    works = {
        work.pk: work
        for work in WorkOrder.objects.filter(pk__in={entries[share.move.pk].work_order_id for share in mine}).locked()
    }
    first = min(share.adjustment.pk for share in mine)
    taken = _take_in(mine, entries, at=at, by=by)
    for work_order_id, amount in sorted(taken.items()):
        work = works[work_order_id]
        if work.status in FINISHED:
            pass_on(
                work,
                amount,
                at=at,
                by=by,
                source_key=f"production.late_on:{work.pk}:{first}",
                reason=_("Late cost of material of {number}").format(number=work.number),
            )


def _take_in(
    shares: Sequence[UsedShare], entries: dict[int | None, WipEntry], *, at: datetime, by: Actor
) -> dict[int, Decimal]:
    """Write the shares into the work in progress; returns what is new, by work order."""
    rows = [
        WipEntry(
            work_order_id=entries[share.move.pk].work_order_id,
            kind=WipKind.LATE_COST,
            amount=share.amount,
            material_id=entries[share.move.pk].material_id,
            adjustment=share.adjustment,
            occurred_at=at,
            by=user_or_none(by),
            source_key=f"production.late:{share.adjustment.pk}:{share.use.pk}",
        )
        for share in shares
        if share.amount
    ]
    known = set(
        WipEntry.objects.filter(source_key__in=[row.source_key for row in rows]).values_list("source_key", flat=True)
    )
    fresh = [row for row in rows if row.source_key not in known]
    WipEntry.objects.bulk_create(fresh)
    taken: dict[int, Decimal] = defaultdict(Decimal)
    for row in fresh:
        taken[row.work_order_id] += row.amount
    return taken
