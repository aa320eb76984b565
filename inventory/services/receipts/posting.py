"""A supplier's goods are posted into stock against what was ordered."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from core import events, policy
from core.actors import Actor, user_or_none
from core.inserting import insert_rows, maker
from core.quantities import NOTHING
from core.selectors.rates import rate_on
from core.services.numbers import take_number
from core.transactions import command, step
from core.updating import add_to_rows
from inventory.choices import LocationKind, MoveKind, PurchaseStatus, ReceiptStatus
from inventory.errors import NotPositive, PurchaseNotOrdered
from inventory.events import GoodsReceived
from inventory.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    LandedCost,
    LandedCostShare,
    PurchaseOrder,
    PurchaseOrderLine,
    StockMove,
)
from inventory.services import goods
from inventory.services.moves import Put, store_goods
from inventory.services.purchasing.drafting import supply_key
from inventory.services.purchasing.orders import change_status
from inventory.services.receipts.arrivals import Arrival, Landed, ReceivedLine, arrivals_of, check

logger = logging.getLogger(__name__)
_new_line = maker(GoodsReceiptLine)


@command
def post_goods_receipt(
    *,
    order_id: int,
    lines: Sequence[ReceivedLine],
    at: datetime,
    by: Actor,
    landed: Sequence[Landed] = (),
    key: str | None = None,
    supplier_note: str = "",
) -> GoodsReceipt:
    """Post goods that came in at `at`: stock, cost layers, coming goods of the order and those they were meant for.

    Prices in another currency are turned into the organisation's at the day's rate, which stays on the receipt.
    A repeat with the same `key` returns the first receipt. Locks the order, then what `store_goods` locks. About
    35 statements for any number of lines. Raises PurchaseNotOrdered, LineOfAnotherOrder, NothingReceived,
    NotPositive, ReceiptTooLarge (tolerance of the item included), LotNeeded, NoRate, PeriodClosed.
    """
    order = PurchaseOrder.objects.select_related("organization", "branch", "warehouse").locked().get(pk=order_id)
    policy.require(by, "inventory.post_goods_receipt", order)
    # Read after the lock: a parallel call with the same key has committed by now.
    if key is not None and (known := GoodsReceipt.objects.filter(order=order, key=key).first()):
        return known
    if order.status not in (PurchaseStatus.ORDERED, PurchaseStatus.PART_RECEIVED):
        raise PurchaseNotOrdered(number=order.number, status=order.get_status_display())
    if any(cost.amount <= 0 for cost in landed):
        raise NotPositive(what=_("A cost"))
    goods.require_open_day(order.branch_id, at)
    order_lines = check(order, lines)
    on = at.astimezone(ZoneInfo(order.branch.time_zone)).date()
    rate = rate_on(order.currency_id, order.organization.currency_id, on)
    arrivals, cost_shares = arrivals_of(order, lines, order_lines, landed, rate)
    receipt = GoodsReceipt.objects.create(
        order=order,
        number=take_number("goods_receipt", organization=order.organization, on=on, branch=order.branch),
        status=ReceiptStatus.POSTED,
        received_at=at,
        rate=rate,
        supplier_note=supplier_note,
        key=key,
        created_by=user_or_none(by),
    )
    moves = _store(receipt, arrivals, at=at, by=by)
    _write_lines(receipt, arrivals, moves, landed, cost_shares, at=at)
    _count_on_order(order, arrivals, at=at, by=by)
    events.publish(GoodsReceived(receipt_id=receipt.pk))
    logger.info("goods received", extra={"receipt_id": receipt.pk, "lines": len(arrivals)})
    return receipt


def _store(receipt: GoodsReceipt, arrivals: Sequence[Arrival], *, at: datetime, by: Actor) -> dict[int, StockMove]:
    """Post what was accepted into stock; the moves by the position of their line."""
    order = receipt.order
    stocked = [n for n, arrival in enumerate(arrivals) if arrival.accepted > 0]
    moves = step(store_goods)(
        puts=[
            Put(
                item_id=arrival.line.item_id,
                warehouse_id=order.warehouse_id,
                qty=arrival.accepted,
                value=arrival.value + arrival.landed,
                source_key=f"inventory.receipt:{receipt.pk}:{n}",
                location_id=arrival.location.pk if arrival.given.location_id else None,
                lot_id=arrival.lot.pk if arrival.lot else None,
                supply_key=supply_key(arrival.line.pk) if arrival.line.supply_id else None,
                document=receipt.number,
            )
            for n, arrival in enumerate(arrivals)
            if arrival.accepted > 0
        ],
        kind=MoveKind.RECEIPT,
        from_kind=LocationKind.SUPPLIER,
        at=at,
        by=by,
        branch_id=order.branch_id,
        items={arrival.line.item_id: arrival.line.item for arrival in arrivals},
    )
    return dict(zip(stocked, moves, strict=True))


def _write_lines(
    receipt: GoodsReceipt,
    arrivals: Sequence[Arrival],
    moves: dict[int, StockMove],
    landed: Sequence[Landed],
    cost_shares: Sequence[Sequence[Decimal]],
    *,
    at: datetime,
) -> None:
    rows = insert_rows(
        [
            _new_line(
                receipt_id=receipt.pk,
                order_line_id=arrival.line.pk,
                location_id=arrival.location.pk,
                lot_id=arrival.lot.pk if arrival.lot else None,
                qty=arrival.given.qty,
                rejected_qty=arrival.given.rejected_qty,
                value=arrival.value,
                landed_value=arrival.landed,
                move_id=moves[n].pk if n in moves else None,
            )
            for n, arrival in enumerate(arrivals)
        ]
    )
    costs = LandedCost.objects.bulk_create(
        [
            LandedCost(receipt=receipt, label=cost.label, amount=cost.amount, key=cost.key, occurred_at=at)
            for cost in landed
        ]
    )
    LandedCostShare.objects.bulk_create(
        [
            LandedCostShare(cost=cost, line=row, amount=amount)
            for cost, amounts in zip(costs, cost_shares, strict=True)
            for row, amount in zip(rows, amounts, strict=True)
            if amount
        ]
    )


def _count_on_order(order: PurchaseOrder, arrivals: Sequence[Arrival], *, at: datetime, by: Actor) -> None:
    """Raise what the order's lines received, and let the order's status follow."""
    deltas: dict[int, dict[str, Decimal]] = {}
    for arrival in arrivals:
        change = deltas.setdefault(arrival.line.pk, {"received_qty": NOTHING, "rejected_qty": NOTHING})
        change["received_qty"] += arrival.given.qty
        change["rejected_qty"] += arrival.given.rejected_qty
    add_to_rows(PurchaseOrderLine, deltas)
    follow_lines(order, at=at, by=by)


def follow_lines(order: PurchaseOrder, *, at: datetime, by: Actor) -> None:
    """Derive an order's status from what its lines received (at most four statements)."""
    received = [
        (came - rejected, wanted)
        for wanted, came, rejected in order.lines.values_list("qty", "received_qty", "rejected_qty")
    ]
    status = PurchaseStatus.PART_RECEIVED
    if all(came >= wanted for came, wanted in received):
        status = PurchaseStatus.RECEIVED
    elif not any(came for came, _wanted in received):
        status = PurchaseStatus.ORDERED
    if order.status != status:
        change_status(order, status, at=at, by=by)
        order.save(update_fields=["status"])
