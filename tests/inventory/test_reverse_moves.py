from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.actors import SYSTEM
from core.errors import NotAllowed
from inventory.choices import MoveKind, Valuation
from inventory.errors import GoodsUsedMeanwhile, InsufficientStock, MoveOfADocument, MoveReversed
from inventory.models import CostLayer, StockBalance, StockMove
from inventory.selectors.stock import stock_value_as_of
from inventory.services.moves import Shift, reverse_move, reverse_moves, transfer_goods
from inventory.services.reservations import Need, reserve_goods
from inventory.services.valuation import adjust_layer
from tests.factories.core import make_user
from tests.factories.inventory import NOON, make_item, make_warehouse, stock_up, take_out

pytestmark = pytest.mark.django_db

BOTH = pytest.mark.parametrize("valuation", [Valuation.FIFO, Valuation.AVERAGE])


def back(move: StockMove, by: Any = SYSTEM) -> StockMove:
    return reverse_move(move_id=move.pk, at=NOON, by=by, reason="a mistake")


@BOTH
def test_an_issue_taken_back_restores_layers_and_balance(valuation: str) -> None:
    warehouse, item = make_warehouse(), make_item(valuation=valuation)
    stock_up(item, warehouse, 20, "224.00")
    stock_up(item, warehouse, 15, "177.75")
    before = list(CostLayer.objects.order_by("pk").values("left_qty", "left_value"))
    (move,) = take_out(item, warehouse, 30)
    reversal = back(move)
    assert (reversal.kind, reversal.value, reversal.reversal_of) == (MoveKind.REVERSAL, move.value, move)
    assert (reversal.from_location, reversal.to_location) == (move.to_location, move.from_location)
    assert list(CostLayer.objects.order_by("pk").values("left_qty", "left_value")) == before
    assert StockBalance.objects.get(item=item).qty == 35
    assert take_out(item, warehouse, 30)[0].value == move.value


def test_taking_back_twice_is_taking_back_once() -> None:
    warehouse, item = make_warehouse(), make_item()
    stock_up(item, warehouse, 2, 20)
    (move,) = take_out(item, warehouse, 1)
    assert back(move).pk == back(move).pk
    assert StockBalance.objects.get(item=item).qty == 2
    with pytest.raises(MoveReversed):
        back(StockMove.objects.get(kind=MoveKind.REVERSAL))


@BOTH
def test_a_receipt_taken_back_leaves_nothing(valuation: str) -> None:
    warehouse, item = make_warehouse(), make_item(valuation=valuation)
    move = stock_up(item, warehouse, 2, 20)
    assert back(move).value == Decimal("20.00")
    assert StockBalance.objects.get(item=item).qty == 0
    assert stock_value_as_of(NOON) == 0


@BOTH
def test_used_goods_cannot_go_back(valuation: str) -> None:
    warehouse, item = make_warehouse(), make_item(valuation=valuation)
    first = stock_up(item, warehouse, 2, 20)
    take_out(item, warehouse, 1)
    stock_up(item, warehouse, 1, 1)
    with pytest.raises(GoodsUsedMeanwhile):
        back(first)
    assert StockBalance.objects.get(item=item).qty == 2


def test_reserved_goods_cannot_go_back() -> None:
    warehouse, item = make_warehouse(), make_item()
    move = stock_up(item, warehouse, 2, 20)
    reserve_goods(needs=[Need("a", item.pk, warehouse.pk, Decimal(1))], by=SYSTEM)
    with pytest.raises(InsufficientStock):
        back(move)


@BOTH
def test_a_receipt_goes_back_with_its_late_costs(valuation: str, followed: list[Any]) -> None:
    warehouse, item = make_warehouse(), make_item(valuation=valuation)
    keeps = stock_up(item, warehouse, 2, 20)
    move = stock_up(item, warehouse, 2, 30)
    layer = CostLayer.objects.filter(item=item).order_by("-pk")[0]
    adjust_layer(
        layer_id=layer.pk, receipt_move_id=move.pk, amount=Decimal(5), reason="Customs", at=NOON, by=SYSTEM,
        source_key="late:1",
    )  # fmt: skip
    assert back(move).value == Decimal("35.00")
    assert stock_value_as_of(NOON) == keeps.value
    assert followed == []


@BOTH
def test_a_transfer_goes_back_with_what_it_is_worth_now(valuation: str, followed: list[Any]) -> None:
    here = make_warehouse()
    there, item = make_warehouse(branch=here.branch), make_item(valuation=valuation)
    receipt = stock_up(item, here, 4, 40)
    (move,) = transfer_goods(
        shifts=[Shift(item.pk, here.pk, there.pk, Decimal(3), "shift:1")], at=NOON, by=SYSTEM, branch_id=here.branch_id
    )[0]
    adjust_layer(
        layer_id=CostLayer.objects.get(warehouse=here).pk, receipt_move_id=receipt.pk, amount=Decimal(4), reason="Toll",
        at=NOON, by=SYSTEM, source_key="late:1",
    )  # fmt: skip
    assert back(move).value == Decimal("33.00")
    assert stock_value_as_of(NOON, warehouse_ids=[here.pk]) == Decimal("44.00")
    assert stock_value_as_of(NOON, warehouse_ids=[there.pk]) == 0


def test_several_moves_go_back_together_or_not_at_all() -> None:
    warehouse, item, other = make_warehouse(), make_item(), make_item()
    moves = [stock_up(item, warehouse, 2, 20), stock_up(other, warehouse, 2, 20)]
    take_out(other, warehouse, 1)
    with pytest.raises((GoodsUsedMeanwhile, InsufficientStock)):
        reverse_moves(move_ids=[move.pk for move in moves], at=NOON, by=SYSTEM, reason="x")
    assert StockBalance.objects.get(item=item).qty == 2


def test_only_who_may_takes_back() -> None:
    move = stock_up(make_item(), make_warehouse(), 2, 20)
    with pytest.raises(NotAllowed):
        back(move, by=make_user("operator"))
    assert back(move, by=make_user("storekeeper")).by is not None


def test_the_database_keeps_one_reversal_per_move() -> None:
    move = stock_up(make_item(), make_warehouse(), 2, 20)
    reversal = back(move)
    reversal.pk, reversal.source_key = None, None
    with pytest.raises(IntegrityError), transaction.atomic():
        reversal.save(force_insert=True)


@pytest.mark.parametrize("owner", ["sales", "production", "support"])
def test_a_move_of_a_document_is_taken_back_by_its_document(owner: str) -> None:
    warehouse, item = make_warehouse(), make_item()
    stock_up(item, warehouse, 5, "50.00")
    (move,) = take_out(item, warehouse, 2, source_key=f"{owner}.line:1")
    with pytest.raises(MoveOfADocument):
        back(move, by=make_user(role="storekeeper"))
    assert not StockMove.objects.filter(reversal_of=move).exists()
    assert back(move).reversal_of == move
