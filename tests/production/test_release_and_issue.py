"""Releasing a work order, issuing its material and taking it back; each rule, refusal and second call."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import ledgers
from core.actors import SYSTEM
from core.errors import NotAllowed
from core.models import StatusChange
from inventory.choices import LocationKind, MoveKind
from inventory.errors import InsufficientStock
from inventory.models import Demand, StockMove
from inventory.selectors.stock import stock_value_as_of
from inventory.services.moves import Put, store_goods
from production.choices import WorkOrderStatus
from production.errors import NotAComponent, NotBackable
from production.models import WipEntry, WorkOrder
from production.selectors.wip import wip_as_of, wip_left
from production.services.work import release_work_order, take_back_material
from tests.factories.core import make_user
from tests.factories.inventory import make_item, make_warehouse, stock_up
from tests.factories.production import make_bom, make_planned_order, make_work_order
from tests.factories.sales import make_sold_item
from tests.production.working import START, StockedPlant, issue, put_out

pytestmark = pytest.mark.django_db


class TestRelease(StockedPlant):
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


class TestIssue(StockedPlant):
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
