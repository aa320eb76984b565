from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.actors import SYSTEM
from core.services.records import link
from inventory.choices import SupplyKind
from inventory.models import PurchaseOrderLine, Supply
from inventory.services.reservations import Coming, Need, peg_supplies, register_supplies, reserve_goods
from sales import ports
from sales.models import SalesOrder
from sales.ports import ThreadStep
from sales.selectors.thread import order_thread, order_threads
from sales.services.confirming import confirm_order
from sales.services.fulfilment import set_promise
from sales.services.shipments import ship_order
from tests.factories.inventory import make_item, make_purchase_order, make_warehouse, stock_up
from tests.factories.sales import NOON, make_order, make_sold_item

pytestmark = pytest.mark.django_db
DUE = date(2026, 3, 17)


def bought(item, qty, warehouse, demand_key=None) -> PurchaseOrderLine:
    """A purchase order line that comes as a supply, pegged to a demand when one is named."""
    line = make_purchase_order([(item, qty, "1.00")], warehouse=warehouse).lines.get()
    key = f"inventory.purchase_line:{line.pk}"
    coming = Coming(key, SupplyKind.PURCHASE, item.pk, warehouse.pk, Decimal(qty), due_on=DUE)
    register_supplies(supplies=[coming], by=SYSTEM)
    line.supply, line.due_on = Supply.objects.get(key=key), DUE
    line.save()
    if demand_key:
        peg_supplies(pegs=[(demand_key, key, Decimal(qty))], by=SYSTEM)
    return line


def confirmed(lines, **fields) -> SalesOrder:
    order = make_order(lines, **fields)
    return confirm_order(order_id=order.pk, at=NOON, by=SYSTEM)


def test_the_thread_tells_purchases_tasks_and_shipments(django_capture_on_commit_callbacks, monkeypatch) -> None:
    warehouse = make_warehouse()
    traded, made, material, filler = make_sold_item(), make_sold_item(), make_item(), make_item()
    with django_capture_on_commit_callbacks(execute=True):
        order = confirmed([(traded, 2), (made, 1)], warehouse=warehouse)
    direct = bought(traded, 2, warehouse, order.lines.get(item=traded).demand_key)
    reserve_goods(needs=[Need("production.material:1", material.pk, warehouse.pk, Decimal(5))], by=SYSTEM, partial=True)
    behind = bought(material, 5, warehouse, "production.material:1")
    linked = bought(filler, 6, warehouse)
    link(order, linked.order)
    bought(make_item(), 9, warehouse)
    monkeypatch.setattr(ports.material_demands, "_voices", [lambda ids: {ids[0]: ["production.material:1"]}])
    upper = ThreadStep(order.pk, "invoice", "INV-1", "", "posted", "Posted")
    monkeypatch.setattr(ports.order_thread, "_voices", [lambda ids: [upper]])
    set_promise(order_id=order.pk, promised_on=DUE + timedelta(days=7), at=NOON, by=SYSTEM)
    steps = order_thread(order.pk, today=DUE + timedelta(days=1))
    assert [step.kind for step in steps] == ["purchase", "purchase", "purchase", "task", "invoice"]
    purchases = {step.record[1]: step for step in steps if step.kind == "purchase"}
    assert set(purchases) == {direct.pk, behind.pk, linked.pk}
    assert all((step.state, step.expected_on, step.late) == ("ordered", DUE, True) for step in purchases.values())
    assert steps[3].expected_on == DUE + timedelta(days=7)


def test_a_received_line_and_a_late_shipment_say_so() -> None:
    warehouse, item = make_warehouse(), make_sold_item()
    order = confirmed([(item, 2)], warehouse=warehouse)
    line = bought(item, 2, warehouse, order.lines.get().demand_key)
    PurchaseOrderLine.objects.filter(pk=line.pk).update(received_qty=2)
    stock_up(item, warehouse, 2, "2.00", supply_key=line.supply.key)
    set_promise(order_id=order.pk, promised_on=NOON.date() - timedelta(days=1), at=NOON, by=SYSTEM)
    ship_order(order_id=order.pk, at=NOON, by=SYSTEM, carrier="Norlink")
    purchase, shipment = order_thread(order.pk, today=DUE + timedelta(days=9))
    assert (purchase.state, purchase.late) == ("received", False)
    assert (shipment.title, shipment.done_at, shipment.late) == ("Norlink", NOON, True)


def test_statements_depend_neither_on_lines_nor_on_orders() -> None:
    warehouse, counts = make_warehouse(), []
    orders = []
    for size in (1, 25):
        items = [make_sold_item() for _ in range(size)]
        order = confirmed([(item, 1) for item in items], warehouse=warehouse)
        for item, line in zip(items, order.lines.order_by("position"), strict=True):
            bought(item, 1, warehouse, line.demand_key)
        orders.append(order)
        order_thread(order.pk)  # content types are read once
        with CaptureQueriesContext(connection) as captured:
            assert len(order_thread(order.pk)) == size
        counts.append(len(captured))
    with CaptureQueriesContext(connection) as captured:
        order_threads([order.pk for order in orders])
    assert counts[0] == counts[1] == len(captured) <= 20
