"""The shop floor: release, issue, time, output, close, cancel; each rule, refusal and second call."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core import ledgers
from core.actors import SYSTEM
from core.errors import NotAllowed
from core.models import StatusChange
from inventory.choices import LocationKind, MoveKind
from inventory.errors import InsufficientStock
from inventory.models import CostLayer, Demand, StockBalance, StockMove, Supply
from inventory.selectors.stock import availability, stock_value_as_of
from inventory.services.moves import Put, store_goods
from inventory.services.valuation import adjust_layer
from production.choices import OperationStatus, WorkOrderStatus
from production.errors import NotAComponent, NotBackable, PredecessorNotDone, TooMuchOutput, WorkOrderState
from production.models import CenterSlot, Operation, WipEntry, WorkOrder
from production.selectors.wip import wip_as_of, wip_by_order, wip_left
from production.services.work import (
    cancel_work_order,
    close_work_order,
    issue_materials,
    release_work_order,
    report_output,
    report_time,
    take_back_material,
)
from tests.factories.core import make_user
from tests.factories.inventory import make_item, make_warehouse, stock_up
from tests.factories.production import Plant, make_bom, make_center, make_planned_order, make_plant, make_work_order
from tests.factories.sales import make_sold_item

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 19, 16, 10, tzinfo=UTC)


@pytest.fixture(scope="class")
def plant_of_class(kept_by_class: None) -> Plant:
    return make_plant()


@pytest.fixture
def plant(plant_of_class: Plant, db: None) -> Plant:
    return deepcopy(plant_of_class)


@pytest.fixture
def work(plant: Plant) -> WorkOrder:
    """One partition: all its material lies in stock."""
    return make_work_order(1, plant=plant)


def issue(work: WorkOrder, key: str = "issue", **given: Any) -> list[WipEntry]:
    given.setdefault("by", SYSTEM)
    return issue_materials(work_order_id=work.pk, at=START, key=key, **given)


def operation(work: WorkOrder, center: str) -> Operation:
    return Operation.objects.get(work_order=work, center__code=center)


def spend(work: WorkOrder, center: str, minutes: int, key: str = "time", **given: Any) -> Operation:
    given.setdefault("by", SYSTEM)
    given.setdefault("at", START)
    return report_time(operation_id=operation(work, center).pk, minutes=Decimal(minutes), key=key, **given)


def put_out(work: WorkOrder, qty: Any, key: str = "out", **given: Any) -> WorkOrder:
    given.setdefault("by", SYSTEM)
    return report_output(work_order_id=work.pk, qty=Decimal(qty), at=START, key=key, **given)


class TestRelease:
    def test_the_first_operation_is_ready_and_the_second_call_changes_nothing(self, work):
        for _twice in range(2):
            release_work_order(work_order_id=work.pk, at=START, by=SYSTEM)
        work.refresh_from_db()
        assert work.status == WorkOrderStatus.RELEASED
        assert list(work.operations.order_by("sequence").values_list("status", flat=True)) == ["ready", "waiting"]
        assert StatusChange.objects.filter(record_id=work.pk, to_status="released").count() == 1

    def test_only_the_lead_releases(self, work):
        with pytest.raises(NotAllowed):
            release_work_order(work_order_id=work.pk, at=START, by=make_user("operator"))
        work.refresh_from_db()
        assert work.status == WorkOrderStatus.PLANNED


class TestIssue:
    def test_all_that_is_needed_goes_out_once(self, plant, work):
        entries = issue(work)
        assert {entry.material.item.sku: (entry.qty, entry.amount) for entry in entries} == {
            "ALU-P": (Decimal("9.88"), Decimal("110.66")),
            "GLS-8": (Decimal("2.4"), Decimal("92.16")),
            "HWK": (Decimal(1), Decimal("54.00")),
        }
        assert [entry.pk for entry in issue(work)] == [entry.pk for entry in entries]
        assert issue(work, key="again") == []
        work.refresh_from_db()
        assert (work.status, work.started_at) == (WorkOrderStatus.STARTED, START)
        assert wip_left(work.pk) == Decimal("256.82")
        assert not Demand.objects.filter(key__startswith="production.material:", status="open").exists()

    def test_more_than_planned_comes_from_free_stock(self, plant, work):
        issue(work, qtys={plant.item("HWK").pk: Decimal(2)})
        material = work.materials.get(item=plant.item("HWK"))
        assert (material.qty, material.issued_qty) == (Decimal(1), Decimal(2))

    def test_less_now_the_rest_later(self, plant, work):
        issue(work, qtys={plant.item("ALU-P").pk: Decimal(4)})
        entries = issue(work, key="rest")
        assert {entry.material.item.sku: entry.qty for entry in entries}["ALU-P"] == Decimal("5.88")

    def test_what_is_not_there_is_refused_and_nothing_changes(self, plant, work):
        with pytest.raises(InsufficientStock):
            issue(work, qtys={plant.item("HWK").pk: Decimal(1), plant.item("GLS-8").pk: Decimal(40)})
        work.refresh_from_db()
        assert work.status == WorkOrderStatus.PLANNED
        assert not WipEntry.objects.exists()
        assert stock_value_as_of(START) == Decimal("726.85")

    def test_what_others_reserved_is_not_taken(self, plant, work):
        make_planned_order([(plant.product, 1)], warehouse=plant.warehouse)
        with pytest.raises(InsufficientStock):
            issue(work, qtys={plant.item("HWK").pk: Decimal(2)})

    def test_a_stranger_is_no_component(self, plant, work):
        with pytest.raises(NotAComponent) as refused:
            issue(work, qtys={plant.item("SEAL").pk: Decimal(1)})
        assert str(refused.value) == f"SEAL is not a component of work order {work.number}."

    def test_storekeeper_and_operator_may_a_seller_may_not(self, work):
        with pytest.raises(NotAllowed):
            issue(work, by=make_user("seller"))
        assert not WipEntry.objects.exists()
        user = make_user("operator")
        assert {entry.by for entry in issue(work, by=user)} == {user}
        assert set(StockMove.objects.filter(kind="issue").values_list("by", flat=True)) == {user.pk}

    def test_an_item_on_two_lines_fills_them_in_turn(self):
        warehouse = make_warehouse()
        product, part = make_sold_item(), make_item()
        make_bom(product, [(part, 2), (part, 3)])
        stock_up(part, warehouse, 20, "20.00")
        order = make_planned_order([(product, 1)], warehouse=warehouse)
        work = WorkOrder.objects.get(order_line__order=order)
        issue(work, qtys={part.pk: Decimal(4)})
        issue(work, key="more", qtys={part.pk: Decimal(2)})
        assert list(work.materials.order_by("position").values_list("issued_qty", flat=True)) == [2, 4]

    def test_statements_do_not_grow_with_lines(self):
        counts = []
        for width in (10, 100):
            warehouse = make_warehouse()
            product, parts = make_sold_item(), [make_item() for _number in range(width)]
            store_goods(
                puts=[Put(part.pk, warehouse.pk, Decimal(9), Decimal(9), f"test.wide:{part.pk}") for part in parts],
                kind=MoveKind.OPENING,
                from_kind=LocationKind.OPENING,
                at=START - timedelta(days=20),
                by=SYSTEM,
                branch_id=warehouse.branch_id,
            )
            make_bom(product, [(part, 1) for part in parts])
            order = make_planned_order([(product, 2)], warehouse=warehouse)
            work = WorkOrder.objects.get(order_line__order=order)
            with CaptureQueriesContext(connection) as captured:
                issue(work)
            counts.append(len(captured))
        assert counts[1] <= counts[0] + 2

    def test_material_is_taken_back_once_and_to_the_cent(self, plant, work):
        entry = next(entry for entry in issue(work) if entry.material.item.sku == "GLS-8")
        for _twice in range(2):
            back = take_back_material(entry_id=entry.pk, at=START, by=SYSTEM, reason="wrong pane")
        assert (back.amount, wip_left(work.pk)) == (Decimal("-92.16"), Decimal("164.66"))
        assert work.materials.get(item=plant.item("GLS-8")).issued_qty == 0
        assert stock_value_as_of(START) + wip_as_of(START) == Decimal("726.85")
        assert ledgers.run_all() == []

    def test_material_that_left_with_the_product_is_not_taken_back(self, plant):
        stock_up(plant.item("GLS-8"), plant.warehouse, 4, "160.00")
        work = make_work_order(2, plant=plant)
        entries = issue(work)
        put_out(work, 1)
        aluminium = next(entry for entry in entries if entry.material.item.sku == "ALU-P")
        issue(work, key="more", qtys={plant.item("ALU-P").pk: Decimal(3)})
        glass = next(entry for entry in entries if entry.material.item.sku == "GLS-8")
        take_back_material(entry_id=glass.pk, at=START, by=SYSTEM, reason="wrong")
        with pytest.raises(NotBackable):
            take_back_material(entry_id=aluminium.pk, at=START, by=SYSTEM, reason="wrong")


class TestTime:
    def test_time_costs_the_rate_of_the_centre(self, work):
        for _twice in range(2):
            done = spend(work, "CUT", 95, good_qty=Decimal(1))
        assert (done.status, done.actual_minutes, done.actual_cost) == ("done", Decimal(95), Decimal("57.00"))
        assert done.started_at == START - timedelta(minutes=95)
        assert operation(work, "ASM").status == OperationStatus.READY
        assert wip_left(work.pk) == Decimal("57.00")

    def test_reports_add_up_until_the_operation_is_finished(self, work):
        assert spend(work, "CUT", 10, key="1", finished=False).status == OperationStatus.RUNNING
        last = spend(work, "CUT", 7, key="2")
        assert (last.actual_minutes, last.actual_cost, last.status) == (Decimal(17), Decimal("10.20"), "done")

    def test_the_one_before_comes_first(self, work):
        with pytest.raises(PredecessorNotDone) as refused:
            spend(work, "ASM", 10)
        assert str(refused.value) == "ASM: the operation before it, CUT, is not done."
        assert not WipEntry.objects.exists()

    def test_time_booked_and_not_needed_is_free_again(self, work):
        cut = operation(work, "CUT")
        early = cut.starts_at + timedelta(minutes=20)
        spend(work, "CUT", 20, at=early)
        slots = CenterSlot.objects.filter(operation=cut)
        assert [(slot.period.lower, slot.period.upper) for slot in slots] == [(cut.starts_at, early)]
        assert ledgers.run_all() == []

    def test_a_seller_reports_no_time(self, work):
        with pytest.raises(NotAllowed):
            spend(work, "CUT", 10, by=make_user("seller"))


class TestOutput:
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


class TestClose:
    def test_what_is_left_goes_to_the_goods(self, plant, work):
        issue(work)
        put_out(work, 1)
        spend(work, "CUT", 50)
        assert wip_left(work.pk) == Decimal("30.00")
        for _twice in range(2):
            close_work_order(work_order_id=work.pk, at=START, by=SYSTEM)
        assert wip_left(work.pk) == 0
        assert CostLayer.objects.get(item=plant.product).value == Decimal("286.82")
        work.refresh_from_db()
        assert work.status == WorkOrderStatus.CLOSED
        assert ledgers.run_all() == []

    def test_an_order_cut_short_gives_everything_free(self, plant):
        work = make_work_order(2, plant=plant)
        issue(work, qtys={plant.item("ALU-P").pk: Decimal(10)})
        put_out(work, 1)
        close_work_order(work_order_id=work.pk, at=START, by=SYSTEM)
        assert Supply.objects.get(pk=work.supply_id).status == "done"
        assert availability(plant.warehouse.pk, [plant.item("HWK").pk])[plant.item("HWK").pk].free == 2
        assert not CenterSlot.objects.filter(operation__work_order=work, period__endswith__gt=START).exists()
        assert ledgers.run_all() == []

    def test_cost_without_product_is_a_loss(self, plant, work):
        issue(work)
        put_out(work, 0, scrap_qty=Decimal(1))
        close_work_order(work_order_id=work.pk, at=START, by=SYSTEM)
        loss = WipEntry.objects.get(kind="scrap", amount__lt=0)
        assert (loss.amount, wip_left(work.pk)) == (Decimal("-256.82"), 0)
        assert ledgers.run_all() == []

    def test_what_has_not_begun_is_not_closed(self, work):
        with pytest.raises(WorkOrderState):
            close_work_order(work_order_id=work.pk, at=START, by=SYSTEM)

    def test_a_closed_order_takes_nothing_more(self, plant, work):
        issue(work)
        put_out(work, 1)
        close_work_order(work_order_id=work.pk, at=START, by=SYSTEM)
        with pytest.raises(WorkOrderState):
            issue(work, key="late", qtys={plant.item("HWK").pk: Decimal(1)})
        with pytest.raises(WorkOrderState):
            spend(work, "CUT", 5)


class TestCancel:
    def test_everything_is_free_again(self, plant, work):
        for _twice in range(2):
            cancel_work_order(work_order_id=work.pk, at=START, by=SYSTEM, reason="client waits")
        work.refresh_from_db()
        assert work.status == WorkOrderStatus.CANCELLED
        assert not StockBalance.objects.filter(reserved__gt=0).exists()
        assert not CenterSlot.objects.filter(operation__work_order=work).exists()
        assert Supply.objects.get(pk=work.supply_id).status == "cancelled"
        assert ledgers.run_all() == []

    def test_work_that_began_is_not_cancelled(self, work):
        issue(work)
        with pytest.raises(WorkOrderState):
            cancel_work_order(work_order_id=work.pk, at=START, by=SYSTEM)


def test_late_cost_of_a_running_order_stays_in_its_work(plant, work):
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
