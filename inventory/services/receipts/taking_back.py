"""A receipt that was posted by mistake is taken back, its goods and its costs with it."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from core import events, policy
from core.actors import SYSTEM, Actor
from core.quantities import NOTHING
from core.transactions import command
from core.updating import add_to_rows
from inventory.choices import SupplyStatus
from inventory.events import ReceiptTakenBack
from inventory.models import GoodsReceipt, GoodsReceiptLine, PurchaseOrder, PurchaseOrderLine, Supply
from inventory.services import balances, reservations
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
    keys = reservations.free_places(_going(lines), order.warehouse_id)
    reverse_moves(move_ids=[line.move_id or 0 for line in lines], at=at, by=by, reason=reason)
    _reopen(lines)
    follow_lines(order, at=at, by=by)
    reservations.cover_demands(keys=keys, by=SYSTEM)
    events.publish(ReceiptTakenBack(receipt_id=receipt.pk))
    logger.info("receipt taken back", extra={"receipt_id": receipt.pk})
    return receipt


def _going(lines: Sequence[GoodsReceiptLine]) -> dict[balances.Place, Decimal]:
    """What has to leave which place."""
    going: dict[balances.Place, Decimal] = defaultdict(lambda: NOTHING)
    for line in lines:
        going[line.order_line.item_id, line.location_id, line.lot_id] += line.qty - line.rejected_qty
    return going


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
