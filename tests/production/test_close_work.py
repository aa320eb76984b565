"""Closing and cancelling a work order: what is left goes to the goods, everything is free again."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core import ledgers
from core.actors import SYSTEM
from inventory.models import CostLayer, StockBalance, Supply
from inventory.selectors.stock import availability
from production.choices import WorkOrderStatus
from production.errors import WorkOrderState
from production.models import CenterSlot, WipEntry
from production.selectors.wip import wip_left
from production.services.work import cancel_work_order, close_work_order
from tests.factories.production import make_work_order
from tests.production.working import START, StockedPlant, issue, put_out, spend

pytestmark = pytest.mark.django_db


class TestClose(StockedPlant):
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


class TestCancel(StockedPlant):
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
