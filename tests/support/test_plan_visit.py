from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.actors import SYSTEM
from core.errors import NotAllowed
from crm.models import Task
from inventory.choices import ServiceRole
from sales.models import OrderLine
from sales.services.confirming import confirm_order
from sales.services.shipments import ship_order
from support.choices import VisitStatus
from support.errors import NothingToInstall, VisitClosed
from support.models import InstallationVisit
from support.selectors.answers import order_thread
from support.services.visits import fail_visit, finish_visit, plan_visit, start_visit
from tests.factories.core import make_user
from tests.factories.inventory import make_warehouse, stock_up
from tests.factories.sales import NOON, make_order, make_sold_item
from tests.factories.support import SHIPPED, make_installable_order, make_report, make_ticket, make_visit

pytestmark = pytest.mark.django_db

D = Decimal
SLOT = (datetime(2026, 3, 25, 9, tzinfo=UTC), datetime(2026, 3, 25, 15, tzinfo=UTC))


def plan(order, **fields) -> InstallationVisit:
    return plan_visit(**{"order_id": order.pk, "at": SHIPPED, "by": SYSTEM, **fields})


def test_the_fee_is_at_first_what_the_installation_was_estimated_at():
    order = make_installable_order()
    OrderLine.objects.filter(item__service_role=ServiceRole.INSTALLATION).update(cost_amount=D("220.00"))
    visit = plan(order)
    assert (visit.fee, visit.order, visit.warehouse, visit.status) == (D("220.00"), order, order.warehouse, "planned")
    assert visit.number.startswith("IV-2026-")


def test_planning_again_changes_the_plan_and_makes_no_second_visit():
    order = make_installable_order()
    first = plan(order)
    second = plan(order, crew="Crew 2", slot=SLOT, fee=D("199.999"))
    assert (second.pk, second.crew, second.fee) == (first.pk, "Crew 2", D("200.00"))
    third = plan(order, crew="Crew 2")
    assert (third.slot.lower, third.version) == (SLOT[0], second.version)
    assert InstallationVisit.objects.count() == 1


def test_shipping_plans_the_visit_with_its_task_once(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        order = make_installable_order(shipped=False)
    with django_capture_on_commit_callbacks(execute=True):
        ship_order(order_id=order.pk, at=SHIPPED, by=SYSTEM)
    visit = InstallationVisit.objects.get()
    assert visit.task == Task.objects.get(key=f"sales.order:{order.pk}:install")
    assert plan(order, crew="Crew 1").pk == visit.pk


def test_goods_without_installation_plan_no_visit(django_capture_on_commit_callbacks):
    item, warehouse = make_sold_item(), make_warehouse()
    stock_up(item, warehouse, 1, 1)
    with django_capture_on_commit_callbacks(execute=True):
        order = confirm_order(order_id=make_order([(item, 1)], warehouse=warehouse).pk, at=NOON, by=SYSTEM)
        ship_order(order_id=order.pk, at=SHIPPED, by=SYSTEM)
    assert not InstallationVisit.objects.exists()


def test_a_failed_visit_makes_room_for_another():
    order = make_installable_order()
    first = plan(order)
    start_visit(visit_id=first.pk, at=SLOT[0], by=SYSTEM)
    start_visit(visit_id=first.pk, at=SLOT[0], by=SYSTEM)
    failed = fail_visit(visit_id=first.pk, reason="nobody there", at=SLOT[1], by=SYSTEM)
    assert (failed.status, failed.remark) == (VisitStatus.FAILED, "nobody there")
    with pytest.raises(VisitClosed):
        finish_visit(visit_id=first.pk, report=make_report(), at=SLOT[1], by=SYSTEM)
    assert plan(order).pk != first.pk


def test_refusals():
    draft = make_order()
    with pytest.raises(NothingToInstall):
        plan(draft)
    order = make_installable_order()
    for user in (make_user("storekeeper"), make_user("seller")):  # the seller does not own the order
        with pytest.raises(NotAllowed):
            plan(order, by=user)
    visit = plan(order)
    finish_visit(visit_id=visit.pk, report=make_report(), at=SLOT[1], by=SYSTEM)
    assert plan(order).pk == visit.pk
    with pytest.raises(VisitClosed):
        plan(order, crew="Crew 9")
    with pytest.raises(VisitClosed):
        fail_visit(visit_id=visit.pk, reason="x", at=SLOT[1], by=SYSTEM)


def test_the_database_allows_one_open_visit_per_order():
    visit = make_visit()
    twin = {"order": visit.order, "branch": visit.branch, "warehouse": visit.warehouse}
    for wrong in (
        {"number": "A"},
        {"number": "B", "status": "failed", "fee": D("-1")},
        {"number": visit.number, "status": "failed"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            InstallationVisit.objects.create(**twin, **wrong)


def test_visits_and_complaints_are_steps_of_the_orders_thread():
    visit = make_visit(slot=SLOT)
    ticket = make_ticket(order_id=visit.order_id, subject="Scratch")
    with time_machine.travel(SLOT[1] + timedelta(days=60)):
        steps = order_thread([visit.order_id])
    assert [(step.kind, step.number, step.state, step.late, step.expected_on) for step in steps] == [
        ("visit", visit.number, "planned", True, SLOT[0].date()),
        ("ticket", ticket.number, "new", True, ticket.sla_due_at.date()),
    ]
    finish_visit(visit_id=visit.pk, report=make_report(), at=SLOT[1], by=SYSTEM)
    done = order_thread([visit.order_id])[0]
    assert (done.state, done.done_at, done.late, done.owner) == ("done", SLOT[1], False, "Crew 2")


def test_many_orders_take_as_many_statements_as_one():
    orders = [make_visit().order for _ in range(4)]
    for some in (orders[:1], orders):
        with CaptureQueriesContext(connection) as captured:
            assert len(order_thread([order.pk for order in some])) == len(some)
        assert len(captured) == 2
