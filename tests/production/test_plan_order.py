"""Planning an order: what is made, bought and pegged, on every level, once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from psycopg2.extras import DateTimeTZRange

from core import ledgers
from core.actors import SYSTEM
from core.errors import NotAllowed
from inventory.models import Demand, Item, Peg, PurchaseOrder, PurchaseOrderLine, Supply
from inventory.services.purchasing import cancel_purchase_order
from inventory.services.reservations import Need, reserve_goods
from production.choices import WorkOrderStatus
from production.errors import OrderNotConfirmed
from production.models import CenterSlot, Operation, WorkOrder, WorkOrderMaterial
from production.selectors.promise import promise_for_lines, promise_for_order
from production.services.planning import plan_order
from production.services.work import cancel_work_order
from sales.models import SalesOrder
from sales.services.confirming import confirm_order
from sales.services.orders import cancel_order
from tests.factories.core import make_user
from tests.factories.inventory import make_item, make_supplier, make_terms, make_warehouse, stock_up
from tests.factories.production import CONFIRMED, make_bom, make_center, make_planned_order, make_plant
from tests.factories.sales import make_order, make_sold_item

pytestmark = pytest.mark.django_db


def bought(lead_days: int = 2, **terms: Any) -> Item:
    item = make_item()
    make_terms(item, supplier=make_supplier(), lead_days=lead_days, **terms)
    return item


def confirmed(lines: list[tuple[Item, Any]], warehouse: Any, at: datetime = CONFIRMED) -> SalesOrder:
    order = make_order(lines, warehouse=warehouse, at=at)
    return confirm_order(order_id=order.pk, at=at, by=SYSTEM)


def plan(order: SalesOrder, at: datetime = CONFIRMED) -> list[WorkOrder]:
    return plan_order(order_id=order.pk, at=at, by=SYSTEM)


class TestLevels:
    """A cupboard: two doors of a panel and hinges each, a body of four panels; a panel is made of board."""

    @pytest.fixture
    def world(self) -> dict[str, Any]:
        warehouse = make_warehouse()
        saw = make_center("SAW", branch=warehouse.branch)
        bench = make_center("BENCH", branch=warehouse.branch)
        items = {"cupboard": make_sold_item(sku="cupboard"), "board": bought(3), "hinge": bought(1)}
        items |= {name: make_item(name) for name in ("door", "body", "panel")}
        make_bom(items["panel"], [(items["board"], "0.5")], [(saw, 0, 6)])
        make_bom(items["door"], [(items["panel"], 1), (items["hinge"], 2)], [(bench, 0, 10)])
        make_bom(items["body"], [(items["panel"], 4)], [(bench, 0, 30)])
        make_bom(items["cupboard"], [(items["door"], 2), (items["body"], 1)], [(bench, 10, 20)])
        return {"warehouse": warehouse, **items}

    def test_every_level_is_netted_and_parts_are_made_in_one_lot(self, world):
        stock_up(world["door"], world["warehouse"], 3, "90.00")
        stock_up(world["panel"], world["warehouse"], 10, "50.00")
        stock_up(world["hinge"], world["warehouse"], 1, "2.00")
        order = confirmed([(world["cupboard"], 5)], world["warehouse"])
        works = {work.item.sku: work for work in plan(order)}
        # 10 doors less 3; 5 bodies; 7 + 20 panels less 10; 8.5 of board; 14 hinges less 1.
        assert {sku: work.qty for sku, work in works.items()} == {"cupboard": 5, "door": 7, "body": 5, "panel": 17}
        lines = {line.item_id: line.qty for line in PurchaseOrderLine.objects.all()}
        assert lines == {world["board"].pk: Decimal("8.5"), world["hinge"].pk: Decimal(13)}
        assert all(demand.pegged_qty == demand.qty for demand in Demand.objects.all())
        assert {work.order_line.order_id for work in works.values()} == {order.pk}
        assert ledgers.run_all() == []

    def test_parts_are_made_before_what_they_go_into(self, world):
        order = confirmed([(world["cupboard"], 5)], world["warehouse"])
        works = {work.item.sku: work for work in plan(order)}
        assert works["panel"].ends_at <= works["door"].starts_at
        assert works["panel"].ends_at <= works["body"].starts_at
        assert max(works["door"].ends_at, works["body"].ends_at) <= works["cupboard"].starts_at
        # Board is there on Monday the 16th; 30 panels take three hours on Tuesday.
        assert works["panel"].starts_at == datetime(2026, 3, 17, 8, tzinfo=UTC)
        assert works["panel"].ends_at == datetime(2026, 3, 17, 11, tzinfo=UTC)
        supplies = dict(Supply.objects.filter(kind="make").values_list("label", "due_on"))
        assert supplies[works["panel"].number] == works["panel"].due_on == date(2026, 3, 17)

    def test_the_promise_before_winning_is_the_promise_after(self, world):
        stock_up(world["door"], world["warehouse"], 3, "90.00")
        asked = promise_for_lines([(world["cupboard"].pk, Decimal(5))], world["warehouse"].pk, CONFIRMED)
        order = confirmed([(world["cupboard"], 5)], world["warehouse"])
        plan(order)
        order.refresh_from_db()
        given = promise_for_order(order.pk, CONFIRMED)
        assert (asked.deliver_on, asked.ship_on) == (given.deliver_on, given.ship_on)
        assert order.promised_on == given.deliver_on
        times = [
            {(row.item, row.center, row.starts_at, row.ends_at) for row in promise.operations}
            for promise in (asked, given)
        ]
        assert times[0] == times[1]
        assert str(asked.bottleneck) == str(given.bottleneck) == world["board"].sku

    def test_a_plan_that_lost_a_piece_is_completed(self, world):
        order = confirmed([(world["cupboard"], 5)], world["warehouse"])
        works = {work.item.sku: work for work in plan(order)}
        cancel_work_order(work_order_id=works["body"].pk, at=CONFIRMED, by=SYSTEM, reason="drawing changed")
        again = [work for work in plan(order) if work.status != WorkOrderStatus.CANCELLED]
        assert sorted(work.item.sku for work in again) == ["body", "cupboard", "door", "panel"]
        body = next(work for work in again if work.item.sku == "body")
        assert body.qty == 5
        # The panels of the first body were free again and serve the second one.
        assert sum(work.qty for work in again if work.item.sku == "panel") == 30
        assert ledgers.run_all() == []


def state() -> list[Any]:
    models = (
        WorkOrder,
        WorkOrderMaterial,
        Operation,
        CenterSlot,
        PurchaseOrder,
        PurchaseOrderLine,
        Peg,
        Demand,
        Supply,
    )
    return [list(model.objects.order_by("pk").values()) for model in (*models, SalesOrder)]


def test_planning_twice_changes_nothing_even_later():
    plant = make_plant()
    order = confirmed([(plant.product, 3)], plant.warehouse)
    plan(order)
    before = state()
    plan(order, CONFIRMED + timedelta(days=1))
    assert state() == before


def test_the_same_data_gives_the_same_plan():
    plans = []
    for _world in range(2):
        mark = transaction.savepoint()
        plant = make_plant()
        for qty in (3, 5, 2):
            make_planned_order([(plant.product, qty)], warehouse=plant.warehouse)
        rows = Operation.objects.order_by("pk").values_list("center__code", "starts_at", "ends_at")
        slots = CenterSlot.objects.order_by("center__code", "lane", "period").values_list("center__code", "period")
        plans.append((list(rows), list(slots), list(SalesOrder.objects.order_by("pk").values_list("promised_on"))))
        transaction.savepoint_rollback(mark)
    assert plans[0] == plans[1]


def test_goods_from_stock_ship_tomorrow_and_need_no_work():
    warehouse = make_warehouse()
    item = make_sold_item()
    stock_up(item, warehouse, 5, "10.00")
    order = make_planned_order([(item, 5)], warehouse=warehouse)
    assert order.promised_on == date(2026, 3, 13)
    promise = promise_for_order(order.pk, CONFIRMED)
    assert (promise.ship_on, promise.operations, promise.bottleneck) == (date(2026, 3, 12), (), None)


def test_bought_goods_ship_when_they_can_be_used():
    warehouse = make_warehouse()
    item = make_sold_item()
    make_terms(item, supplier=make_supplier(), lead_days=3)
    order = make_planned_order([(item, 5)], warehouse=warehouse)
    promise = promise_for_order(order.pk, CONFIRMED)
    # Due Monday 16, usable and shipped on Tuesday 17, there on Wednesday 18.
    assert (promise.ship_on, promise.deliver_on) == (date(2026, 3, 17), date(2026, 3, 18))
    assert str(promise.bottleneck) == item.sku
    assert order.promised_on == promise.deliver_on


def test_a_second_order_queues_behind_the_first():
    plant = make_plant()
    first = make_planned_order([(plant.product, 3)], warehouse=plant.warehouse)
    second = make_planned_order([(plant.product, 3)], warehouse=plant.warehouse, at=CONFIRMED + timedelta(hours=1))
    cut = Operation.objects.filter(center=plant.centers["CUT"]).order_by("pk")
    assert [row.starts_at for row in cut] == sorted(row.starts_at for row in cut)
    assert cut[1].starts_at >= cut[0].ends_at
    assert first.promised_on <= second.promised_on
    assert ledgers.run_all() == []


def test_free_coming_goods_are_used_before_anything_is_made_or_bought():
    warehouse = make_warehouse()
    item, part = make_sold_item(), bought(moq=10)
    make_bom(item, [(part, 1)])
    make_planned_order([(item, 4)], warehouse=warehouse)
    make_planned_order([(item, 6)], warehouse=warehouse)
    assert [line.qty for line in PurchaseOrderLine.objects.all()] == [10]
    assert [row.pegged_qty for row in Supply.objects.filter(kind="purchase")] == [10]


def test_a_cancelled_purchase_is_proposed_again():
    plant = make_plant()
    order = make_planned_order([(plant.product, 3)], warehouse=plant.warehouse)
    glass = PurchaseOrderLine.objects.get(item=plant.item("GLS-8"))
    cancel_purchase_order(order_id=glass.order_id, at=CONFIRMED, by=SYSTEM)
    plan(order, CONFIRMED + timedelta(days=2))
    order.refresh_from_db()
    assert PurchaseOrderLine.objects.filter(item=plant.item("GLS-8")).count() == 2
    assert WorkOrder.objects.count() == 1
    assert order.promised_on == date(2026, 3, 25)


def test_only_confirmed_orders_are_planned():
    plant = make_plant()
    draft = make_order([(plant.product, 3)], warehouse=plant.warehouse)
    with pytest.raises(OrderNotConfirmed):
        plan(draft)
    order = confirmed([(plant.product, 3)], plant.warehouse)
    cancel_order(order_id=order.pk, reason="changed his mind", at=CONFIRMED, by=SYSTEM)
    assert plan(order) == []
    assert not WorkOrder.objects.exists()


def test_only_who_may_plans():
    plant = make_plant()
    order = confirmed([(plant.product, 3)], plant.warehouse)
    with pytest.raises(NotAllowed):
        plan_order(order_id=order.pk, at=CONFIRMED, by=make_user("operator"))
    assert not WorkOrder.objects.exists()
    assert len(plan_order(order_id=order.pk, at=CONFIRMED, by=make_user("production_lead"))) == 1


def test_the_database_refuses_two_jobs_in_one_lane():
    plant = make_plant()
    make_planned_order([(plant.product, 3)], warehouse=plant.warehouse)
    slot = CenterSlot.objects.filter(operation__isnull=False).first()
    middle = slot.period.lower + (slot.period.upper - slot.period.lower) / 2
    with pytest.raises(IntegrityError), transaction.atomic():
        CenterSlot.objects.create(
            center=slot.center,
            lane=slot.lane,
            period=DateTimeTZRange(middle, middle + timedelta(days=1)),
            reason="squeezed in",
        )


def test_work_of_another_order_is_not_touched():
    plant = make_plant()
    make_planned_order([(plant.product, 3)], warehouse=plant.warehouse)
    before = list(CenterSlot.objects.order_by("pk").values())
    make_planned_order([(plant.product, 1)], warehouse=plant.warehouse)
    assert list(CenterSlot.objects.order_by("pk").values())[: len(before)] == before


def test_stock_that_others_reserved_is_not_counted_on():
    plant = make_plant()
    needs = [Need("other:1", plant.item("HWK").pk, plant.warehouse.pk, Decimal(2))]
    reserve_goods(needs=needs, by=SYSTEM)
    make_planned_order([(plant.product, 3)], warehouse=plant.warehouse)
    material = WorkOrderMaterial.objects.get(item=plant.item("HWK"))
    assert [peg.supply.kind for peg in material.demand.pegs.select_related("supply")] == ["purchase"]


def statements_for(components: int, depth: int = 1) -> int:
    warehouse = make_warehouse()
    center = make_center(branch=warehouse.branch)
    product = make_sold_item()
    supplier = make_supplier()
    parts = [make_item() for _number in range(components)]
    for part in parts:
        if depth == 1:
            make_terms(part, supplier=supplier, lead_days=2)
        else:
            raw = make_item()
            make_terms(raw, supplier=supplier, lead_days=2)
            make_bom(part, [(raw, 2)], [(center, 0, 1)])
    make_bom(product, [(part, 1) for part in parts], [(center, 10, 5)])
    order = confirmed([(product, 2)], warehouse)
    with CaptureQueriesContext(connection) as captured:
        plan(order)
    return len(captured)


def test_statements_do_not_grow_with_components():
    few, many = statements_for(10), statements_for(100)
    assert many <= few + 2
    assert few < 140


def test_statements_do_not_grow_with_work_orders():
    few, many = statements_for(3, depth=2), statements_for(30, depth=2)
    assert many <= few + 2


def test_what_we_make_without_a_recipe_stays_short_and_is_told(caplog):
    product = make_sold_item(replenishment="make")
    with caplog.at_level("WARNING", logger="production"):
        order = make_planned_order([(product, 2)], warehouse=make_warehouse())
    assert [record.item_ids for record in caplog.records] == [[product.pk]]
    assert not PurchaseOrder.objects.exists()
    assert not WorkOrder.objects.exists()
    assert Demand.objects.get(key=order.lines.get(item=product).demand_key).pegged_qty == 0
