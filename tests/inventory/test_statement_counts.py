"""Posting is set-wise: the number of statements does not depend on the number of lines (PERFORMANCE.md)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.actors import SYSTEM
from inventory.choices import LocationKind, MoveKind
from inventory.models import CostLayer, Item, StockBalance, StockMove, SupplierItem, Supply, Warehouse
from inventory.selectors.stock import availability, stock_as_of, stock_value_as_of
from inventory.services import places
from inventory.services.moves import Draw, Put, Shift, draw_goods, reverse_moves, store_goods, transfer_goods
from inventory.services.purchasing import OrderedLine, draft_purchase_order, place_purchase_order, propose_purchases
from inventory.services.receipts import Landed, ReceivedLine, add_late_cost, post_goods_receipt, take_back_receipt
from inventory.services.reservations import Need, cancel_demands, cover_demands, reserve_goods
from tests.factories.core import make_currency, serial
from tests.factories.inventory import NOON, make_supplier, make_unit, make_warehouse

pytestmark = pytest.mark.django_db

ONE = Decimal(1)


def statements(action: Callable[[], Any]) -> int:
    """How many statements an action takes, savepoints of nested transactions left out."""
    with CaptureQueriesContext(connection) as queries:
        action()
    return len([q for q in queries.captured_queries if "SAVEPOINT" not in q["sql"]])


def items(count: int, **fields: Any) -> list[Item]:
    unit = make_unit()
    return Item.objects.bulk_create([Item(sku=f"S-{serial()}", name="Item", unit=unit, **fields) for _ in range(count)])


def fill(warehouse: Warehouse, goods: list[Item], qty: Decimal = Decimal(10)) -> None:
    puts = [Put(item.pk, warehouse.pk, qty, Decimal("9.99"), f"fill:{serial()}") for item in goods]
    store_goods(
        puts=puts, kind=MoveKind.OPENING, from_kind=LocationKind.OPENING, at=NOON, by=SYSTEM,
        branch_id=warehouse.branch_id,
    )  # fmt: skip


def ordered(warehouse: Warehouse, goods: list[Item]) -> Any:
    order = draft_purchase_order(
        warehouse_id=warehouse.pk,
        supplier_id=make_supplier().pk,
        lines=[OrderedLine(item.pk, Decimal(3), Decimal("1.23")) for item in goods],
        at=NOON,
        by=SYSTEM,
    )
    return place_purchase_order(order_id=order.pk, at=NOON, by=SYSTEM)


def receive(order: Any) -> Any:
    lines = [ReceivedLine(line.pk, line.qty) for line in order.lines.all()]
    return post_goods_receipt(order_id=order.pk, lines=lines, at=NOON, by=SYSTEM, landed=[Landed("Freight", ONE)])


def draw(warehouse: Warehouse, goods: list[Item], keys: list[str] | None = None) -> None:
    draws = [
        Draw(item.pk, warehouse.pk, ONE, f"out:{serial()}", demand_key=keys[n] if keys else None)
        for n, item in enumerate(goods)
    ]
    draw_goods(
        draws=draws, kind=MoveKind.SHIPMENT, to_kind=LocationKind.CUSTOMER, at=NOON, by=SYSTEM,
        branch_id=warehouse.branch_id,
    )  # fmt: skip


def needs(warehouse: Warehouse, goods: list[Item], qty: Decimal = ONE) -> list[Need]:
    return [Need(f"need:{serial()}", item.pk, warehouse.pk, qty) for item in goods]


def test_a_receipt_of_1000_lines() -> None:
    warehouse = make_warehouse()
    receive(ordered(warehouse, items(10)))  # the first document of a year makes its number series
    small, large = ordered(warehouse, items(10)), ordered(warehouse, items(1000))
    few = statements(lambda: receive(small))
    many = statements(lambda: receive(large))
    assert many == few <= 37


@pytest.mark.parametrize("valuation", ["fifo", "average"])
def test_drawing_for_demands(valuation: str) -> None:
    warehouse = make_warehouse()
    places.outside(LocationKind.CUSTOMER)
    counts = []
    for size in (10, 300):
        goods = items(size, valuation=valuation)
        fill(warehouse, goods)
        wanted = needs(warehouse, goods)
        reserving = statements(lambda w=wanted: reserve_goods(needs=w, by=SYSTEM))
        keys = [need.key for need in wanted]
        counts.append((reserving, statements(lambda g=goods, k=keys: draw(warehouse, g, k))))
    assert counts[0] == counts[1]
    assert counts[0][0] <= 10
    assert counts[0][1] <= 20


def test_transferring_and_reversing() -> None:
    here = make_warehouse()
    there = make_warehouse(branch=here.branch)
    counts = []
    for size in (10, 200):
        goods = items(size)
        fill(here, goods)
        shifts = [Shift(item.pk, here.pk, there.pk, ONE, f"shift:{serial()}") for item in goods]
        moving = statements(lambda s=shifts: transfer_goods(shifts=s, at=NOON, by=SYSTEM, branch_id=here.branch_id))
        moves = list(
            StockMove.objects.filter(source_key__in=[s.source_key for s in shifts]).values_list("pk", flat=True)
        )
        back = statements(lambda m=moves: reverse_moves(move_ids=m, at=NOON, by=SYSTEM, reason="back"))
        counts.append((moving, back))
    assert counts[0] == counts[1]


def test_proposing_and_covering() -> None:
    warehouse = make_warehouse()
    supplier, currency = make_supplier(), make_currency()
    counts = []
    propose_purchases(warehouse_id=warehouse.pk, at=NOON, by=SYSTEM)
    for size in (10, 200):
        goods = items(size, min_stock=5)
        SupplierItem.objects.bulk_create(
            [SupplierItem(supplier=supplier, item=item, price=2, currency=currency) for item in goods]
        )
        wanted = needs(warehouse, goods)
        reserve_goods(needs=wanted, by=SYSTEM, partial=True)
        keys = [need.key for need in wanted]
        proposing = statements(lambda: propose_purchases(warehouse_id=warehouse.pk, at=NOON, by=SYSTEM))
        fill(warehouse, goods)
        covering = statements(lambda k=keys: cover_demands(keys=k, by=SYSTEM))
        cancelling = statements(lambda k=keys: cancel_demands(keys=k, by=SYSTEM))
        counts.append((proposing, covering, cancelling))
    assert counts[0][1:] == counts[1][1:]
    assert counts[1][0] <= counts[0][0] <= 30  # the first run of a year makes its number series


def test_late_costs_and_taking_back(followed: list[Any]) -> None:
    warehouse = make_warehouse()
    counts = []
    for size in (10, 200):
        goods = items(size)
        first, second = receive(ordered(warehouse, goods)), receive(ordered(warehouse, goods))
        draw(warehouse, goods)
        late = statements(
            lambda r=first: add_late_cost(
                receipt_id=r.pk, label="Customs", amount=Decimal(50), at=NOON, by=SYSTEM, source_key=f"late:{r.pk}"
            )
        )
        back = statements(
            lambda r=second: take_back_receipt(receipt_id=r.pk, at=NOON, by=SYSTEM, reason="posted twice")
        )
        counts.append((late, back))
    assert counts[0] == counts[1]
    assert sum(share.amount for share in followed) > 0


@pytest.mark.parametrize("rows", [10, 1000])
def test_reading_stock(rows: int) -> None:
    warehouse = make_warehouse()
    goods = items(rows)
    fill(warehouse, goods)
    wanted = [item.pk for item in goods]
    assert statements(lambda: availability(warehouse.pk)) == 3
    assert statements(lambda: availability(warehouse.pk, wanted)) == 3
    assert statements(lambda: stock_as_of(NOON)) == 3
    assert statements(lambda: stock_as_of(NOON, by=("item", "warehouse", "lot"))) == 3
    assert statements(lambda: stock_as_of(NOON, by=("location",))) == 2
    assert statements(lambda: stock_value_as_of(NOON + timedelta(days=1))) == 3
    assert len(stock_as_of(NOON)) == StockBalance.objects.count() == rows
    assert stock_value_as_of(NOON) == rows * Decimal("9.99")


def test_an_old_item_reads_only_the_layers_it_needs() -> None:
    warehouse = make_warehouse()
    (item,) = items(1)
    fill(warehouse, [item] * 300, qty=ONE)
    with CaptureQueriesContext(connection) as queries:
        draw(warehouse, [item])
    read = next(
        q["sql"] for q in queries.captured_queries if "costlayer" in q["sql"] and "FOR NO KEY UPDATE" in q["sql"]
    )
    with connection.cursor() as cursor:
        cursor.execute(read)
        assert len(cursor.fetchall()) <= 2
    assert CostLayer.objects.filter(left_qty=0).count() == 1
    assert Supply.objects.count() == 0
