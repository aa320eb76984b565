"""What production adds to an order's card: its steps, and what its goods were made of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.actors import SYSTEM
from inventory.models import StockMove
from production.models import WorkOrder
from production.selectors.costs import actual_costs
from production.selectors.load import load_by_center
from production.selectors.thread import material_demands, order_thread
from production.services.work import issue_materials, report_output, report_time
from sales.models import OrderCost, SalesOrder
from sales.services.shipments import ship_order
from tests.factories.inventory import make_item, make_warehouse, stock_up
from tests.factories.production import make_bom, make_center, make_planned_order, make_plant
from tests.factories.sales import make_sold_item

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 12, 9, tzinfo=UTC)


def make_all(order: SalesOrder, minutes: int = 30) -> None:
    """Issue, work and put out every work order of an order, parts first."""
    for work in WorkOrder.objects.filter(order_line__order=order).order_by("-pk"):
        issue_materials(work_order_id=work.pk, at=AT, by=SYSTEM, key="i")
        for operation in work.operations.order_by("sequence"):
            report_time(operation_id=operation.pk, minutes=Decimal(minutes), at=AT, by=SYSTEM, key="t")
        report_output(work_order_id=work.pk, qty=work.qty, at=AT, by=SYSTEM, key="o")


def ship(order: SalesOrder, qty: Any, key: str) -> None:
    line = order.lines.get()
    ship_order(order_id=order.pk, lines={line.pk: Decimal(qty)}, at=AT + timedelta(days=1), by=SYSTEM, key=key)


def goods_cost(order: SalesOrder) -> Decimal:
    return sum(OrderCost.objects.filter(order=order, kind="goods").values_list("amount", flat=True), Decimal(0))


@pytest.fixture
def order() -> SalesOrder:
    """Seven frames of a bar each; a bar is sawn from tube; bolts are bought."""
    warehouse = make_warehouse()
    saw, weld = make_center("SAW", branch=warehouse.branch), make_center("WELD", branch=warehouse.branch, rate=30)
    frame, bar, tube, bolt = make_sold_item(sku="FRAME"), make_item("BAR"), make_item("TUBE"), make_item("BOLT")
    make_bom(bar, [(tube, "1.5")], [(saw, 0, 1)])
    make_bom(frame, [(bar, 1), (bolt, 4)], [(weld, 0, 1)])
    for item, qty, value in [(tube, 20, "99.99"), (bolt, 100, "7.77"), (bar, 2, "11.11")]:
        stock_up(item, warehouse, qty, value)
    return make_planned_order([(frame, 7)], warehouse=warehouse)


def test_cost_is_traced_through_all_levels(order):
    make_all(order)
    ship(order, 7, "all")
    costs = {row.code: (row.kind, row.qty, row.amount) for row in actual_costs(order.pk)}
    assert costs == {
        "TUBE": ("material", Decimal("7.5"), Decimal("37.50")),
        "BAR": ("material", Decimal(2), Decimal("11.11")),
        "BOLT": ("material", Decimal(28), Decimal("2.18")),
        "SAW": ("work", Decimal(30), Decimal("18.00")),
        "WELD": ("work", Decimal(30), Decimal("15.00")),
    }
    assert sum(amount for _kind, _qty, amount in costs.values()) == goods_cost(order)


def test_parts_of_what_was_shipped_add_up_to_the_cent(order):
    make_all(order)
    for number, qty in enumerate((1, 2, 1)):
        ship(order, qty, f"part {number}")
        assert sum((row.amount for row in actual_costs(order.pk)), Decimal(0)) == goods_cost(order)
    assert actual_costs(order.pk, AT) == []


def test_goods_that_were_bought_are_a_material_of_their_own():
    warehouse, item = make_warehouse(), make_sold_item(sku="LAMP")
    stock_up(item, warehouse, 3, "10.00")
    order = make_planned_order([(item, 3)], warehouse=warehouse)
    ship(order, 2, "two")
    (row,) = actual_costs(order.pk)
    assert (row.kind, row.code, row.item_id, row.qty, row.amount) == (
        "material", "LAMP", item.pk, Decimal(2), Decimal("6.67"),
    )  # fmt: skip


@time_machine.travel(datetime(2026, 3, 20, 12, tzinfo=UTC), tick=False)
def test_the_thread_names_work_orders_and_operations_with_their_state(order):
    steps = order_thread([order.pk])
    assert [(step.kind, step.title) for step in steps] == [
        ("work_order", "BAR 5 pc"),
        ("operation", "SAW"),
        ("work_order", "FRAME 7 pc"),
        ("operation", "WELD"),
    ]
    assert {step.order_id for step in steps} == {order.pk}
    assert all(step.late and step.expected_on == date(2026, 3, 11) for step in steps)
    make_all(order)
    assert [(step.state, step.late, step.done_at) for step in order_thread([order.pk])] == [("done", False, AT)] * 4


def test_material_demands_name_every_level(order):
    demands = material_demands([order.pk])
    assert len(demands[order.pk]) == 3
    assert all(key.startswith("production.material:") for key in demands[order.pk])


def test_statements_of_the_thread_do_not_grow():
    plant = make_plant()
    counts = []
    orders = [make_planned_order([(plant.product, 1)], warehouse=plant.warehouse).pk for _number in range(4)]
    for asked in (orders[:1], orders):
        with CaptureQueriesContext(connection) as captured:
            order_thread(asked)
            material_demands(asked)
        counts.append(len(captured))
    assert counts == [3, 3]


def test_load_counts_working_time_only():
    plant = make_plant()
    make_planned_order([(plant.product, 3)], warehouse=plant.warehouse)
    rows = {(row.code, row.day): row for row in load_by_center(date(2026, 3, 19), date(2026, 3, 21))}
    cut = rows["CUT", date(2026, 3, 19)]
    assert (cut.open_minutes, cut.blocked_minutes, cut.planned_minutes, cut.free_minutes) == (480, 390, 90, 0)
    assert cut.load_pct == Decimal("100.00")
    assert rows["ASM", date(2026, 3, 20)].planned_minutes == 150
    saturday = rows["ASM", date(2026, 3, 21)]
    assert (saturday.open_minutes, saturday.load_pct) == (0, Decimal("0.00"))


def test_output_of_an_averaged_product_is_traced_to_its_last_work_order():
    plant = make_plant(valuation="average")
    order = make_planned_order([(plant.product, 1)], warehouse=plant.warehouse)
    make_all(order)
    ship(order, 1, "one")
    assert {row.code for row in actual_costs(order.pk)} == {"ALU-P", "GLS-8", "HWK", "CUT", "ASM"}
    assert sum(row.amount for row in actual_costs(order.pk)) == goods_cost(order) == StockMove.objects.get(
        kind="output"
    ).value  # fmt: skip
