"""A receipt that was posted by mistake is taken back, its goods and its costs with it."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from core import events, policy
from core.actors import SYSTEM, Actor
from core.db import add_to_rows
from core.quantities import NOTHING
from core.transactions import command
from inventory.choices import PegStatus, SupplyStatus
from inventory.events import ReceiptTakenBack
from inventory.models import Demand, GoodsReceipt, GoodsReceiptLine, Peg, PurchaseOrder, PurchaseOrderLine, Supply
from inventory.services import balances, reservations
from inventory.services.book import Book, open_qty
from inventory.services.moves import reverse_moves
from inventory.services.receipts.posting import follow_lines

logger = logging.getLogger(__name__)


@command
def take_back_receipt(*, receipt_id: int, at: datetime, by: Actor, reason: str) -> GoodsReceipt:
    """Reverse all moves of a receipt; the goods are expected from the supplier again.

    Goods of it that were set aside are given back first, the latest demand first, and those demands wait for the
    reopened supply. Taking back twice changes nothing. Locks the order, the balances, demands, supplies, pegs,
    then what `reverse_moves` locks. Raises GoodsUsedMeanwhile, InsufficientStock when goods have left already.
    """
    receipt = GoodsReceipt.objects.select_related("order").get(pk=receipt_id)
    policy.require(by, "inventory.reverse_move", receipt)
    order = PurchaseOrder.objects.locked().get(pk=receipt.order_id)
    # Read after the lock: a parallel call has committed by now.
    lines = list(
        receipt.lines.filter(move__isnull=False, move__reversed_by__isnull=True)
        .select_related("order_line__supply", "location")
        .order_by("pk")
    )
    if not lines:
        return receipt
    keys = _free_goods(lines, order)
    reverse_moves(move_ids=[line.move_id or 0 for line in lines], at=at, by=by, reason=reason)
    _reopen(lines)
    follow_lines(order, at=at, by=by)
    reservations.cover_demands(keys=keys, by=SYSTEM)
    events.publish(ReceiptTakenBack(receipt_id=receipt.pk))
    logger.info("receipt taken back", extra={"receipt_id": receipt.pk})
    return receipt


def _free_goods(lines: Sequence[GoodsReceiptLine], order: PurchaseOrder) -> list[str]:
    """Release stock pegs where less is free than has to go back; the keys of the demands that lose them."""
    going: dict[balances.Place, Decimal] = defaultdict(lambda: NOTHING)
    for line in lines:
        going[line.order_line.item_id, line.location_id, line.lot_id] += line.qty - line.rejected_qty
    pairs = balances.lock_pairs((item, order.warehouse_id) for item, _, _ in going)
    rows = {(row.item_id, row.location_id, row.lot_id): row for found in pairs.values() for row in found}
    needed = {place: row for place, row in rows.items() if place in going and row.qty - row.reserved < going[place]}
    waiting = Peg.objects.filter(balance__in=needed.values(), status=PegStatus.OPEN)
    demands = {row.pk: row for row in Demand.objects.filter(pk__in=waiting.values("demand")).locked()}
    pegs = list(waiting.locked())
    book, keys = Book(pegs), set()
    for peg in sorted(pegs, key=lambda peg: _importance(demands[peg.demand_id]), reverse=True):
        row = next(row for row in needed.values() if row.pk == peg.balance_id)
        part = min(open_qty(peg), going[row.item_id, row.location_id, row.lot_id] - (row.qty - row.reserved))
        if part > 0:
            book.release(peg, part, demand=demands[peg.demand_id], source=row)
            keys.add(demands[peg.demand_id].key)
    book.write()
    return sorted(keys)


def _importance(demand: Demand) -> tuple[date, int]:
    return (demand.due_on or date.max, demand.pk)


def _reopen(lines: Sequence[GoodsReceiptLine]) -> None:
    """The order's lines and their coming goods are as they were before the receipt."""
    supplies: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    order_lines: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for line in lines:
        order_lines[line.order_line_id]["received_qty"] -= line.qty
        order_lines[line.order_line_id]["rejected_qty"] -= line.rejected_qty
        if line.order_line.supply_id:
            supplies[line.order_line.supply_id]["received_qty"] -= line.qty - line.rejected_qty
    add_to_rows(PurchaseOrderLine, order_lines)
    add_to_rows(Supply, supplies)
    Supply.objects.filter(pk__in=supplies, status=SupplyStatus.DONE).update(status=SupplyStatus.OPEN)
