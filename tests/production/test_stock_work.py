"""Work orders without a sales order: made whole for free stock, planned as others are, never proposed twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from core import ledgers
from core.actors import SYSTEM
from core.errors import NotAllowed
from inventory.errors import ItemUnknown, NotPositive
from inventory.models import Demand, PurchaseOrder, PurchaseOrderLine, StockBalance, Supply
from inventory.selectors.stock import availability
from inventory.services.purchasing import propose_purchases
from inventory.services.reservations import move_supply
from production.choices import WorkOrderStatus
from production.errors import NeededInThePast, NoActiveBom, NotForStock, NotMadeHere, WarehouseClosed
from production.models import CenterSlot, WorkOrder
from production.services.centers import block_center
from production.services.planning import plan_order
from production.services.stock_work import make_for_stock, plan_stock_work
from production.services.work import (
    cancel_work_order,
    close_work_order,
    issue_materials,
    report_output,
    report_time,
)
from sales.services.orders import cancel_order
from tests.factories.core import make_user
from tests.factories.inventory import make_item, make_supplier, make_terms, make_warehouse, stock_up
from tests.factories.production import CONFIRMED, make_bom, make_center, make_planned_order, make_plant
from tests.factories.sales import make_service, make_sold_item

pytestmark = pytest.mark.django_db
D = Decimal


def make(item, qty=4, *, warehouse, by=SYSTEM, at=CONFIRMED, **more) -> WorkOrder:
    return make_for_stock(item_id=item.pk, qty=D(qty), warehouse_id=warehouse.pk, at=at, by=by, **more)


@pytest.fixture
def world():
    """A table of a top (made of board) and legs (bought)."""
    warehouse = make_warehouse()
    saw, bench = (make_center(code, branch=warehouse.branch) for code in ("SAW", "BENCH"))
    items = {"table": make_sold_item(sku="table"), "top": make_item("top"), "board": make_item(), "leg": make_item()}
    for name, days in (("board", 3), ("leg", 1)):
        make_terms(items[name], supplier=make_supplier(), lead_days=days)
    make_bom(items["top"], [(items["board"], 2)], [(saw, 0, 30)])
    make_bom(items["table"], [(items["top"], 1), (items["leg"], 4)], [(bench, 10, 20)])
    return {"warehouse": warehouse, "saw": saw, "bench": bench, **items}


class TestPlanned:
    def test_all_of_it_is_made_and_all_it_needs_is_planned(self, world):
        stock_up(world["table"], world["warehouse"], 10, "900.00")  # what lies there does not matter
        stock_up(world["top"], world["warehouse"], 1, "30.00")
        work = make(world["table"], 4, warehouse=world["warehouse"], due_on=date(2026, 4, 1))
        works = {one.item.sku: one for one in WorkOrder.objects.select_related("item")}
        assert {sku: one.qty for sku, one in works.items()} == {"table": 4, "top": 3}
        assert {one.order_line for one in works.values()} == {None}
        lines = {line.item_id: line.qty for line in PurchaseOrderLine.objects.all()}
        assert lines == {world["board"].pk: 6, world["leg"].pk: 16}
        assert set(PurchaseOrder.objects.values_list("reason", flat=True)) == {work.number}
        assert all(demand.pegged_qty == demand.qty for demand in Demand.objects.all())
        assert work.due_on == date(2026, 4, 1)
        assert ledgers.run_all() == []

    def test_parts_come_first_and_every_operation_has_its_time(self, world):
        work = make(world["table"], 4, warehouse=world["warehouse"])
        part = WorkOrder.objects.get(item=world["top"])
        assert part.ends_at <= work.starts_at < work.ends_at
        assert work.due_on == work.ends_at.date() == work.supply.due_on
        assert CenterSlot.objects.filter(operation__work_order__in=[work, part]).count() == 2

    def test_its_goods_come_for_nobody_until_a_demand_takes_them(self, world, django_capture_on_commit_callbacks):
        work = make(world["table"], 4, warehouse=world["warehouse"])
        there = availability(world["warehouse"].pk, [world["table"].pk])[world["table"].pk]
        assert there.free_incoming == 4
        order = make_planned_order([(world["table"], 6)], warehouse=world["warehouse"])
        rest = WorkOrder.objects.get(order_line__order=order, item=world["table"])
        assert rest.qty == 2  # four of the six come anyway
        assert plan_order(order_id=order.pk, at=CONFIRMED, by=SYSTEM) == list(
            WorkOrder.objects.filter(order_line__order=order).order_by("pk")
        )
        with django_capture_on_commit_callbacks(execute=True):
            cancel_order(order_id=order.pk, at=CONFIRMED, by=SYSTEM, reason="Not needed")
        work.refresh_from_db()
        assert work.status == WorkOrderStatus.PLANNED  # nobody waits for it any more, and it is made all the same
        assert work.supply.pegged_qty == 0

    def test_nothing_is_proposed_or_planned_twice(self, world):
        work = make(world["table"], 4, warehouse=world["warehouse"])
        before = (
            WorkOrder.objects.count(), list(PurchaseOrderLine.objects.values()), list(CenterSlot.objects.values()),
            list(Supply.objects.values()),
        )  # fmt: skip
        plan_stock_work(work_order_id=work.pk, at=CONFIRMED, by=SYSTEM)
        propose_purchases(warehouse_id=world["warehouse"].pk, at=CONFIRMED, by=SYSTEM)
        assert before == (
            WorkOrder.objects.count(), list(PurchaseOrderLine.objects.values()), list(CenterSlot.objects.values()),
            list(Supply.objects.values()),
        )  # fmt: skip

    def test_a_lost_part_is_planned_again(self, world):
        work = make(world["table"], 4, warehouse=world["warehouse"])
        part = WorkOrder.objects.get(item=world["top"])
        cancel_work_order(work_order_id=part.pk, at=CONFIRMED, by=SYSTEM)
        plan_stock_work(work_order_id=work.pk, at=CONFIRMED, by=SYSTEM)
        again = WorkOrder.objects.get(item=world["top"], status=WorkOrderStatus.PLANNED)
        work.refresh_from_db()
        assert again.qty == 4 and again.ends_at <= work.starts_at

    def test_statements_depend_on_the_depth_alone(self, world, django_assert_max_num_queries):
        with django_assert_max_num_queries(140):
            make(world["table"], 400, warehouse=world["warehouse"])


class TestFollowsWhatMoves:
    def test_late_goods_move_the_work_and_the_order_that_waits_for_it(self, world, django_capture_on_commit_callbacks):
        with time_machine.travel(CONFIRMED, tick=False):
            work = make(world["table"], 4, warehouse=world["warehouse"])
            order = make_planned_order([(world["table"], 4)], warehouse=world["warehouse"])
            assert not order.lines.first().work_orders.exists()
            promised, ended = order.promised_on, work.ends_at
            board = PurchaseOrderLine.objects.get(item=world["board"])
            with django_capture_on_commit_callbacks(execute=True):
                move_supply(key=board.supply.key, due_on=board.due_on + timedelta(days=7), by=SYSTEM)
        work.refresh_from_db()
        order.refresh_from_db()
        assert work.ends_at >= ended + timedelta(days=5)
        assert order.promised_on > promised
        assert ledgers.run_all() == []

    def test_a_blocked_centre_moves_it(self, world):
        work = make(world["table"], 4, warehouse=world["warehouse"])
        block_center(
            center_id=world["bench"].pk, starts_at=work.starts_at, ends_at=work.ends_at, reason="Service",
            at=CONFIRMED, by=SYSTEM,
        )  # fmt: skip
        before = work.ends_at
        work.refresh_from_db()
        assert work.ends_at > before
        assert CenterSlot.objects.filter(operation__work_order=work).exists()


def test_it_is_finished_into_free_stock_at_its_cost():
    plant = make_plant()
    for sku, qty in (("ALU-P", 100), ("GLS-8", 20), ("HWK", 20), ("SEAL", 60)):
        stock_up(plant.item(sku), plant.warehouse, qty, "500.00")
    work = make(plant.product, 2, warehouse=plant.warehouse)
    at = datetime(2026, 3, 19, 9, tzinfo=UTC)
    issue_materials(work_order_id=work.pk, at=at, by=SYSTEM, key="all")
    for operation in work.operations.order_by("sequence"):
        report_time(operation_id=operation.pk, minutes=D(60), at=at, by=SYSTEM, key=str(operation.pk))
    work.refresh_from_db()
    if work.status != WorkOrderStatus.DONE:
        report_output(work_order_id=work.pk, qty=D(2), at=at, by=SYSTEM, key="out")
    close_work_order(work_order_id=work.pk, at=at, by=SYSTEM)
    balance = StockBalance.objects.get(item=plant.product)
    assert (balance.qty, balance.reserved) == (2, 0)
    work.refresh_from_db()
    assert (work.status, work.supply.status) == (WorkOrderStatus.CLOSED, "done")
    assert ledgers.run_all() == []


class TestRefusals:
    def test_it_needs_the_right(self, world):
        for role in ("seller", "head_of_sales", "purchaser", "storekeeper", "operator", "accountant"):
            with pytest.raises(NotAllowed):
                make(world["table"], warehouse=world["warehouse"], by=make_user(role))
        assert make(world["table"], warehouse=world["warehouse"], by=make_user("production_lead")).pk

    @pytest.mark.parametrize("qty", ["0", "-1", "0.00001"])
    def test_a_quantity_above_zero(self, world, qty):
        with pytest.raises(NotPositive):
            make(world["table"], qty, warehouse=world["warehouse"])

    def test_an_item_that_is_made_here(self, world):
        service = make_service()
        for item in (world["leg"], service):
            with pytest.raises(NotMadeHere):
                make(item, warehouse=world["warehouse"])
        with pytest.raises(ItemUnknown):
            make_for_stock(item_id=0, qty=D(1), warehouse_id=world["warehouse"].pk, at=CONFIRMED, by=SYSTEM)

    def test_a_recipe_in_force(self, world):
        draft = make_item()
        make_bom(draft, active=False)
        with pytest.raises(NoActiveBom):
            make(draft, warehouse=world["warehouse"])

    def test_a_day_to_come_and_a_warehouse_in_use(self, world):
        with pytest.raises(NeededInThePast):
            make(world["table"], warehouse=world["warehouse"], due_on=date(2026, 3, 10))
        world["warehouse"].is_active = False
        world["warehouse"].save()
        with pytest.raises(WarehouseClosed):
            make(world["table"], warehouse=world["warehouse"])
        assert not WorkOrder.objects.exists()

    def test_work_for_an_order_is_planned_with_the_order(self, world):
        order = make_planned_order([(world["table"], 1)], warehouse=world["warehouse"])
        work = WorkOrder.objects.filter(order_line__order=order)[0]
        with pytest.raises(NotForStock):
            plan_stock_work(work_order_id=work.pk, at=CONFIRMED, by=SYSTEM)
