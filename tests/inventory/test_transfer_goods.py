from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.actors import SYSTEM
from core.errors import NotAllowed
from inventory.choices import Valuation
from inventory.errors import InsufficientStock, NoPlace, SamePlace
from inventory.models import CostLayer, Location, StockBalance, StockMove, Warehouse
from inventory.selectors.stock import stock_as_of, stock_value_as_of
from inventory.services.moves import Shift, transfer_goods
from inventory.services.places import add_location, default_location
from inventory.services.reservations import Need, reserve_goods
from inventory.services.valuation import adjust_layer
from tests.factories.core import make_user
from tests.factories.inventory import NOON, make_item, make_warehouse, stock_up, take_out

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Warehouse:
    return make_warehouse()


@pytest.fixture
def there(here: Warehouse) -> Warehouse:
    return make_warehouse(branch=here.branch)


def shift(item: Any, here: Warehouse, there: Warehouse, qty: Any, **fields: Any) -> list[StockMove]:
    by = fields.pop("by", SYSTEM)
    fields.setdefault("source_key", "shift:1")
    line = Shift(item.pk, here.pk, there.pk, Decimal(qty), **fields)
    return transfer_goods(shifts=[line], at=NOON, by=by, branch_id=here.branch_id)[0]


def shelf_in(warehouse: Warehouse) -> Location:
    return add_location(warehouse_id=warehouse.pk, code="shelf", by=SYSTEM)


def test_inside_a_warehouse_layers_stay_and_nothing_has_a_value(here: Warehouse) -> None:
    item, shelf = make_item(), shelf_in(here)
    stock_up(item, here, 5, 50)
    (move,) = shift(item, here, here, 2, to_location_id=shelf.pk)
    assert (move.value, move.to_location) == (0, shelf)
    assert CostLayer.objects.count() == 1
    places = StockBalance.objects.order_by("location").values_list("location", "qty")
    assert list(places) == [(default_location(here.pk).pk, 3), (shelf.pk, 2)]


@pytest.mark.parametrize(("valuation", "layers"), [(Valuation.FIFO, 2), (Valuation.AVERAGE, 1)])
def test_between_warehouses_value_and_age_travel(
    here: Warehouse, there: Warehouse, valuation: str, layers: int
) -> None:
    item = make_item(valuation=valuation)
    stock_up(item, here, 20, "224.00", at=NOON - timedelta(days=20))
    stock_up(item, here, 15, "177.75", at=NOON - timedelta(days=6))
    (move,) = shift(item, here, there, 25)
    arrived = CostLayer.objects.filter(warehouse=there)
    assert arrived.count() == layers
    assert sum(layer.left_value for layer in arrived) == move.value
    if valuation == Valuation.FIFO:
        assert move.value == Decimal("283.25")
        values = arrived.order_by("pk").values_list("left_value", flat=True)
        assert list(values) == [Decimal("224.00"), Decimal("59.25")]
        assert arrived.order_by("pk")[0].received_at == NOON - timedelta(days=20)
    total = stock_value_as_of(NOON)
    assert total == Decimal("401.75")
    by_warehouse = {row.warehouse_id: row.value for row in stock_as_of(NOON, by=("warehouse",))}
    assert by_warehouse == {here.pk: total - move.value, there.pk: move.value}


def test_a_repeat_moves_nothing_more(here: Warehouse, there: Warehouse) -> None:
    item = make_item()
    stock_up(item, here, 5, 50)
    assert [m.pk for m in shift(item, here, there, 2)] == [m.pk for m in shift(item, here, there, 2)]
    assert StockBalance.objects.get(location__warehouse=there).qty == 2


def test_reserved_goods_stay(here: Warehouse, there: Warehouse) -> None:
    item = make_item()
    stock_up(item, here, 5, 50)
    reserve_goods(needs=[Need("a", item.pk, here.pk, Decimal(4))], by=SYSTEM)
    with pytest.raises(InsufficientStock):
        shift(item, here, there, 2)
    assert not StockBalance.objects.filter(location__warehouse=there, qty__gt=0).exists()


def test_wrong_places_are_refused(here: Warehouse, there: Warehouse) -> None:
    item, shelf = make_item(), shelf_in(here)
    stock_up(item, here, 5, 50)
    with pytest.raises(NoPlace):
        shift(item, here, there, 2, to_location_id=shelf.pk)
    with pytest.raises(SamePlace):
        shift(item, here, here, 2, from_location_id=shelf.pk, to_location_id=shelf.pk)


def test_the_right_is_asked_for_both_warehouses(here: Warehouse) -> None:
    abroad, item = make_warehouse(), make_item()
    stock_up(item, here, 5, 50)
    with pytest.raises(NotAllowed):
        shift(item, here, abroad, 1, by=make_user("storekeeper", branches=[here.branch]))


@pytest.mark.parametrize("valuation", [Valuation.FIFO, Valuation.AVERAGE])
def test_a_late_cost_follows_goods_into_the_other_warehouse(
    here: Warehouse, there: Warehouse, valuation: str, followed: list[Any]
) -> None:
    item = make_item(valuation=valuation)
    receipt = stock_up(item, here, 10, 100)
    shift(item, here, there, 8)
    take_out(item, there, 4)
    layer = CostLayer.objects.get(warehouse=here)
    adjust_layer(
        layer_id=layer.pk, receipt_move_id=receipt.pk, amount=Decimal("10.00"), reason="Customs", at=NOON, by=SYSTEM,
        source_key="late:1",
    )  # fmt: skip
    values = {row.warehouse_id: row.value for row in stock_as_of(NOON, by=("warehouse",))}
    assert values == {here.pk: Decimal("22.00"), there.pk: Decimal("44.00")}
    assert [(share.amount, share.move.kind) for share in followed] == [(Decimal("4.00"), "shipment")]
