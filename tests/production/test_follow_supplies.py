"""Promises follow what comes later, earlier or not at all; and time that is taken from a centre."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import connection, transaction

from core import ledgers
from core.actors import SYSTEM
from core.errors import NotAllowed
from inventory.models import PurchaseOrderLine
from inventory.services.purchasing import cancel_purchase_order, reschedule_line
from inventory.services.receipts import ReceivedLine, post_goods_receipt
from production.choices import WorkOrderStatus
from production.errors import CenterTaken
from production.models import CenterSlot, Operation, WorkOrder
from production.services.centers import block_center, create_work_center, unblock_center
from production.services.planning import plan_order
from production.services.scheduling import demands_waiting_for, follow_supplies, orders_of_demands
from production.services.work import cancel_work_order, report_time
from sales.models import SalesOrder
from sales.services.confirming import confirm_order
from sales.services.orders import cancel_order
from tests.factories.core import make_user
from tests.factories.inventory import make_item, make_supplier, make_terms, make_warehouse
from tests.factories.production import CONFIRMED, Plant, make_bom, make_center, make_planned_order, make_plant
from tests.factories.sales import make_order, make_sold_item

pytestmark = pytest.mark.django_db


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def plant() -> Plant:
    return make_plant()


@pytest.fixture
def order(plant: Plant) -> SalesOrder:
    return make_planned_order([(plant.product, 3)], warehouse=plant.warehouse)


def glass(plant: Plant) -> PurchaseOrderLine:
    return PurchaseOrderLine.objects.get(item=plant.item("GLS-8"))


def times() -> list[tuple[datetime, datetime]]:
    return list(Operation.objects.order_by("pk").values_list("starts_at", "ends_at"))


@time_machine.travel(CONFIRMED, tick=False)
def test_an_earlier_delivery_brings_the_promise_forward(plant, order, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        reschedule_line(line_id=glass(plant).pk, lead_days=2, by=SYSTEM)
    order.refresh_from_db()
    assert (order.promised_on, order.first_promised_on) == (date(2026, 3, 19), date(2026, 3, 24))
    assert times() == [(moment(17, 8), moment(17, 9, 30)), (moment(17, 9, 30), moment(17, 12))]
    assert CenterSlot.objects.filter(operation__isnull=False).count() == 2
    assert ledgers.run_all() == []


@time_machine.travel(CONFIRMED, tick=False)
def test_a_later_delivery_moves_it_back(plant, order, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        reschedule_line(line_id=glass(plant).pk, due_on=date(2026, 3, 23), by=SYSTEM)
    order.refresh_from_db()
    assert order.promised_on == date(2026, 3, 26)
    assert times()[0][0] == moment(24, 8)


def test_received_goods_are_usable_the_next_working_day(plant, order, django_capture_on_commit_callbacks):
    line = glass(plant)
    for sku, at in [("HWK", moment(13, 10)), ("GLS-8", moment(13, 15))]:
        line = PurchaseOrderLine.objects.get(item=plant.item(sku))
        line.order.status = "ordered"
        line.order.save()
        with django_capture_on_commit_callbacks(execute=True):
            post_goods_receipt(
                order_id=line.order_id, lines=[ReceivedLine(order_line_id=line.pk, qty=line.qty)], at=at, by=SYSTEM
            )
    # All is there on Friday the 13th; work begins on Monday.
    order.refresh_from_db()
    assert times()[0][0] == moment(16, 8)
    assert order.promised_on == date(2026, 3, 18)


@time_machine.travel(moment(19, 9), tick=False)
def test_what_should_have_come_is_expected_today(plant, order):
    follow_supplies(supply_ids=[glass(plant).supply_id], at=moment(19, 9), by=SYSTEM)
    order.refresh_from_db()
    assert times()[0][0] == moment(20, 8)
    assert order.promised_on == date(2026, 3, 24)


@time_machine.travel(moment(13, 9), tick=False)
def test_a_cancelled_purchase_counts_from_its_lead_time_again(plant, order, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        cancel_purchase_order(order_id=glass(plant).order_id, at=moment(13, 9), by=SYSTEM)
    order.refresh_from_db()
    # Five working days after Friday the 13th: the 20th, usable on Monday the 23rd.
    assert times()[0][0] == moment(23, 8)
    assert order.promised_on == date(2026, 3, 25)


def test_following_twice_changes_nothing(plant, order):
    supply_id = glass(plant).supply_id
    assert orders_of_demands(demands_waiting_for([supply_id])) == [order.pk]
    before = list(CenterSlot.objects.order_by("pk").values())
    for _twice in range(2):
        follow_supplies(supply_ids=[supply_id], at=CONFIRMED, by=SYSTEM)
    assert list(CenterSlot.objects.order_by("pk").values()) == before


def test_work_that_began_stays_where_it_is(plant, order):
    cut = Operation.objects.get(center=plant.centers["CUT"])
    report_time(
        operation_id=cut.pk, minutes=Decimal(30), at=moment(18, 9), by=SYSTEM, key="early", finished=False
    )  # fmt: skip
    before = list(CenterSlot.objects.filter(operation=cut).values())
    follow_supplies(supply_ids=[glass(plant).supply_id], at=moment(18, 10), by=SYSTEM)
    assert list(CenterSlot.objects.filter(operation=cut).values()) == before


@time_machine.travel(CONFIRMED, tick=False)
def test_goods_of_a_cancelled_order_that_others_count_on_are_made_all_the_same(django_capture_on_commit_callbacks):
    warehouse = make_warehouse()
    center = make_center(branch=warehouse.branch)
    product, part, raw = make_sold_item(), make_item(), make_item()
    make_terms(raw, supplier=make_supplier(), lead_days=2, moq=1)
    make_bom(part, [(raw, 1)], [(center, 0, 60)])
    make_bom(product, [(part, 1)], [(center, 0, 30)])
    first = make_planned_order([(product, 2), (part, 1, 0, 5)], warehouse=warehouse)
    with django_capture_on_commit_callbacks(execute=True):
        cancel_order(order_id=first.pk, reason="no budget", at=CONFIRMED, by=SYSTEM)
        # Between the cancellation and its handler another order takes the coming goods.
        second = make_planned_order([(product, 1)], warehouse=warehouse)
    states = dict(WorkOrder.objects.values_list("item__sku", "status").order_by("qty"))
    assert states == {product.sku: "planned", part.sku: "planned"}
    alone = WorkOrder.objects.get(item=part, qty=1)
    assert alone.status == WorkOrderStatus.CANCELLED
    assert not WorkOrder.objects.filter(order_line__order=second).exists()
    # Raw goods come on Friday the 13th; on Monday two lots of parts take three hours, the product one.
    assert WorkOrder.objects.get(item=product).ends_at == moment(16, 12)
    assert second.promised_on == date(2026, 3, 18)
    assert ledgers.run_all() == []


def test_a_cancelled_work_order_moves_the_promise(plant, order):
    cancel_work_order(work_order_id=WorkOrder.objects.get().pk, at=moment(18, 9), by=SYSTEM)
    order.refresh_from_db()
    assert order.promised_on != date(2026, 3, 24)
    assert not CenterSlot.objects.filter(operation__isnull=False).exists()


@time_machine.travel(CONFIRMED, tick=False)
def test_cancelled_orders_call_their_work_off(plant, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        order = make_order([(plant.product, 3)], warehouse=plant.warehouse, at=CONFIRMED)
        confirm_order(order_id=order.pk, at=CONFIRMED, by=SYSTEM)
    assert WorkOrder.objects.get().status == WorkOrderStatus.PLANNED
    order.refresh_from_db()
    assert order.promised_on == date(2026, 3, 24)
    with django_capture_on_commit_callbacks(execute=True):
        cancel_order(order_id=order.pk, reason="no budget", at=CONFIRMED, by=SYSTEM)
    assert WorkOrder.objects.get().status == WorkOrderStatus.CANCELLED
    assert not CenterSlot.objects.filter(operation__isnull=False).exists()
    assert ledgers.run_all() == []


class TestBlockedTime:
    def block(self, center, since, until, **given):
        given.setdefault("by", SYSTEM)
        return block_center(
            center_id=center.pk, starts_at=since, ends_at=until, reason="Maintenance", at=CONFIRMED, **given
        )

    def test_planned_work_moves_out_of_the_way_and_the_promise_with_it(self, plant, order):
        for _twice in range(2):
            self.block(plant.centers["ASM"], moment(20, 8), moment(20, 16))
        order.refresh_from_db()
        assert times()[1] == (moment(23, 8), moment(23, 10, 30))
        assert order.promised_on == date(2026, 3, 25)
        assert ledgers.run_all() == []

    def test_blocked_time_is_not_blocked_again(self, plant):
        with pytest.raises(CenterTaken) as refused:
            self.block(plant.centers["CUT"], moment(19, 10), moment(19, 11))
        assert str(refused.value) == "CUT is blocked already in that time: Booked."

    def test_time_given_back_can_be_planned(self, plant):
        unblock_center(slot_id=CenterSlot.objects.get(reason="Booked").pk, by=SYSTEM)
        make_planned_order([(plant.product, 3)], warehouse=plant.warehouse)
        assert times()[0] == (moment(19, 8), moment(19, 9, 30))

    def test_one_lane_of_two_leaves_the_other(self, plant):
        center = create_work_center(
            branch_id=plant.branch.pk, code="TWO", name="Two", calendar_id=plant.calendar.pk,
            rate_per_hour=Decimal(10), capacity=2, by=SYSTEM,
        )  # fmt: skip
        slots = self.block(center, moment(12, 8), moment(12, 16), lane=2)
        assert [slot.lane for slot in slots] == [2]

    def test_only_the_lead_blocks(self, plant):
        with pytest.raises(NotAllowed):
            self.block(plant.centers["ASM"], moment(12, 8), moment(12, 9), by=make_user("operator"))


@pytest.mark.django_db(transaction=True)
def test_two_planners_never_give_away_the_same_minutes():
    plant = make_plant()
    orders = []
    for _number in range(2):
        order = make_order([(plant.product, 1)], warehouse=plant.warehouse, at=CONFIRMED)
        confirm_order(order_id=order.pk, at=CONFIRMED, by=SYSTEM)
        orders.append(order)
    WorkOrder.objects.all()
    done = threading.Event()
    failures: list[BaseException] = []

    def second_planner() -> None:
        try:
            plan_order(order_id=orders[1].pk, at=CONFIRMED, by=SYSTEM)
        except BaseException as error:
            failures.append(error)
        finally:
            done.set()
            connection.close()

    with transaction.atomic():
        plan_order(order_id=orders[0].pk, at=CONFIRMED, by=SYSTEM)
        rival = threading.Thread(target=second_planner)
        rival.start()
        assert not done.wait(1.0)  # He waits for the first plan to be written.
    rival.join(20)
    assert failures == []
    cuts = list(Operation.objects.filter(center=plant.centers["CUT"]).order_by("starts_at"))
    assert len(cuts) == 2
    assert cuts[0].ends_at <= cuts[1].starts_at
    assert ledgers.run_all() == []
