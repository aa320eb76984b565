from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import InternalError, transaction

from core.actors import SYSTEM
from core.errors import NotAllowed
from inventory.choices import LocationKind, LotStatus, MoveKind, SupplyKind, Tracking
from inventory.errors import DemandUnknown, InsufficientStock, NotPositive
from inventory.models import CostLayer, Demand, LayerUse, Peg, StockBalance, StockMove, Supply
from inventory.services.lots import set_lot_status
from inventory.services.moves import Draw, draw_goods
from inventory.services.places import add_location
from inventory.services.reservations import Coming, Need, register_supplies, reserve_goods
from tests.factories.core import make_user
from tests.factories.inventory import NOON, make_item, make_lot, make_warehouse, stock_up, take_out

pytestmark = pytest.mark.django_db


def test_the_oldest_goods_cost_first_and_the_last_slice_takes_the_rest() -> None:
    warehouse, item = make_warehouse(), make_item()
    stock_up(item, warehouse, 15, "177.75", at=NOON)
    stock_up(item, warehouse, 20, "224.00", at=NOON - timedelta(days=14))
    (move,) = take_out(item, warehouse, 30)
    assert list(move.uses.order_by("pk").values_list("qty", "value")) == [
        (Decimal(20), Decimal("224.00")),
        (Decimal(10), Decimal("118.50")),
    ]
    assert move.value == Decimal("342.50")


def test_three_pieces_for_940_30_leave_no_cent_behind() -> None:
    warehouse, item = make_warehouse(), make_item()
    stock_up(item, warehouse, 3, "940.30")
    assert [take_out(item, warehouse, qty)[0].value for qty in (2, 1)] == [Decimal("626.87"), Decimal("313.43")]
    layer = CostLayer.objects.get(item=item)
    assert (layer.left_qty, layer.left_value) == (0, 0)


def test_many_small_uses_never_take_more_than_there_is() -> None:
    warehouse, item = make_warehouse(), make_item()
    stock_up(item, warehouse, 10, "0.06")
    values = [take_out(item, warehouse, 1)[0].value for _ in range(10)]
    assert values == [Decimal("0.01")] * 6 + [Decimal("0.00")] * 4


def test_too_little_refuses_and_changes_nothing() -> None:
    warehouse, item = make_warehouse(name="North"), make_item("OVEN")
    stock_up(item, warehouse, 2, 20)
    with pytest.raises(InsufficientStock) as refused:
        take_out(item, warehouse, "3.5")
    assert str(refused.value) == "OVEN: 3.5 pc wanted, 2 pc free in North."
    assert (StockBalance.objects.get(item=item).qty, LayerUse.objects.count()) == (2, 0)


def test_one_short_draw_refuses_all() -> None:
    warehouse, full, short = make_warehouse(), make_item(), make_item()
    stock_up(full, warehouse, 5, 5)
    draws = [Draw(item.pk, warehouse.pk, Decimal(1), f"line:{item.pk}") for item in (full, short)]
    with pytest.raises(InsufficientStock):
        draw_goods(
            draws=draws, kind=MoveKind.SHIPMENT, to_kind=LocationKind.CUSTOMER, at=NOON, by=SYSTEM,
            branch_id=warehouse.branch_id,
        )  # fmt: skip
    assert StockBalance.objects.get(item=full).qty == 5


def test_reserved_goods_of_others_are_not_taken() -> None:
    warehouse, item = make_warehouse(), make_item()
    stock_up(item, warehouse, 5, 5)
    reserve_goods(needs=[Need("a", item.pk, warehouse.pk, Decimal(4))], by=SYSTEM)
    with pytest.raises(InsufficientStock):
        take_out(item, warehouse, 2)
    take_out(item, warehouse, 1)
    (move,) = take_out(item, warehouse, 4, demand_key="a")
    assert move.qty == 4
    demand = Demand.objects.get(key="a")
    assert (demand.done_qty, demand.pegged_qty, demand.status) == (4, 0, "done")
    assert Peg.objects.get(demand=demand).status == "used"


def test_more_than_the_demand_wanted_comes_from_free_stock() -> None:
    warehouse, item = make_warehouse(), make_item()
    stock_up(item, warehouse, 35, 35)
    reserve_goods(needs=[Need("a", item.pk, warehouse.pk, Decimal("29.64"))], by=SYSTEM)
    take_out(item, warehouse, 30, demand_key="a")
    demand, balance = Demand.objects.get(key="a"), StockBalance.objects.get(item=item)
    assert (demand.done_qty, demand.status) == (Decimal("29.64"), "done")
    assert (balance.qty, balance.reserved) == (5, 0)


def test_free_stock_for_a_demand_gives_its_coming_goods_back() -> None:
    warehouse, item = make_warehouse(), make_item()
    register_supplies(supplies=[Coming("po:1", SupplyKind.PURCHASE, item.pk, warehouse.pk, Decimal(10))], by=SYSTEM)
    reserve_goods(needs=[Need("a", item.pk, warehouse.pk, Decimal(6))], by=SYSTEM, partial=True)
    stock_up(item, warehouse, 4, 4)
    take_out(item, warehouse, 4, demand_key="a")
    demand, supply = Demand.objects.get(key="a"), Supply.objects.get(key="po:1")
    assert (demand.done_qty, demand.pegged_qty, supply.pegged_qty) == (4, 2, 2)


def test_goods_in_two_places_leave_in_two_moves_of_one_line() -> None:
    warehouse, item = make_warehouse(), make_item()
    shelf = add_location(warehouse_id=warehouse.pk, code="shelf", by=SYSTEM)
    stock_up(item, warehouse, 2, 20)
    stock_up(item, warehouse, 3, 33, location_id=shelf.pk)
    moves = take_out(item, warehouse, 4, source_key="line:1")
    assert [(move.qty, move.source_key) for move in moves] == [(2, "line:1"), (2, "line:1#2")]
    assert [move.value for move in moves] == [Decimal("20.00"), Decimal("22.00")]
    again = take_out(item, warehouse, 4, source_key="line:1")
    assert [move.pk for move in again] == [move.pk for move in moves]
    assert StockMove.objects.count() == 4


def test_a_named_place_gives_its_own_goods_only() -> None:
    warehouse, item = make_warehouse(), make_item()
    shelf = add_location(warehouse_id=warehouse.pk, code="shelf", by=SYSTEM)
    stock_up(item, warehouse, 2, 20)
    stock_up(item, warehouse, 3, 33, location_id=shelf.pk)
    with pytest.raises(InsufficientStock):
        take_out(item, warehouse, 4, location_id=shelf.pk)
    (move,) = take_out(item, warehouse, 3, location_id=shelf.pk)
    assert move.from_location_id == shelf.pk


def test_what_expires_first_leaves_first_at_its_own_cost() -> None:
    warehouse, item = make_warehouse(), make_item(tracking=Tracking.LOT)
    late, soon = (make_lot(item, expires_on=date(2026, month, 1)) for month in (12, 6))
    stock_up(item, warehouse, 2, 20, lot_id=late.pk)
    stock_up(item, warehouse, 2, 30, lot_id=soon.pk)
    moves = take_out(item, warehouse, 3)
    assert [(move.lot, move.qty, move.value) for move in moves] == [(soon, 2, Decimal(30)), (late, 1, Decimal(10))]


def test_a_lot_on_hold_stays_where_it_is() -> None:
    warehouse, item = make_warehouse(), make_item(tracking=Tracking.LOT)
    lot = make_lot(item)
    stock_up(item, warehouse, 2, 20, lot_id=lot.pk)
    set_lot_status(lot_id=lot.pk, status=LotStatus.QUARANTINE, at=NOON, by=make_user("storekeeper"))
    with pytest.raises(InsufficientStock):
        take_out(item, warehouse, 1)
    set_lot_status(lot_id=lot.pk, status=LotStatus.FREE, at=NOON, by=SYSTEM)
    assert take_out(item, warehouse, 1)[0].lot == lot


def test_goods_on_the_way_cannot_be_taken() -> None:
    warehouse, item = make_warehouse(), make_item()
    lorry = add_location(warehouse_id=warehouse.pk, code="lorry", kind=LocationKind.TRANSIT, by=SYSTEM)
    stock_up(item, warehouse, 2, 20, location_id=lorry.pk)
    with pytest.raises(InsufficientStock):
        take_out(item, warehouse, 1)


def test_unknown_demand_and_no_quantity_are_refused() -> None:
    warehouse, item = make_warehouse(), make_item()
    stock_up(item, warehouse, 2, 20)
    with pytest.raises(DemandUnknown):
        take_out(item, warehouse, 1, demand_key="nobody")
    with pytest.raises(NotPositive):
        take_out(item, warehouse, 0)


def test_a_seller_takes_nothing_out() -> None:
    warehouse, item = make_warehouse(), make_item()
    stock_up(item, warehouse, 2, 20)
    draw = Draw(item.pk, warehouse.pk, Decimal(1), "line:1")
    with pytest.raises(NotAllowed):
        draw_goods(
            draws=[draw], kind=MoveKind.SHIPMENT, to_kind=LocationKind.CUSTOMER, at=NOON, by=make_user("seller"),
            branch_id=warehouse.branch_id,
        )  # fmt: skip
    assert StockBalance.objects.get(item=item).qty == 2


def test_uses_are_never_changed() -> None:
    warehouse, item = make_warehouse(), make_item()
    stock_up(item, warehouse, 2, 20)
    (move,) = take_out(item, warehouse, 1)
    for action in (lambda: move.uses.update(value=1), lambda: move.uses.all().delete()):
        with pytest.raises(InternalError), transaction.atomic():
            action()
