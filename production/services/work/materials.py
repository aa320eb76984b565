from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from core import policy, quantities
from core.actors import SYSTEM, Actor, user_or_none
from core.transactions import command
from core.updating import add_to_rows
from inventory.choices import LocationKind, MoveKind
from inventory.models import Item, StockMove
from inventory.services.moves import Draw, draw_goods, reverse_move
from production.choices import WipKind
from production.errors import NotAComponent, NotBackable
from production.models import WipEntry, WorkOrder, WorkOrderMaterial
from production.selectors.wip import wip_left
from production.services.keys import material_key
from production.services.work import state

logger = logging.getLogger(__name__)

Portion = tuple[WorkOrderMaterial, Decimal]


@command
def issue_materials(
    *, work_order_id: int, at: datetime, by: Actor, key: str, qtys: Mapping[int, Decimal] | None = None
) -> list[WipEntry]:
    """Take material out of stock into the work order, at the cost of the layers it comes from.

    `qtys` are base units by item, more or less than planned as it really was; None issues all that is still
    needed. What is set aside for the order goes first, then free stock. Starts the order. The same `key` again
    returns the first entries. Locks the order, then (in inventory) balances and layers; the number of statements
    does not grow with the lines. Raises WorkOrderState, NotAComponent, InsufficientStock.
    """
    work = state.locked(work_order_id)
    policy.require(by, "production.issue_materials", work)
    prefix = f"production.issue:{work.pk}:{key}:"
    known = list(WipEntry.objects.filter(source_key__startswith=prefix).order_by("pk"))
    if known:
        return known
    state.refuse_unless(work, state.OPEN)
    portions = _portions(work, qtys)
    if not portions:
        return []
    moves = draw_goods(
        draws=[
            Draw(
                item_id=row.item_id,
                warehouse_id=work.warehouse_id,
                qty=qty,
                source_key=f"{prefix}{row.pk}",
                demand_key=material_key(row.pk) if row.demand_id else None,
                document=work.number,
            )
            for row, qty in portions
        ],
        kind=MoveKind.ISSUE,
        to_kind=LocationKind.PRODUCTION,
        at=at,
        by=by,
        branch_id=work.branch_id,
    )
    entries = _book(work, portions, moves, at=at, by=by)
    add_to_rows(WorkOrderMaterial, {row.pk: {"issued_qty": qty} for row, qty in portions})
    state.start(work, at=at, by=by)
    logger.info("material issued", extra={"work_order_id": work.pk, "lines": len(portions)})
    return entries


def _book(
    work: WorkOrder, portions: Sequence[Portion], moves: Sequence[Sequence[StockMove]], *, at: datetime, by: Actor
) -> list[WipEntry]:
    """What the moves took from stock is in the work order now, one entry per move."""
    return WipEntry.objects.bulk_create(
        [
            WipEntry(
                work_order=work,
                kind=WipKind.MATERIAL,
                amount=move.value,
                material=row,
                move=move,
                qty=move.qty,
                occurred_at=at,
                by=user_or_none(by),
                source_key=move.source_key or "",
            )
            for (row, _qty), found in zip(portions, moves, strict=True)
            for move in found
        ]
    )


def _portions(work: WorkOrder, qtys: Mapping[int, Decimal] | None) -> list[Portion]:
    """What is issued for which line: an item on several lines fills them in turn, the last takes the rest."""
    rows = list(work.materials.order_by("position"))
    if qtys is None:
        return [(row, row.qty - row.issued_qty) for row in rows if row.qty > row.issued_qty]
    unknown = set(qtys) - {row.item_id for row in rows}
    if unknown:
        sku = Item.objects.filter(pk__in=unknown).values_list("sku", flat=True).first()
        raise NotAComponent(sku=sku, number=work.number)
    portions: list[Portion] = []
    for item_id, wanted in qtys.items():
        left = quantities.qty(wanted)
        same = [row for row in rows if row.item_id == item_id]
        for row in same:
            part = left if row is same[-1] else min(left, max(row.qty - row.issued_qty, quantities.NOTHING))
            if part > 0:
                portions.append((row, part))
                left -= part
    return portions


@command
def take_back_material(*, entry_id: int, at: datetime, by: Actor, reason: str) -> WipEntry:
    """Undo one issue of material: its move is reversed and its cost leaves the work order.

    A second call returns the first answer. Raises WorkOrderState, and NotBackable when products have taken the
    cost with them already.
    """
    entry = WipEntry.objects.select_related("move").get(pk=entry_id, kind=WipKind.MATERIAL, amount__gte=0)
    work = state.locked(entry.work_order_id)
    policy.require(by, "production.issue_materials", work)
    source_key = f"production.back:{entry.pk}"
    known = WipEntry.objects.filter(source_key=source_key).first()
    if known is not None:
        return known
    state.refuse_unless(work, state.OPEN)
    if entry.move is None or entry.material is None or wip_left(work.pk) < entry.amount:
        raise NotBackable(number=work.number)
    move = reverse_move(move_id=entry.move.pk, at=at, by=SYSTEM, reason=reason)
    add_to_rows(WorkOrderMaterial, {entry.material.pk: {"issued_qty": -entry.qty}})
    return WipEntry.objects.create(
        work_order=work,
        kind=WipKind.MATERIAL,
        amount=-entry.amount,
        material=entry.material,
        move=move,
        qty=-entry.qty,
        occurred_at=at,
        by=user_or_none(by),
        source_key=source_key,
    )
