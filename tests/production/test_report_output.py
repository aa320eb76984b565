"""What comes out of a work order: actual cost, scrap, portions, late cost."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core import ledgers
from core.actors import SYSTEM
from inventory.models import Demand, StockMove, Supply
from inventory.selectors.stock import availability
from inventory.services.valuation import adjust_layer
from production.choices import WorkOrderStatus
from production.errors import TooMuchOutput
from production.models import WipEntry, WorkOrder
from production.selectors.wip import wip_by_order, wip_left
from production.services.work import close_work_order, report_time
from tests.factories.inventory import make_item, make_warehouse, stock_up
from tests.factories.production import make_bom, make_center, make_planned_order, make_work_order
from tests.factories.sales import make_sold_item
from tests.production.working import START, StockedPlant, issue, put_out, spend

pytestmark = pytest.mark.django_db


class TestOutput(StockedPlant):
    def test_goods_come_in_at_actual_cost_and_stand_ready_for_the_order(self, plant, work):
        issue(work)
        spend(work, "CUT", 50)
        spend(work, "ASM", 60)
        for _twice in range(2):
            put_out(work, 1)
        move = StockMove.objects.get(kind="output")
        assert move.value == Decimal("256.82") + Decimal("30.00") + Decimal("30.00")
        work.refresh_from_db()
        assert (work.status, work.made_qty, work.order_line.made_qty) == (WorkOrderStatus.DONE, 1, 1)
        assert availability(plant.warehouse.pk, [plant.product.pk])[plant.product.pk].reserved == 1
        assert wip_by_order(START) == {}
        assert ledgers.run_all() == []

    def test_more_than_is_left_is_refused(self, work):
        with pytest.raises(TooMuchOutput) as refused:
            put_out(work, 2)
        assert str(refused.value) == f"GP-200: 2 pc reported, only 1 pc of work order {work.number} are left."
        assert not StockMove.objects.filter(kind="output").exists()

    def test_scrap_is_borne_by_the_good_ones_and_missing_again(self, plant):
        stock_up(plant.item("GLS-8"), plant.warehouse, 4, "160.00")
        work = make_work_order(2, plant=plant)
        issue(work)
        value = wip_left(work.pk)
        put_out(work, 1, scrap_qty=Decimal(1))
        work.refresh_from_db()
        assert (work.made_qty, work.scrapped_qty, work.status) == (1, 1, WorkOrderStatus.DONE)
        assert StockMove.objects.get(kind="output").value == value
        assert Supply.objects.get(pk=work.supply_id).status == "done"
        demand = Demand.objects.get(key=work.order_line.demand_key)
        assert demand.qty - demand.pegged_qty == 1
        assert ledgers.run_all() == []

    def test_the_database_refuses_more_than_ordered(self, work):
        with pytest.raises(IntegrityError), transaction.atomic():
            WorkOrder.objects.filter(pk=work.pk).update(made_qty=2)

    def test_the_ledger_is_append_only(self, work):
        issue(work)
        with pytest.raises(InternalError), transaction.atomic():
            WipEntry.objects.update(amount=0)
        with pytest.raises(InternalError), transaction.atomic():
            WipEntry.objects.all().delete()

    def test_a_part_does_not_count_as_the_product(self):
        warehouse = make_warehouse()
        product, part, raw = make_sold_item(), make_item(), make_item()
        make_bom(product, [(part, 1)])
        make_bom(part, [(raw, 1)])
        stock_up(raw, warehouse, 5, "5.00")
        order = make_planned_order([(product, 2)], warehouse=warehouse)
        work = WorkOrder.objects.get(item=part)
        issue(work)
        put_out(work, 2)
        assert order.lines.get().made_qty == 0
        assert ledgers.run_all() == []

    def test_late_cost_of_a_running_order_stays_in_its_work(self, plant, work):
        entry = next(entry for entry in issue(work) if entry.material.item.sku == "HWK")
        use = entry.move.uses.get()
        adjust_layer(
            layer_id=use.layer_id,
            receipt_move_id=use.layer.move_id,
            amount=Decimal("3.00"),
            reason="Freight",
            at=START,
            by=SYSTEM,
            source_key="late",
        )
        assert WipEntry.objects.get(kind="late_cost").amount == Decimal("1.50")
        assert wip_left(work.pk) == Decimal("258.32")
        put_out(work, 1)
        assert StockMove.objects.get(kind="output").value == Decimal("258.32")
        assert ledgers.run_all() == []


class PartialOutputs(TestCase):
    """Whatever the portions, the goods take all the cost and nothing else."""

    @settings(max_examples=6, deadline=None)
    @given(
        portions=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1), st.integers(0, 300)), min_size=1, max_size=5),
        value=st.integers(1, 99999),
    )
    def test_portions_add_up(self, portions: list[tuple[int, int, int]], value: int) -> None:
        warehouse = make_warehouse()
        product, part = make_sold_item(), make_item()
        center = make_center(branch=warehouse.branch, rate="37.77")
        total = sum(good + bad for good, bad, _minutes in portions) + 1
        make_bom(product, [(part, 1)], [(center, 0, 10)])
        stock_up(part, warehouse, total, Decimal(value) / 100)
        order = make_planned_order([(product, total)], warehouse=warehouse)
        work = WorkOrder.objects.get(order_line__order=order)
        issue(work)
        steps = work.operations.get()
        for number, (good, bad, minutes) in enumerate([*portions, (1, 0, 3)]):
            report_time(
                operation_id=steps.pk, minutes=Decimal(minutes), at=START, by=SYSTEM, key=str(number), finished=False
            )
            if good + bad:
                put_out(work, good, key=str(number), scrap_qty=Decimal(bad))
            assert wip_left(work.pk) >= 0
        spent = WipEntry.objects.filter(work_order=work, kind__in=["material", "time"])
        made = StockMove.objects.filter(kind="output", item=product)
        assert sum(made.values_list("value", flat=True)) == sum(spent.values_list("amount", flat=True))
        assert wip_left(work.pk) == 0
        assert sum(made.values_list("qty", flat=True)) == total - sum(bad for _good, bad, _minutes in portions)
        close_work_order(work_order_id=work.pk, at=START, by=SYSTEM)
        assert ledgers.run_all() == []
