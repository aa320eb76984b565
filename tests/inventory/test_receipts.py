from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import InternalError, transaction

from core.actors import SYSTEM
from core.errors import NoRate, NotAllowed
from core.models import Event
from inventory.choices import PurchaseStatus, Tracking
from inventory.errors import (
    GoodsUsedMeanwhile,
    InsufficientStock,
    LineOfAnotherOrder,
    LotNeeded,
    NothingReceived,
    NotPositive,
    PurchaseNotOrdered,
    ReceiptTooLarge,
)
from inventory.models import (
    CostLayer,
    GoodsReceipt,
    Lot,
    Peg,
    StockBalance,
    StockMove,
    Supply,
)
from inventory.selectors.stock import stock_value_as_of
from inventory.services.places import add_location
from inventory.services.receipts import Landed, ReceivedLine, take_back_receipt
from inventory.services.reservations import Need, cover_demands, reserve_goods
from tests.factories.core import make_currency, make_rate, make_user
from tests.factories.inventory import NOON, make_item, take_out
from tests.inventory.receipting import ordered, receive

pytestmark = pytest.mark.django_db


def test_goods_come_in_at_price_and_freight() -> None:
    item = make_item()
    order = ordered((item, 4, "41.25"))
    receipt = receive(order, 4, landed=[Landed("Freight", Decimal("18.00"))], by=make_user("storekeeper"))
    line = receipt.lines.get()
    assert (line.value, line.landed_value) == (Decimal("165.00"), Decimal("18.00"))
    assert line.move is not None and line.move.value == Decimal("183.00")
    order.refresh_from_db()
    assert (order.status, order.lines.get().received_qty) == (PurchaseStatus.RECEIVED, 4)
    assert Supply.objects.get().status == "done"
    assert receipt.number.startswith("GR-2026-")
    assert Event.objects.get(name="inventory.GoodsReceived").payload == {"receipt_id": receipt.pk}


def test_part_by_part() -> None:
    order = ordered((make_item(), 4, 1), (make_item(), 2, 1))
    receive(order, 1)
    order.refresh_from_db()
    assert order.status == PurchaseStatus.PART_RECEIVED
    receive(order, 3, 2)
    order.refresh_from_db()
    assert order.status == PurchaseStatus.RECEIVED


def test_the_same_key_posts_once() -> None:
    order = ordered((make_item(), 4, 1))
    assert receive(order, 1, key="k").pk == receive(order, 1, key="k").pk
    assert order.lines.get().received_qty == 1


def test_rejected_goods_are_counted_and_not_stocked() -> None:
    item = make_item()
    order = ordered((item, 10, 2))
    line = order.lines.get()
    receipt = receive(order, lines=[ReceivedLine(line.pk, Decimal(10), rejected_qty=Decimal(3))])
    line.refresh_from_db()
    assert (line.received_qty, line.rejected_qty) == (10, 3)
    assert receipt.lines.get().value == Decimal("14.00")
    assert StockBalance.objects.get(item=item).qty == 7
    order.refresh_from_db()
    assert order.status == PurchaseStatus.PART_RECEIVED
    receive(order, 3)  # the supplier sends the three again
    order.refresh_from_db()
    assert order.status == PurchaseStatus.RECEIVED


def test_a_delivery_rejected_whole_moves_nothing() -> None:
    order = ordered((make_item(), 10, 2))
    line = ReceivedLine(order.lines.get().pk, Decimal(10), rejected_qty=Decimal(10))
    assert receive(order, lines=[line]).lines.get().move is None
    assert not StockMove.objects.exists()


def test_over_delivery_within_tolerance_only() -> None:
    item = make_item("GLASS", unit="m2", tolerance_pct=10)
    order = ordered((item, 10, 1))
    with pytest.raises(ReceiptTooLarge) as refused:
        receive(order, "11.0001")
    assert str(refused.value) == f"GLASS: 11.0001 m2 received, only 10 m2 still open on {order.number}."
    receive(order, 11)
    assert not GoodsReceipt.objects.exclude(order=order).exists()


def test_refusals_change_nothing() -> None:
    order, other = ordered((make_item(), 4, 1)), ordered((make_item(), 4, 1))
    draft = ordered((make_item(), 4, 1), place=False)
    line = order.lines.get()
    for target, lines, landed, error in [
        (order, [], [], NothingReceived),
        (order, [ReceivedLine(line.pk, Decimal(0))], [], NotPositive),
        (order, [ReceivedLine(line.pk, Decimal(1), rejected_qty=Decimal(2))], [], NotPositive),
        (order, [ReceivedLine(other.lines.get().pk, Decimal(1))], [], LineOfAnotherOrder),
        (order, [ReceivedLine(line.pk, Decimal(3)), ReceivedLine(line.pk, Decimal(2))], [], ReceiptTooLarge),
        (order, [ReceivedLine(line.pk, Decimal(1))], [Landed("Freight", Decimal(0))], NotPositive),
        (draft, [ReceivedLine(draft.lines.get().pk, Decimal(1))], [], PurchaseNotOrdered),
    ]:
        with pytest.raises(error):
            receive(target, lines=lines, landed=landed)
    with pytest.raises(NotAllowed):
        receive(order, 1, by=make_user("seller"))
    assert not GoodsReceipt.objects.exists()
    assert not StockMove.objects.exists()


def test_lots_are_made_by_their_code() -> None:
    item = make_item(tracking=Tracking.LOT)
    order = ordered((item, 4, 1))
    line = order.lines.get()
    with pytest.raises(LotNeeded):
        receive(order, 4)
    receive(order, lines=[ReceivedLine(line.pk, Decimal(2), lot_code=code) for code in ("A", "B")])
    assert list(Lot.objects.order_by("code").values_list("code", "balances__qty")) == [("A", 2), ("B", 2)]


def test_goods_go_to_the_named_place() -> None:
    order = ordered((make_item(), 4, 1))
    shelf = add_location(warehouse_id=order.warehouse_id, code="shelf", by=SYSTEM)
    receive(order, lines=[ReceivedLine(order.lines.get().pk, Decimal(4), location_id=shelf.pk)])
    assert StockBalance.objects.get(qty=4).location == shelf


def test_a_foreign_price_is_turned_at_the_days_rate_and_kept() -> None:
    make_currency("USD")
    order = ordered((make_item(), 3, "10.01"), currency_id="USD")
    with pytest.raises(NoRate):
        receive(order, 1)
    make_rate("USD", "EUR", date(2026, 3, 1), "0.9")
    receipt = receive(order, 3)
    assert (receipt.lines.get().value, receipt.rate) == (Decimal("27.03"), Decimal("0.9"))


def test_a_posted_receipt_is_frozen() -> None:
    receipt = receive(ordered((make_item(), 4, 1)), 4)
    for action in (
        lambda: GoodsReceipt.objects.filter(pk=receipt.pk).update(number="X"),
        lambda: receipt.lines.update(value=1),
        lambda: GoodsReceipt.objects.filter(pk=receipt.pk).delete(),
    ):
        with pytest.raises(InternalError), transaction.atomic():
            action()


def test_a_receipt_taken_back_is_expected_again() -> None:
    item = make_item()
    order = ordered((item, 4, 10))
    reserve_goods(needs=[Need("a", item.pk, order.warehouse_id, Decimal(3))], by=SYSTEM, partial=True)
    receipt = receive(order, 4, landed=[Landed("Freight", Decimal(1))])
    assert cover_demands(keys=["a"], by=SYSTEM)[0].from_stock == 3
    for _twice in range(2):
        take_back_receipt(receipt_id=receipt.pk, at=NOON, by=make_user("storekeeper"), reason="posted twice")
    order.refresh_from_db()
    assert (order.status, order.lines.get().received_qty) == (PurchaseStatus.ORDERED, 0)
    assert stock_value_as_of(NOON) == 0
    row = cover_demands(keys=["a"], by=SYSTEM)[0]
    assert (row.from_stock, row.from_supply) == (0, 3)
    receive(order, 4)
    assert Peg.objects.filter(status="open").get().balance is not None


def test_used_goods_are_not_taken_back() -> None:
    item = make_item()
    order = ordered((item, 4, 10))
    receipt = receive(order, 4)
    take_out(item, order.warehouse, 1)
    with pytest.raises((GoodsUsedMeanwhile, InsufficientStock)):
        take_back_receipt(receipt_id=receipt.pk, at=NOON, by=SYSTEM, reason="x")
    assert order.lines.get().received_qty == 4
    assert CostLayer.objects.get().left_qty == 3
