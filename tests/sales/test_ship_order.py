from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.actors import SYSTEM
from core.errors import NotAllowed
from crm.choices import TaskStatus
from crm.models import Task
from inventory.choices import ServiceRole
from inventory.errors import InsufficientStock
from inventory.models import StockBalance, StockMove
from sales.choices import OrderCostKind, OrderStatus, ShipmentStatus
from sales.errors import MoreThanOrdered, NotALineOfTheOrder, NothingToShip, OrderNotOpen
from sales.events import OrderConfirmed
from sales.handlers import ask_for_packing_and_installation
from sales.models import OrderCost, OrderLine, SalesOrder, Shipment, ShipmentLine
from sales.selectors.orders import delivered_on_time_in_full
from sales.selectors.results import costs_by_kind, order_cost, order_revenue
from sales.services.confirming import confirm_order
from sales.services.fulfilment import record_installation, set_promise
from sales.services.shipments import confirm_delivery, ship_order
from tests.factories.core import make_tax, make_user
from tests.factories.inventory import make_warehouse, stock_up
from tests.factories.sales import NOON, make_order, make_service, make_sold_item, price

pytestmark = pytest.mark.django_db


def confirmed(lines, **fields) -> SalesOrder:
    order = make_order(lines, **fields)
    return confirm_order(order_id=order.pk, at=NOON, by=SYSTEM)


def test_step_13_two_shipments_share_the_output_value_to_the_cent() -> None:
    warehouse = make_warehouse()
    product = make_sold_item("549.90")
    crew, van = make_service(role=ServiceRole.INSTALLATION, tax=make_tax(10)), make_service(role=ServiceRole.TRANSPORT)
    price(crew, "389.50")
    price(van, "64.37")
    order = confirmed([(product, 3, "7.5"), (crew, 1), (van, 1)], warehouse=warehouse)
    ask_for_packing_and_installation(OrderConfirmed(order_id=order.pk))
    stock_up(product, warehouse, 3, "940.30")
    set_promise(order_id=order.pk, promised_on=datetime(2026, 3, 24, tzinfo=UTC).date(), at=NOON, by=SYSTEM)
    line = order.lines.get(item=product)
    days = [datetime(2026, 3, 23, 14, tzinfo=UTC), datetime(2026, 3, 24, 9, tzinfo=UTC)]
    for day, qty in zip(days, (2, 1), strict=True):
        ship_order(order_id=order.pk, lines={line.pk: Decimal(qty)}, at=day, by=SYSTEM, carrier="Norlink",
                   carrier_cost=Decimal("52.00") if qty == 1 else None)  # fmt: skip
    values = OrderCost.objects.filter(order=order, kind=OrderCostKind.GOODS).order_by("pk")
    assert list(values.values_list("amount", flat=True)) == [Decimal("626.87"), Decimal("313.43")]
    assert costs_by_kind(order.pk) == {"goods": Decimal("940.30"), "transport": Decimal("52.00")}
    assert order_cost(order.pk, at=days[0]) == Decimal("626.87")
    assert order_revenue(order.pk) == Decimal("1979.84")
    order.refresh_from_db()
    line.refresh_from_db()
    assert (line.shipped_qty, order.status) == (3, OrderStatus.IN_PROGRESS)
    assert order.lines.get(item=van).shipped_qty == 1
    assert delivered_on_time_in_full(order) is True
    assert [task.status for task in Task.objects.order_by("pk")] == [TaskStatus.DONE, TaskStatus.READY]
    for _ in range(2):
        done = record_installation(order_id=order.pk, data={"remark": "ok"}, at=days[1], by=SYSTEM)
    assert (done.status, done.done_at) == (OrderStatus.DONE, days[1])
    assert [task.status for task in Task.objects.order_by("pk")] == [TaskStatus.DONE, TaskStatus.DONE]


def test_moves_are_one_to_one_with_shipment_lines() -> None:
    warehouse = make_warehouse()
    items = [make_sold_item() for _ in range(3)]
    for item in items:
        stock_up(item, warehouse, 5, "50.00")
    order = confirmed([(item, 2) for item in items], warehouse=warehouse)
    shipment = ship_order(order_id=order.pk, at=NOON, by=SYSTEM)
    moves = StockMove.objects.filter(document=shipment.number)
    assert moves.count() == ShipmentLine.objects.filter(shipment=shipment).count() == 3
    assert set(OrderCost.objects.filter(order=order).values_list("amount", flat=True)) == {Decimal("20.00")}
    order.refresh_from_db()
    assert order.status == OrderStatus.DONE


def test_the_same_key_ships_once() -> None:
    warehouse, item = make_warehouse(), make_sold_item()
    stock_up(item, warehouse, 5, "50.00")
    order = confirmed([(item, 4)], warehouse=warehouse)
    line = order.lines.get()
    first = ship_order(order_id=order.pk, lines={line.pk: Decimal(1)}, at=NOON, by=SYSTEM, key="click")
    again = ship_order(order_id=order.pk, lines={line.pk: Decimal(1)}, at=NOON, by=SYSTEM, key="click")
    assert first.pk == again.pk
    assert StockBalance.objects.get(item=item).qty == 4
    assert OrderLine.objects.get(pk=line.pk).shipped_qty == 1


@pytest.mark.parametrize("qty", [Decimal("4.0001"), Decimal(100)])
def test_no_more_than_ordered_leaves(qty) -> None:
    warehouse, item = make_warehouse(), make_sold_item()
    stock_up(item, warehouse, 200, "50.00")
    order = confirmed([(item, 4)], warehouse=warehouse)
    with pytest.raises(MoreThanOrdered):
        ship_order(order_id=order.pk, lines={order.lines.get().pk: qty}, at=NOON, by=SYSTEM)
    assert not Shipment.objects.exists()


def test_a_tolerance_lets_a_little_more_leave() -> None:
    warehouse, item = make_warehouse(), make_sold_item(tolerance_pct=Decimal(5))
    stock_up(item, warehouse, 200, "50.00")
    order = confirmed([(item, 100)], warehouse=warehouse)
    ship_order(order_id=order.pk, lines={order.lines.get().pk: Decimal(105)}, at=NOON, by=SYSTEM)
    assert order.lines.get().shipped_qty == 105


def test_missing_goods_refuse_the_whole_shipment() -> None:
    warehouse, there, missing = make_warehouse(), make_sold_item(), make_sold_item()
    stock_up(there, warehouse, 5, "50.00")
    order = confirmed([(there, 1), (missing, 1)], warehouse=warehouse)
    with pytest.raises(InsufficientStock):
        ship_order(order_id=order.pk, at=NOON, by=SYSTEM)
    assert not Shipment.objects.exists()
    assert StockBalance.objects.get(item=there).qty == 5
    assert not OrderLine.objects.filter(shipped_qty__gt=0).exists()


def test_another_orders_reservation_is_not_shipped() -> None:
    warehouse, item = make_warehouse(), make_sold_item()
    stock_up(item, warehouse, 3, "30.00")
    confirmed([(item, 2)], warehouse=warehouse)
    late = confirmed([(item, 2)], warehouse=warehouse)
    with pytest.raises(InsufficientStock):
        ship_order(order_id=late.pk, at=NOON, by=SYSTEM)
    ship_order(order_id=late.pk, lines={late.lines.get().pk: Decimal(1)}, at=NOON, by=SYSTEM)


def test_refusals_of_what_cannot_be_shipped() -> None:
    warehouse, item = make_warehouse(), make_sold_item()
    stock_up(item, warehouse, 3, "30.00")
    service = make_service()
    price(service, "5.00")
    draft = make_order([(item, 1)], warehouse=warehouse)
    with pytest.raises(OrderNotOpen):
        ship_order(order_id=draft.pk, at=NOON, by=SYSTEM)
    order = confirmed([(item, 1), (service, 1)], warehouse=warehouse)
    with pytest.raises(NotALineOfTheOrder):
        ship_order(order_id=order.pk, lines={order.lines.get(item=service).pk: Decimal(1)}, at=NOON, by=SYSTEM)
    ship_order(order_id=order.pk, at=NOON, by=SYSTEM)
    with pytest.raises(NothingToShip):
        ship_order(order_id=order.pk, at=NOON, by=SYSTEM)


def test_sellers_do_not_ship_and_storekeepers_do() -> None:
    warehouse, item = make_warehouse(), make_sold_item()
    stock_up(item, warehouse, 3, "30.00")
    seller = make_user("seller")
    order = confirmed([(item, 1)], warehouse=warehouse, owner=seller)
    with pytest.raises(NotAllowed):
        ship_order(order_id=order.pk, at=NOON, by=seller)
    with pytest.raises(NotAllowed):
        ship_order(order_id=order.pk, at=NOON, by=make_user("storekeeper", branches=[make_warehouse().branch]))
    keeper = make_user("storekeeper", branches=[warehouse.branch])
    assert ship_order(order_id=order.pk, at=NOON, by=keeper).created_by == keeper


def test_delivery_is_confirmed_once() -> None:
    warehouse, item = make_warehouse(), make_sold_item()
    stock_up(item, warehouse, 3, "30.00")
    order = confirmed([(item, 1)], warehouse=warehouse)
    set_promise(order_id=order.pk, promised_on=NOON.date(), at=NOON, by=SYSTEM)
    assert delivered_on_time_in_full(order) is None
    shipment = ship_order(order_id=order.pk, at=NOON, by=SYSTEM)
    tomorrow = NOON.date() + timedelta(days=1)
    for day in (tomorrow, tomorrow + timedelta(days=5)):
        shipment = confirm_delivery(shipment_id=shipment.pk, on=day, at=NOON, by=SYSTEM)
    assert (shipment.status, shipment.delivered_on) == (ShipmentStatus.DELIVERED, tomorrow)
    order.refresh_from_db()
    assert delivered_on_time_in_full(order) is False


def test_shipping_is_set_wise() -> None:
    """The last goods of an order leave: 10 lines take at most 35 statements, 100 lines at most 3 more."""
    warehouse, counts = make_warehouse(), {}
    for size in (1, 10, 100):  # the first one starts the year's number series
        items = [make_sold_item("1.00") for _ in range(size)]
        for item in items:
            stock_up(item, warehouse, 5, "5.00")
        order = confirmed([(item, 2) for item in items], warehouse=warehouse)
        with CaptureQueriesContext(connection) as captured:
            ship_order(order_id=order.pk, at=NOON, by=SYSTEM)
        counts[size] = len(captured)
    assert counts[10] <= 35
    assert counts[100] <= counts[10] + 3


def test_the_database_refuses_what_python_would() -> None:
    warehouse, item = make_warehouse(), make_sold_item()
    stock_up(item, warehouse, 3, "30.00")
    order = confirmed([(item, 2)], warehouse=warehouse)
    ship_order(order_id=order.pk, at=NOON, by=SYSTEM)
    with pytest.raises(IntegrityError), transaction.atomic():
        OrderLine.objects.filter(order=order).update(shipped_qty=3)
    with pytest.raises(IntegrityError), transaction.atomic():
        OrderLine.objects.filter(order=order).update(invoiced_qty=3)
    for rows in (ShipmentLine.objects.all(), OrderCost.objects.all()):
        with pytest.raises(InternalError), transaction.atomic():
            rows.delete()
    with pytest.raises(InternalError), transaction.atomic():
        OrderCost.objects.update(amount=0)
