"""Planning an order: what is made, bought and pegged, on every level, once."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from psycopg2.extras import DateTimeTZRange

from core import ledgers
from core.actors import SYSTEM
from core.errors import NotAllowed
from inventory.models import Demand, PurchaseOrder, PurchaseOrderLine, Supply
from inventory.services.purchasing import cancel_purchase_order
from inventory.services.reservations import Need, reserve_goods
from production.errors import OrderNotConfirmed
from production.models import CenterSlot, Operation, WorkOrder, WorkOrderMaterial
from production.selectors.promise import promise_for_order
from production.services.planning import plan_order
from sales.models import SalesOrder
from sales.services.orders import cancel_order
from tests.factories.core import make_user
from tests.factories.inventory import make_item, make_supplier, make_terms, make_warehouse, stock_up
from tests.factories.production import CONFIRMED, make_bom, make_center, make_planned_order, make_plant
from tests.factories.sales import make_order, make_sold_item
from tests.production.planning import bought, confirmed, plan, state

pytestmark = pytest.mark.django_db


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
