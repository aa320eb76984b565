from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.actors import SYSTEM
from core.errors import NotAllowed
from crm.choices import TaskStatus
from crm.errors import ClientBlocked
from crm.models import Task
from crm.services.clients import block_client
from inventory.choices import ServiceRole
from inventory.errors import InsufficientStock
from inventory.models import Demand, StockBalance
from sales import ports
from sales.choices import OrderStatus
from sales.errors import CreditLimitExceeded, EmptyDocument, EntityEnded, OrderNotDraft, OrderUnderWay
from sales.models import SalesOrder
from sales.ports import CreditExposure
from sales.services.confirming import confirm_order
from sales.services.fulfilment import note_invoiced
from sales.services.orders import cancel_order
from tests.factories.core import make_tax, make_user
from tests.factories.crm import make_client, make_legal_entity
from tests.factories.inventory import make_warehouse, stock_up
from tests.factories.sales import NOON, make_order, make_service, make_sold_item, price

pytestmark = pytest.mark.django_db


def confirm(order: SalesOrder, **more: object) -> SalesOrder:
    return confirm_order(order_id=order.pk, at=NOON, by=SYSTEM, **more)


def test_goods_are_set_aside_as_far_as_there_are_any() -> None:
    warehouse, item = make_warehouse(), make_sold_item()
    stock_up(item, warehouse, 2, "20.00")
    order = confirm(make_order([(item, 3)], warehouse=warehouse))
    assert (order.status, order.confirmed_at) == (OrderStatus.CONFIRMED, NOON)
    balance = StockBalance.objects.get(item=item)
    assert (balance.qty, balance.reserved) == (2, 2)
    assert Demand.objects.get(key=order.lines.get().demand_key).qty == 3


def test_confirming_twice_changes_nothing() -> None:
    order = make_order()
    confirm(order)
    before = SalesOrder.objects.values().get(pk=order.pk)
    confirm(order)
    assert SalesOrder.objects.values().get(pk=order.pk) == before
    assert Demand.objects.count() == 1


def test_strict_confirmation_refuses_what_is_not_there_and_changes_nothing() -> None:
    warehouse, item = make_warehouse(), make_sold_item()
    stock_up(item, warehouse, 2, "20.00")
    order = make_order([(item, 3)], warehouse=warehouse)
    with pytest.raises(InsufficientStock):
        confirm(order, strict=True)
    order.refresh_from_db()
    assert order.status == OrderStatus.DRAFT
    assert not Demand.objects.exists()
    assert StockBalance.objects.get(item=item).reserved == 0


def test_a_blocked_client_is_refused() -> None:
    order = make_order()
    block_client(client_id=order.client_id, reason="Does not pay", at=NOON, by=SYSTEM)
    with pytest.raises(ClientBlocked):
        confirm(order)


def test_an_ended_entity_cannot_order() -> None:
    entity = make_legal_entity()
    order = make_order(entity=entity)
    entity.valid_to = (NOON - timedelta(days=1)).date()
    entity.save()
    with pytest.raises(EntityEnded):
        confirm(order)


def test_an_order_without_lines_is_refused() -> None:
    order = make_order()
    order.lines.all().delete()
    with pytest.raises(EmptyDocument):
        confirm(order)


def test_a_cancelled_order_cannot_be_confirmed() -> None:
    order = make_order()
    cancel_order(order_id=order.pk, reason="Typo", at=NOON, by=SYSTEM)
    with pytest.raises(OrderNotDraft):
        confirm(order)


class TestCredit:
    """Receivables, confirmed orders not invoiced yet and this order together must fit the limit."""

    @pytest.fixture
    def entity(self):
        return make_legal_entity(make_client(credit_limit=Decimal("300.00")))

    def order(self, entity, qty=1):
        return make_order([(make_sold_item("100.00"), qty)], entity=entity)

    def test_the_limit_itself_still_fits(self, entity) -> None:
        item = make_sold_item("250.00")
        assert confirm(make_order([(item, 1)], entity=entity)).gross_amount == Decimal("300.00")

    def test_orders_not_invoiced_count(self, entity) -> None:
        confirm(self.order(entity))
        confirm(self.order(entity))
        with pytest.raises(CreditLimitExceeded) as refused:
            confirm(self.order(entity))
        assert refused.value.params["on_order"] == Decimal("240.00")

    def test_what_was_invoiced_counts_as_receivable_instead(self, entity) -> None:
        for _ in range(2):
            order = confirm(self.order(entity))
            note_invoiced(qtys={order.lines.get().pk: Decimal(1)}, by=SYSTEM)
        assert confirm(self.order(entity)).status == OrderStatus.CONFIRMED

    def test_receivables_count(self, entity, monkeypatch) -> None:
        owed = CreditExposure(receivable=Decimal("180.01"))
        monkeypatch.setattr(ports.credit_exposure, "_answer", lambda client_id, on: owed)
        order = self.order(entity)
        with pytest.raises(CreditLimitExceeded):
            confirm(order)
        order.refresh_from_db()
        assert order.status == OrderStatus.DRAFT

    def test_without_a_limit_nothing_is_asked(self, monkeypatch) -> None:
        monkeypatch.setattr(ports.credit_exposure, "_answer", lambda client_id, on: pytest.fail("asked"))
        order = make_order()
        confirm(order)
        order.refresh_from_db()
        assert order.status == OrderStatus.CONFIRMED


def test_a_seller_confirms_his_own_orders_only() -> None:
    seller, other = make_user("seller"), make_user("seller")
    order = make_order(owner=seller)
    with pytest.raises(NotAllowed):
        confirm_order(order_id=order.pk, at=NOON, by=other)
    with pytest.raises(NotAllowed):
        confirm_order(order_id=order.pk, at=NOON, by=make_user("storekeeper"))
    assert confirm_order(order_id=order.pk, at=NOON, by=seller).status == OrderStatus.CONFIRMED


def test_tasks_wait_for_goods_and_the_crew_for_the_shipment(django_capture_on_commit_callbacks) -> None:
    goods, crew = make_sold_item(), make_service(role=ServiceRole.INSTALLATION, tax=make_tax(10))
    price(crew, "50.00")
    order = make_order([(goods, 1), (crew, 1)])
    with django_capture_on_commit_callbacks(execute=True):
        confirm(order)
    pack, install = Task.objects.order_by("pk")
    assert (pack.key, pack.status) == (f"sales.order:{order.pk}:pack", TaskStatus.TODO)
    assert (install.key, install.status) == (f"sales.order:{order.pk}:install", TaskStatus.TODO)
    assert install.needs.get().needs == pack


def test_goods_that_stand_ready_can_be_packed_at_once(django_capture_on_commit_callbacks) -> None:
    warehouse, item = make_warehouse(), make_sold_item()
    stock_up(item, warehouse, 1, "10.00")
    order = make_order([(item, 1)], warehouse=warehouse)
    with django_capture_on_commit_callbacks(execute=True):
        confirm(order)
    assert Task.objects.get().status == TaskStatus.READY


def test_cancelling_frees_the_goods_and_the_tasks(django_capture_on_commit_callbacks) -> None:
    warehouse, item = make_warehouse(), make_sold_item()
    stock_up(item, warehouse, 1, "10.00")
    order = make_order([(item, 1)], warehouse=warehouse)
    with django_capture_on_commit_callbacks(execute=True):
        confirm(order)
    for _ in range(2):
        cancelled = cancel_order(order_id=order.pk, reason="Client changed plans", at=NOON, by=SYSTEM)
    assert cancelled.status == OrderStatus.CANCELLED
    assert StockBalance.objects.get(item=item).reserved == 0
    assert Task.objects.get().status == TaskStatus.CANCELLED


def test_an_invoiced_order_cannot_be_cancelled() -> None:
    order = confirm(make_order())
    note_invoiced(qtys={order.lines.get().pk: Decimal(1)}, by=SYSTEM)
    with pytest.raises(OrderUnderWay):
        cancel_order(order_id=order.pk, reason="", at=NOON, by=SYSTEM)


def statements(order: SalesOrder) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        confirm(order)
    return len(captured)


def test_confirming_is_set_wise() -> None:
    """10 lines: at most 30 statements; 100 lines: at most 3 more."""
    counts = {}
    entity = make_legal_entity(make_client(credit_limit=Decimal("1000000")))
    for size in (10, 100):
        warehouse = make_warehouse()
        items = [make_sold_item("1.00") for _ in range(size)]
        for item in items:
            stock_up(item, warehouse, 5, "5.00")
        order = make_order([(item, 2) for item in items], warehouse=warehouse, entity=entity)
        counts[size] = statements(order)
    assert counts[10] <= 30
    assert counts[100] <= counts[10] + 3


def test_the_database_keeps_the_total_and_the_state() -> None:
    order = make_order()
    for changes in ({"gross_amount": 1}, {"status": OrderStatus.CONFIRMED}, {"net_amount": Decimal("0.001")}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SalesOrder.objects.filter(pk=order.pk).update(**changes)
