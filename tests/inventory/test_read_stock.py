from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from core.actors import SYSTEM
from inventory.choices import LocationKind, LotStatus, SupplyKind, Tracking
from inventory.models import CostLayer, StandardCost, StockBalance
from inventory.selectors.stock import (
    Availability,
    availability,
    cost_preview,
    items_below,
    stock_as_of,
    stock_at_standard_cost,
    stock_value_as_of,
)
from inventory.services.places import add_location, default_location
from inventory.services.reservations import Coming, Need, register_supplies, reserve_goods
from inventory.services.valuation import adjust_layer
from tests.factories.inventory import NOON, make_item, make_lot, make_warehouse, stock_up, take_out

pytestmark = pytest.mark.django_db


def day(number: int) -> datetime:
    return datetime(2026, 3, number, 18, tzinfo=UTC)


def test_stock_by_both_clocks(followed: list[Any]) -> None:
    """A receipt of the 2nd that was typed in on the 9th: there on the 5th as we know it now, not as we knew it then."""
    warehouse, item = make_warehouse(), make_item()
    with time_machine.travel(day(3), tick=False):
        stock_up(item, warehouse, 10, 100, at=day(1))
    with time_machine.travel(day(9), tick=False):
        late = stock_up(item, warehouse, 5, 60, at=day(2))
    with time_machine.travel(day(10), tick=False):
        take_out(item, warehouse, 4, at=day(4))
    with time_machine.travel(day(12), tick=False):
        adjust_layer(
            layer_id=CostLayer.objects.get(move=late).pk, receipt_move_id=late.pk, amount=Decimal(7), reason="Customs",
            at=day(11), by=SYSTEM, source_key="late:1",
        )  # fmt: skip
    known = {
        (at, known): stock_value_as_of(day(at), day(known) if known else None)
        for at in (1, 5, 11)
        for known in (3, 9, 10, 12, 0)
    }
    assert [known[1, k] for k in (3, 9, 0)] == [100, 100, 100]
    assert [known[5, k] for k in (3, 9, 10, 12, 0)] == [100, 160, 120, 120, 120]
    assert [known[11, k] for k in (3, 9, 10, 12, 0)] == [100, 160, 120, 127, 127]
    (row,) = stock_as_of(day(5), day(9))
    assert (row.item_id, row.qty, row.value) == (item.pk, 15, 160)


def test_stock_along_its_axes() -> None:
    warehouse, item = make_warehouse(), make_item(tracking=Tracking.LOT)
    shelf = add_location(warehouse_id=warehouse.pk, code="shelf", by=SYSTEM)
    lots = [make_lot(item), make_lot(item)]
    stock_up(item, warehouse, 2, 20, lot_id=lots[0].pk)
    stock_up(item, warehouse, 3, 60, lot_id=lots[1].pk, location_id=shelf.pk)
    by_lot = stock_as_of(NOON, by=("item", "lot"))
    assert [(row.lot_id, row.qty, row.value) for row in by_lot] == [(lots[0].pk, 2, 20), (lots[1].pk, 3, 60)]
    by_place = stock_as_of(NOON, by=("location",))
    assert [(row.location_id, row.qty, row.value) for row in by_place] == [
        (default_location(warehouse.pk).pk, 2, None),
        (shelf.pk, 3, None),
    ]
    assert stock_as_of(NOON, item_ids=[make_item().pk]) == []
    assert stock_as_of(NOON, warehouse_ids=[make_warehouse().pk]) == []
    assert stock_as_of(NOON - timedelta(days=1)) == []


def test_stock_now_equals_the_balances() -> None:
    warehouse = make_warehouse()
    for n in range(1, 6):
        item = make_item()
        stock_up(item, warehouse, n, n)
        take_out(item, warehouse, 1)
    now = {row.item_id: row.qty for row in stock_as_of(NOON)}
    assert now == dict(StockBalance.objects.filter(qty__gt=0).values_list("item", "qty"))


def test_availability_tells_all_sides() -> None:
    warehouse, item = make_warehouse(), make_item(tracking=Tracking.LOT)
    lorry = add_location(warehouse_id=warehouse.pk, code="lorry", kind=LocationKind.TRANSIT, by=SYSTEM)
    good, held = make_lot(item), make_lot(item, status=LotStatus.QUARANTINE)
    stock_up(item, warehouse, 10, 10, lot_id=good.pk)
    stock_up(item, warehouse, 3, 3, lot_id=held.pk)
    stock_up(item, warehouse, 4, 4, lot_id=good.pk, location_id=lorry.pk)
    coming = [Coming(key, SupplyKind.PURCHASE, item.pk, warehouse.pk, Decimal(5)) for key in ("po:1", "po:2")]
    register_supplies(supplies=coming, by=SYSTEM)
    needs = [Need("a", item.pk, warehouse.pk, Decimal(8)), Need("b", item.pk, warehouse.pk, Decimal(14))]
    reserve_goods(needs=needs, by=SYSTEM, partial=True)
    take_out(item, warehouse, 8, demand_key="a")
    stock_up(item, warehouse, 1, 1, lot_id=good.pk, supply_key="po:1")
    assert availability(warehouse.pk)[item.pk] == Availability(
        on_hand=Decimal(10), reserved=Decimal(3), free=Decimal(0), incoming=Decimal(9), free_incoming=Decimal(0),
        open_demand=Decimal(14), short=Decimal(2),
    )  # fmt: skip
    stranger = make_item()
    assert availability(warehouse.pk, [stranger.pk]) == {stranger.pk: Availability()}


def test_a_preview_leaves_the_oldest_goods_to_those_who_reserved_them() -> None:
    warehouse, item = make_warehouse(), make_item()
    stock_up(item, warehouse, 20, "224.00")
    stock_up(item, warehouse, 15, "177.75")
    reserve_goods(needs=[Need("a", item.pk, warehouse.pk, Decimal(18))], by=SYSTEM)
    preview = cost_preview(item.pk, warehouse.pk, Decimal(30))
    assert (preview.covered_qty, preview.value) == (17, Decimal("200.15"))  # 2 at 11.20 and 15 at 11.85
    assert preview.last_unit_cost == Decimal("11.85")
    nothing = cost_preview(make_item().pk, warehouse.pk, Decimal(1))
    assert (nothing.covered_qty, nothing.value, nothing.last_unit_cost) == (0, 0, None)


def test_places_at_standard_cost() -> None:
    warehouse, item, other = make_warehouse(), make_item(standard_cost="1.2345"), make_item(standard_cost=2)
    shelf = add_location(warehouse_id=warehouse.pk, code="shelf", name="Shelf", by=SYSTEM)
    stock_up(item, warehouse, 3, 1)
    stock_up(other, warehouse, 2, 1)
    stock_up(item, warehouse, 1, 1, location_id=shelf.pk)
    StandardCost.objects.create(item=item, cost=9, valid=(date(2025, 1, 1), date(2026, 1, 1)))
    rows = stock_at_standard_cost()
    assert [(row.name or row.code, row.items, row.qty, row.value) for row in rows[1:]] == [
        ("Shelf", 1, 1, Decimal("1.2345"))
    ]
    assert (rows[0].items, rows[0].qty, rows[0].value) == (2, 5, Decimal("7.7035"))
    assert [row.value for row in stock_at_standard_cost(on=date(2025, 6, 1))] == [31, 9]
    assert stock_at_standard_cost(warehouse_ids=[make_warehouse().pk]) == []


def test_items_below_their_levels() -> None:
    warehouse = make_warehouse()
    low, enough = (make_item(sku, reorder_point=5, min_stock=3) for sku in ("LOW", "ENOUGH"))
    make_item("NEVER HERE", reorder_point=5)
    stock_up(low, warehouse, 4, 4)
    stock_up(enough, warehouse, 5, 5)
    assert [(row.sku, row.on_hand, row.level) for row in items_below()] == [("LOW", 4, 5)]
    assert items_below("min_stock") == []
    assert [row.sku for row in items_below(stocked_only=False)] == ["LOW", "NEVER HERE"]
