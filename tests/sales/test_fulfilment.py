from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from core.actors import SYSTEM
from core.errors import NotAllowed
from crm.choices import TaskStatus
from crm.models import Task
from inventory.choices import ServiceRole
from inventory.events import GoodsReceived
from inventory.models import ValueAdjustment
from inventory.ports import UsedShare
from sales.choices import OrderCostKind, OrderStatus
from sales.errors import MoreInvoicedThanOrdered, NotALineOfTheOrder, OrderNotOpen
from sales.handlers import look_for_orders_that_can_be_packed
from sales.models import OrderCost, OrderLine, SalesOrder
from sales.selectors.results import order_cost
from sales.services.confirming import confirm_order
from sales.services.fulfilment import (
    add_cost,
    note_invoiced,
    note_made,
    note_performed,
    record_installation,
    set_promise,
)
from sales.services.late_costs import book_late_costs
from sales.services.shipments import ship_order
from tests.factories.core import make_user
from tests.factories.inventory import make_warehouse, stock_up
from tests.factories.sales import NOON, make_deal, make_order, make_service, make_sold_item, price

pytestmark = pytest.mark.django_db


def confirmed(lines, **fields) -> SalesOrder:
    order = make_order(lines, **fields)
    return confirm_order(order_id=order.pk, at=NOON, by=SYSTEM)


def service(role=ServiceRole.NONE):
    item = make_service(role=role)
    price(item, "10.00")
    return item


class TestMaking:
    def test_the_last_piece_lets_the_storekeeper_pack(self, django_capture_on_commit_callbacks) -> None:
        warehouse, item = make_warehouse(), make_sold_item()
        with django_capture_on_commit_callbacks(execute=True):
            order = confirmed([(item, 3)], warehouse=warehouse)
        line = order.lines.get()
        for made, status in ((2, TaskStatus.TODO), (1, TaskStatus.READY)):
            stock_up(item, warehouse, made, "9.00")
            from inventory.services.reservations import cover_demands

            cover_demands(keys=[line.demand_key], by=SYSTEM)
            note_made(line_id=line.pk, qty=Decimal(made), at=NOON, by=SYSTEM)
            assert Task.objects.get().status == status
        line.refresh_from_db()
        order.refresh_from_db()
        assert (line.made_qty, order.status) == (3, OrderStatus.IN_PROGRESS)

    def test_bought_goods_do_so_too(self, django_capture_on_commit_callbacks) -> None:
        from inventory.models import GoodsReceipt, GoodsReceiptLine
        from tests.factories.inventory import make_purchase_order

        warehouse, item = make_warehouse(), make_sold_item()
        with django_capture_on_commit_callbacks(execute=True):
            order = confirmed([(item, 1)], warehouse=warehouse)
        purchase = make_purchase_order([(item, 1, "1.00")], warehouse=warehouse)
        receipt = GoodsReceipt.objects.create(order=purchase, number="GR-1", received_at=NOON)
        move = stock_up(item, warehouse, 1, "1.00")
        GoodsReceiptLine.objects.create(
            receipt=receipt, order_line=purchase.lines.get(), location_id=move.to_location_id, qty=1, value=1, move=move
        )
        look_for_orders_that_can_be_packed(GoodsReceived(receipt_id=receipt.pk))
        assert Task.objects.get().status == TaskStatus.TODO
        from inventory.services.reservations import cover_demands

        cover_demands(keys=[order.lines.get().demand_key], by=SYSTEM)
        look_for_orders_that_can_be_packed(GoodsReceived(receipt_id=receipt.pk))
        assert Task.objects.get().status == TaskStatus.READY


class TestPromise:
    def test_the_first_promise_is_kept_for_comparison(self) -> None:
        order = confirmed([(make_sold_item(), 1)])
        first, later = date(2026, 3, 24), date(2026, 3, 26)
        for day in (first, later, later):
            order = set_promise(order_id=order.pk, promised_on=day, at=NOON, by=SYSTEM)
        assert (order.first_promised_on, order.promised_on) == (first, later)
        assert order.lines.get().promised_on == later
        version = order.version
        assert set_promise(order_id=order.pk, promised_on=later, at=NOON, by=SYSTEM).version == version

    def test_a_draft_promises_nothing(self) -> None:
        with pytest.raises(OrderNotOpen):
            set_promise(order_id=make_order().pk, promised_on=date(2026, 3, 24), at=NOON, by=SYSTEM)


class TestServices:
    def test_an_order_of_services_is_done_when_they_are(self) -> None:
        first, second = service(), service()
        order = confirmed([(first, 1), (second, 2)])
        lines = {line.item_id: line.pk for line in order.lines.all()}
        order = note_performed(order_id=order.pk, line_ids=[lines[first.pk]], at=NOON, by=SYSTEM)
        assert order.status == OrderStatus.IN_PROGRESS
        for _ in range(2):
            order = note_performed(order_id=order.pk, line_ids=list(lines.values()), at=NOON, by=SYSTEM)
        assert (order.status, order.done_at) == (OrderStatus.DONE, NOON)

    def test_goods_are_shipped_not_performed(self) -> None:
        order = confirmed([(make_sold_item(), 1)])
        with pytest.raises(NotALineOfTheOrder):
            note_performed(order_id=order.pk, line_ids=[order.lines.get().pk], at=NOON, by=SYSTEM)

    def test_an_installation_writes_to_order_and_deal_once(self) -> None:
        deal = make_deal()
        crew = service(ServiceRole.INSTALLATION)
        order = confirmed([(crew, 1)], deal_id=deal.pk)
        for _ in range(2):
            order = record_installation(order_id=order.pk, data={"remark": "Door trimmed"}, at=NOON, by=SYSTEM)
        deal.refresh_from_db()
        assert (order.status, deal.field_data, deal.version) == (OrderStatus.DONE, {"remark": "Door trimmed"}, 2)

    def test_an_installation_before_the_last_goods_closes_its_task_with_them(
        self, django_capture_on_commit_callbacks
    ) -> None:
        warehouse, item = make_warehouse(), make_sold_item()
        with django_capture_on_commit_callbacks(execute=True):
            order = confirmed([(item, 1), (service(ServiceRole.INSTALLATION), 1)], warehouse=warehouse)
        record_installation(order_id=order.pk, data={}, at=NOON, by=SYSTEM)
        stock_up(item, warehouse, 1, "1.00")
        ship_order(order_id=order.pk, at=NOON, by=SYSTEM)
        assert set(Task.objects.values_list("status", flat=True)) == {TaskStatus.DONE}
        order.refresh_from_db()
        assert order.status == OrderStatus.DONE


class TestCosts:
    def test_a_cost_is_booked_once_per_source(self) -> None:
        order = confirmed([(make_sold_item(), 1)])
        for amount in ("220.00", "999.00"):
            add_cost(
                order_id=order.pk, kind=OrderCostKind.INSTALLATION, amount=Decimal(amount), label="Crew", at=NOON,
                by=SYSTEM, source_key="support.visit:1",
            )  # fmt: skip
        assert order_cost(order.pk) == Decimal("220.00")
        assert order_cost(order.pk, at=NOON - timedelta(hours=1)) == 0

    def test_late_value_follows_the_goods_onto_their_orders(self) -> None:
        warehouse, item = make_warehouse(), make_sold_item()
        receipt = stock_up(item, warehouse, 4, "183.00")
        order = confirmed([(item, 3)], warehouse=warehouse)
        ship_order(order_id=order.pk, at=NOON, by=SYSTEM)
        cost = OrderCost.objects.get()
        use = cost.move.uses.get()
        adjustment = ValueAdjustment.objects.create(
            layer=use.layer, receipt_move=receipt, amount=Decimal("2.00"), reason="Freight", occurred_at=NOON,
            source_key="late:1",
        )  # fmt: skip
        foreign = stock_up(make_sold_item(), warehouse, 1, "1.00")
        shares = [
            UsedShare(use=use, move=cost.move, amount=Decimal("1.60"), adjustment=adjustment),
            UsedShare(use=use, move=foreign, amount=Decimal("0.40"), adjustment=adjustment),
        ]
        book_late_costs(shares, NOON, SYSTEM)
        late = OrderCost.objects.get(kind=OrderCostKind.LATE_COST)
        assert (late.order_id, late.amount, late.adjustment, late.label) == (
            order.pk, Decimal("1.60"), adjustment, "Freight",
        )  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            book_late_costs(shares, NOON, SYSTEM)


class TestInvoicing:
    def test_no_line_is_invoiced_beyond_its_order_or_below_nothing(self) -> None:
        order = confirmed([(make_sold_item(), 3)])
        line = order.lines.get()
        note_invoiced(qtys={line.pk: Decimal(2)}, by=SYSTEM)
        for wrong in ("1.0001", "-2.0001"):
            with pytest.raises(MoreInvoicedThanOrdered):
                note_invoiced(qtys={line.pk: Decimal(wrong)}, by=SYSTEM)
        note_invoiced(qtys={line.pk: Decimal(-2)}, by=SYSTEM)
        assert OrderLine.objects.get().invoiced_qty == 0
        with pytest.raises(NotAllowed):
            note_invoiced(qtys={line.pk: Decimal(1)}, by=make_user("seller"))


def test_confirmed_orders_are_frozen_for_the_database() -> None:
    order = confirmed([(make_sold_item(), 3)])
    for change in (
        lambda: order.lines.update(unit_price=1),
        lambda: order.lines.all().delete(),
        lambda: order.taxes.update(tax_amount=0),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    order.lines.update(made_qty=1)
