"""Posting a count: only the differences move, whatever has moved since it began."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from core import events, policy
from core.actors import SYSTEM, Actor, user_or_none
from core.money import cents
from core.services.records import note_status
from core.transactions import command
from inventory.choices import LocationKind, MoveKind, StocktakeStatus
from inventory.errors import StocktakeClosed, StocktakeNotCounted
from inventory.events import StocktakePosted
from inventory.models import CostLayer, Item, StockBalance, StockMove, Stocktake, StocktakeLine
from inventory.services import balances, reservations
from inventory.services.moves import Draw, Put, draw_goods, store_goods

logger = logging.getLogger(__name__)


@command
def post_count(*, stocktake_id: int, at: datetime, by: Actor) -> Stocktake:
    """Move the differences of a count as of its snapshot; lines that nobody counted stay as they are.

    Missing goods leave as loss, set aside or not: whoever needs them last loses his reservation and is covered anew.
    Found goods come in at what the others are worth. From then on a move dated before the snapshot is refused at
    these places. Posting twice changes nothing. Locks the count, then the balances. Statements do not grow with the
    lines. Raises StocktakeClosed, StocktakeNotCounted, InsufficientStock (more has left since than was found),
    CountedMeanwhile (a younger count is posted), PeriodClosed.
    """
    stocktake = Stocktake.objects.select_related("warehouse").locked().get(pk=stocktake_id)
    policy.require(by, "inventory.post_stocktake", stocktake)
    if stocktake.status == StocktakeStatus.POSTED:
        return stocktake
    if stocktake.status != StocktakeStatus.OPEN:
        raise StocktakeClosed(number=stocktake.number, status=stocktake.get_status_display())
    lines = list(stocktake.lines.filter(counted__isnull=False).select_related("item").order_by("pk"))
    if not lines:
        raise StocktakeNotCounted(number=stocktake.number)
    rows = _lock(stocktake, lines)
    missing = [line for line in lines if line.counted is not None and line.counted < line.expected]
    found = [line for line in lines if line.counted is not None and line.counted > line.expected]
    moved = _take_missing(stocktake, missing, by) | _put_found(stocktake, found, by)
    for line in (*missing, *found):
        line.move = moved[line.pk]
    StocktakeLine.objects.bulk_update([*missing, *found], ["move"])
    StockBalance.objects.filter(pk__in=rows).update(counted_at=stocktake.snapshot_at)
    note_status(stocktake, old=stocktake.status, new=StocktakeStatus.POSTED, at=at, by=by)
    stocktake.status, stocktake.posted_at, stocktake.updated_by = StocktakeStatus.POSTED, at, user_or_none(by)
    stocktake.save(update_fields=["status", "posted_at", "updated_by"])
    events.publish(StocktakePosted(stocktake_id=stocktake.pk))
    logger.info("count posted", extra={"stocktake_id": stocktake.pk, "differences": len(moved)})
    return stocktake


def _lock(stocktake: Stocktake, lines: Sequence[StocktakeLine]) -> list[int]:
    """Lock all balances of the items in one order; the rows of the places that were counted, made where none was."""
    wanted = {(line.item_id, line.location_id, line.lot_id) for line in lines}
    balances.make_places(wanted)
    pairs = balances.lock_pairs((item, stocktake.warehouse_id) for item, _, _ in wanted)
    rows = [row for found in pairs.values() for row in found]
    counted = [row for row in rows if (row.item_id, row.location_id, row.lot_id) in wanted]
    balances.require_not_counted(counted, at=stocktake.snapshot_at, by=SYSTEM)
    return [row.pk for row in counted]


def source_key(line: StocktakeLine) -> str:
    """The name of a line's difference among the moves."""
    return f"inventory.count:{line.stocktake_id}:{line.pk}"


def _take_missing(stocktake: Stocktake, lines: Sequence[StocktakeLine], by: Actor) -> dict[int, StockMove]:
    """Missing goods leave as loss; the moves by line."""
    if not lines:
        return {}
    going = {(line.item_id, line.location_id, line.lot_id): line.expected - (line.counted or 0) for line in lines}
    losers = reservations.free_places(going, stocktake.warehouse_id)
    posted = draw_goods(
        draws=[
            Draw(
                item_id=line.item_id, warehouse_id=stocktake.warehouse_id,
                qty=line.expected - (line.counted or Decimal(0)),
                source_key=source_key(line), location_id=line.location_id, lot_id=line.lot_id,
                document=stocktake.number, held=True,
            )
            for line in lines
        ],
        kind=MoveKind.COUNT, to_kind=LocationKind.LOSS, at=stocktake.snapshot_at, by=by,
        branch_id=stocktake.warehouse.branch_id,
    )  # fmt: skip
    if losers:
        reservations.cover_demands(keys=losers, by=SYSTEM)
    return {line.pk: moves[0] for line, moves in zip(lines, posted, strict=True)}


def _put_found(stocktake: Stocktake, lines: Sequence[StocktakeLine], by: Actor) -> dict[int, StockMove]:
    """Found goods come in at what the others of their kind are worth; the moves by line."""
    if not lines:
        return {}
    costs = unit_costs([line.item for line in lines], stocktake.warehouse_id)
    qtys = {line.pk: (line.counted or Decimal(0)) - line.expected for line in lines}
    moves = store_goods(
        puts=[
            Put(
                item_id=line.item_id, warehouse_id=stocktake.warehouse_id, qty=qtys[line.pk],
                value=cents(qtys[line.pk] * costs[line.item_id]), source_key=source_key(line),
                location_id=line.location_id, lot_id=line.lot_id, document=stocktake.number,
            )
            for line in lines
        ],
        kind=MoveKind.COUNT, from_kind=LocationKind.LOSS, at=stocktake.snapshot_at, by=by,
        branch_id=stocktake.warehouse.branch_id,
    )  # fmt: skip
    return {line.pk: move for line, move in zip(lines, moves, strict=True)}


def unit_costs(items: Sequence[Item], warehouse_id: int) -> dict[int, Decimal]:
    """What one of each item is worth: as those that lie there, as the last that came in, else the standard cost."""
    ids = [item.pk for item in items]
    here = CostLayer.objects.filter(item__in=ids, warehouse=warehouse_id)
    lying = here.filter(left_qty__gt=0).order_by().values("item").annotate(q=Sum("left_qty"), v=Sum("left_value"))
    costs = {row["item"]: row["v"] / row["q"] for row in lying}
    last = here.filter(qty__gt=0).exclude(item__in=costs).order_by("item", "-received_at", "-pk").distinct("item")
    costs |= {layer.item_id: layer.value / layer.qty for layer in last}
    return {item.pk: costs.get(item.pk, item.standard_cost) for item in items}
