"""Many at once: stock is promised once and no more is shipped than was ordered."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db.models import Sum

from core.actors import SYSTEM
from inventory.models import CostLayer, LayerUse, Peg, StockBalance, StockMove
from sales.models import OrderLine, Shipment, ShipmentLine
from sales.services.confirming import confirm_order
from tests.concurrency.guards import without_guards
from tests.concurrency.outcomes import ACTORS, assert_ledgers_clean
from tests.concurrency.race import race
from tests.factories.inventory import make_item, make_warehouse, stock_up
from tests.factories.sales import NOON, make_order, make_sold_item

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def _reserve(*, unguarded: bool) -> tuple[int, Decimal, Decimal]:
    item, warehouse = make_item(), make_warehouse()
    stock_up(item, warehouse, 40, value="400.00")
    calls = [
        ("tests.concurrency.acts:reserve", {"item_id": item.pk, "warehouse_id": warehouse.pk, "actor": n, "times": 20})
        for n in range(ACTORS)
    ]
    granted = sum(answer[1] for answer in race(calls, unguarded=unguarded) if answer[0] == "ok")
    balance = StockBalance.objects.get(item=item)
    pegged = Peg.objects.filter(balance=balance).aggregate(total=Sum("qty"))["total"]
    return granted, balance.reserved, pegged


def test_stock_is_never_promised_twice() -> None:
    granted, reserved, pegged = _reserve(unguarded=False)

    assert granted == 40
    assert reserved == pegged == 40
    assert_ledgers_clean()


def test_without_the_guard_stock_is_promised_twice() -> None:
    with without_guards(StockBalance):
        granted, reserved, pegged = _reserve(unguarded=True)
        assert granted > 40 or reserved != pegged


def _ship(*, unguarded: bool, same_key: bool = False) -> tuple[int, Decimal, Decimal]:
    item, warehouse = make_sold_item("100.00"), make_warehouse()
    stock_up(item, warehouse, 30, value="300.00")
    order = make_order([(item, 3)], warehouse=warehouse)
    confirm_order(order_id=order.pk, at=NOON, by=SYSTEM)
    line = order.lines.get()
    calls = [
        (
            "tests.concurrency.acts:ship",
            {"order_id": order.pk, "line_id": line.pk, "key": "one" if same_key else f"key-{n}"},
        )
        for n in range(ACTORS)
    ]
    race(calls, unguarded=unguarded)
    shipped = ShipmentLine.objects.filter(order_line=line).aggregate(total=Sum("qty"))["total"] or Decimal(0)
    line.refresh_from_db()
    return Shipment.objects.filter(order=order).count(), shipped, line.shipped_qty


def test_no_more_is_shipped_than_ordered() -> None:
    shipments, shipped, counted = _ship(unguarded=False)

    assert (shipments, shipped, counted) == (3, 3, 3)
    assert_ledgers_clean()


def test_the_same_shipment_posted_from_many_windows_is_one() -> None:
    shipments, shipped, counted = _ship(unguarded=False, same_key=True)

    assert (shipments, shipped, counted) == (1, 1, 1)
    assert_ledgers_clean()


def test_without_the_guard_more_is_shipped_than_ordered() -> None:
    with without_guards(OrderLine, StockBalance, CostLayer, StockMove, LayerUse, Shipment):
        _shipments, shipped, counted = _ship(unguarded=True)
        assert shipped > 3 or shipped != counted
