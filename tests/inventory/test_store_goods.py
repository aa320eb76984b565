from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, transaction

from core.actors import SYSTEM
from core.errors import NotAllowed, PeriodClosed
from core.periods import require_open
from inventory.choices import LocationKind, MoveKind, SupplyKind, Tracking, Valuation
from inventory.errors import (
    LotNeeded,
    LotOfAnotherItem,
    NoPlace,
    NoStockKept,
    NotPositive,
    SerialNotSingle,
    SupplyUnknown,
)
from inventory.models import CostLayer, StockBalance, StockMove, Supply
from inventory.services.moves import Put, store_goods
from inventory.services.places import add_location, default_location
from inventory.services.reservations import Coming, Need, register_supplies, reserve_goods
from tests.factories.core import make_branch, make_user
from tests.factories.inventory import NOON, make_item, make_lot, make_warehouse, stock_up

pytestmark = pytest.mark.django_db


def test_goods_lie_at_the_default_place_in_a_layer_of_their_own() -> None:
    warehouse, item = make_warehouse(), make_item()
    move = stock_up(item, warehouse, "20", "224.00")
    assert (move.to_location, move.value) == (default_location(warehouse.pk), Decimal("224.00"))
    layer = CostLayer.objects.get(move=move)
    assert (layer.left_qty, layer.left_value, layer.received_at) == (20, Decimal("224.00"), NOON)
    assert StockBalance.objects.get(item=item).qty == 20


def test_averaged_goods_share_one_pool() -> None:
    warehouse, item = make_warehouse(), make_item(valuation=Valuation.AVERAGE)
    stock_up(item, warehouse, 20, "224.00")
    stock_up(item, warehouse, 15, "177.75")
    pool = CostLayer.objects.get(item=item)
    assert (pool.pooled, pool.left_qty, pool.left_value) == (True, 35, Decimal("401.75"))


def test_the_same_line_is_posted_once() -> None:
    warehouse, item = make_warehouse(), make_item()
    first = stock_up(item, warehouse, 2, 10, source_key="line:1")
    again = stock_up(item, warehouse, 2, 10, source_key="line:1")
    assert again.pk == first.pk
    assert StockBalance.objects.get(item=item).qty == 2


def test_one_line_twice_in_a_call_is_posted_once() -> None:
    warehouse, item = make_warehouse(), make_item()
    put = Put(item.pk, warehouse.pk, Decimal(1), Decimal(1), "line:1")
    moves = store_goods(
        puts=[put, put], kind=MoveKind.RECEIPT, from_kind=LocationKind.SUPPLIER, at=NOON, by=SYSTEM,
        branch_id=warehouse.branch_id,
    )  # fmt: skip
    assert moves[0].pk == moves[1].pk


def test_arrived_goods_are_set_aside_for_those_who_waited_oldest_first() -> None:
    warehouse, item = make_warehouse(), make_item()
    register_supplies(supplies=[Coming("po:1", SupplyKind.PURCHASE, item.pk, warehouse.pk, Decimal(10))], by=SYSTEM)
    needs = [Need(key, item.pk, warehouse.pk, Decimal(4)) for key in ("first", "second")]
    reserve_goods(needs=needs, by=SYSTEM, partial=True)
    stock_up(item, warehouse, 5, 50, supply_key="po:1")
    waiting = reserve_goods(needs=needs, by=SYSTEM, partial=True)
    assert [(row.from_stock, row.from_supply) for row in waiting] == [(4, 0), (1, 3)]
    supply = Supply.objects.get(key="po:1")
    assert (supply.received_qty, supply.pegged_qty, supply.status) == (5, 3, "open")
    stock_up(item, warehouse, 6, 60, supply_key="po:1")  # one more than was coming
    supply.refresh_from_db()
    assert (supply.received_qty, supply.pegged_qty, supply.status) == (11, 0, "done")
    assert StockBalance.objects.get(item=item).reserved == 8


@pytest.mark.parametrize(("qty", "value"), [("0", "1"), ("-1", "1"), ("1", "-0.01")])
def test_nothing_comes_in_without_quantity_or_below_zero(qty: str, value: str) -> None:
    with pytest.raises(NotPositive):
        stock_up(make_item(), make_warehouse(), qty, value)


def test_services_have_no_stock() -> None:
    with pytest.raises(NoStockKept):
        stock_up(make_item(type="service"), make_warehouse(), 1, 1)


def test_a_place_of_another_warehouse_is_refused() -> None:
    other = add_location(warehouse_id=make_warehouse().pk, code="shelf", by=SYSTEM)
    with pytest.raises(NoPlace):
        stock_up(make_item(), make_warehouse(), 1, 1, location_id=other.pk)


def test_an_unknown_supply_changes_nothing() -> None:
    item, warehouse = make_item(), make_warehouse()
    with pytest.raises(SupplyUnknown):
        stock_up(item, warehouse, 1, 1, supply_key="nobody")
    assert not StockMove.objects.exists()


def test_tracked_goods_name_their_own_lot() -> None:
    warehouse, item = make_warehouse(), make_item(tracking=Tracking.LOT)
    with pytest.raises(LotNeeded):
        stock_up(item, warehouse, 1, 1)
    with pytest.raises(LotOfAnotherItem):
        stock_up(item, warehouse, 1, 1, lot_id=make_lot(make_item()).pk)
    lot = make_lot(item)
    stock_up(item, warehouse, 3, 30, lot_id=lot.pk)
    assert CostLayer.objects.get(lot=lot).left_qty == 3


def test_a_serial_number_comes_once_and_alone() -> None:
    warehouse, item = make_warehouse(), make_item(tracking=Tracking.SERIAL)
    serial = make_lot(item)
    with pytest.raises(SerialNotSingle):
        stock_up(item, warehouse, 2, 20, lot_id=serial.pk)
    stock_up(item, warehouse, 1, 10, lot_id=serial.pk)
    with pytest.raises(SerialNotSingle):
        stock_up(item, warehouse, 1, 10, lot_id=serial.pk)


def test_who_may_not_move_goods_here_is_refused_before_any_write() -> None:
    here = make_warehouse()
    elsewhere = make_user("storekeeper", branches=[make_branch()])
    put = Put(make_item().pk, here.pk, Decimal(1), Decimal(1), "line:1")
    for person in (make_user("seller"), elsewhere):
        with pytest.raises(NotAllowed):
            store_goods(
                puts=[put], kind=MoveKind.RECEIPT, from_kind=LocationKind.SUPPLIER, at=NOON, by=person,
                branch_id=here.branch_id,
            )  # fmt: skip
    assert not StockMove.objects.exists()
    move = store_goods(
        puts=[put], kind=MoveKind.RECEIPT, from_kind=LocationKind.SUPPLIER, at=NOON,
        by=make_user("storekeeper", branches=[here.branch]), branch_id=here.branch_id,
    )[0]  # fmt: skip
    assert move.by is not None


def test_a_closed_month_takes_no_goods(monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(branch_id: int, on: object) -> None:
        raise PeriodClosed(period="2026-03", on=on)

    monkeypatch.setattr(require_open, "_answer", closed)
    with pytest.raises(PeriodClosed):
        stock_up(make_item(), make_warehouse(), 1, 1)
    assert not StockMove.objects.exists()


@pytest.mark.parametrize("wrong", [{"qty": -1}, {"reserved": 5}, {"reserved": -1}])
def test_the_database_guards_balances(wrong: dict[str, int]) -> None:
    item = make_item()
    stock_up(item, make_warehouse(), 2, 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        StockBalance.objects.filter(item=item).update(**wrong)


def test_the_database_guards_moves() -> None:
    move = stock_up(make_item(), make_warehouse(), 2, 2)
    for action in (
        lambda: StockMove.objects.filter(pk=move.pk).update(qty=3),
        lambda: StockMove.objects.filter(pk=move.pk).delete(),
        lambda: CostLayer.objects.filter(move=move).update(left_qty=3),
        lambda: CostLayer.objects.filter(move=move).update(left_qty=0),
    ):
        with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
            action()
