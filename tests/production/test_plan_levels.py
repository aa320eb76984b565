"""Every level of a recipe is planned: netted, made and bought."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from core import ledgers
from core.actors import SYSTEM
from inventory.models import Demand, PurchaseOrderLine, Supply
from production.choices import WorkOrderStatus
from production.selectors.promise import promise_for_lines, promise_for_order
from production.services.work import cancel_work_order
from tests.factories.inventory import make_item, make_warehouse, stock_up
from tests.factories.production import CONFIRMED, make_bom, make_center
from tests.factories.sales import make_sold_item
from tests.production.planning import bought, confirmed, plan

pytestmark = pytest.mark.django_db


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
