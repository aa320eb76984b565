"""First in, first out and moving average against slow reference models, with any mix of what can happen to goods."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given

from core.actors import SYSTEM
from inventory.errors import GoodsUsedMeanwhile, InsufficientStock
from inventory.models import CostLayer, StockBalance, StockMove
from inventory.selectors.stock import stock_value_as_of
from inventory.services.moves import reverse_move
from inventory.services.valuation import adjust_layer
from tests.factories.core import serial
from tests.factories.inventory import NOON, make_item, make_warehouse, stock_up, take_out
from tests.inventory.conftest import warehouse_findings
from tests.inventory.happenings import MANY, cents, happenings

pytestmark = pytest.mark.django_db


@dataclass
class Lot:
    """A receipt in the reference model of first in, first out."""

    qty: Fraction
    unit: Fraction
    left: Fraction
    worth: Decimal


@dataclass
class Fifo:
    """Slow reference: a list of receipts; each use walks them from the first on."""

    lots: dict[int, Lot] = field(default_factory=dict)
    taken: dict[int, list[tuple[int, Fraction, Decimal]]] = field(default_factory=dict)

    def receive(self, move: StockMove) -> None:
        qty, value = Fraction(move.qty), Fraction(move.value)
        self.lots[move.pk] = Lot(qty, value / qty, qty, move.value)

    def issue(self, qty: Decimal) -> list[tuple[int, Fraction, Decimal]]:
        rest, parts = Fraction(qty), []
        for key, lot in self.lots.items():
            part = min(rest, lot.left)
            if part == 0:
                continue
            value = lot.worth if part == lot.left else min(cents(part * lot.unit), lot.worth)
            lot.left -= part
            lot.worth -= value
            rest -= part
            parts.append((key, part, value))
        return parts

    def give_back(self, parts: list[tuple[int, Fraction, Decimal]]) -> None:
        for key, qty, value in parts:
            self.lots[key].left += qty
            self.lots[key].worth += value

    def add_to_stock(self, key: int, amount: Decimal) -> None:
        """After a later cost the rest of a lot costs what it is worth now, evenly."""
        lot = self.lots[key]
        lot.worth += amount

    @property
    def worth(self) -> Decimal:
        return sum((lot.worth for lot in self.lots.values()), Decimal("0.00"))


def _issue(model: Fifo, qty: Decimal, repriced: set[int]) -> list[tuple[int, Fraction, Decimal]]:
    for key in repriced & set(model.lots):
        lot = model.lots[key]
        if lot.left:
            lot.unit = Fraction(lot.worth) / lot.left
    return model.issue(qty)


def _late_cost(model: Fifo, receipt: StockMove, amount: Decimal, repriced: set[int]) -> None:
    """By quantity over what is left and each use; every share within a cent, together exactly the amount."""
    layer = CostLayer.objects.get(move=receipt)
    adjustment = adjust_layer(
        layer_id=layer.pk, receipt_move_id=receipt.pk, amount=amount, reason="Late freight", at=NOON, by=SYSTEM,
        source_key=f"late:{serial()}",
    )  # fmt: skip
    lot = model.lots[receipt.pk]
    shares = {None: lot.left}
    for move, parts in model.taken.items():
        for key, qty, _value in parts:
            if key == receipt.pk:
                shares[move] = qty
    given_shares = {part.use.move_id if part.use else None: part.amount for part in adjustment.parts.all()}
    assert sum(given_shares.values()) == amount
    for key, qty in shares.items():
        exact = Fraction(amount) * qty / lot.qty
        assert abs(Fraction(given_shares.get(key, Decimal(0))) - exact) <= Fraction(len(shares), 100)
    model.add_to_stock(receipt.pk, given_shares.get(None, Decimal(0)))
    repriced.add(receipt.pk)


@MANY
@given(steps=happenings)
@example(steps=[("receive", Decimal(3), Decimal("940.30")), ("issue", Decimal(2)), ("issue", Decimal(1))])
@example(steps=[("receive", Decimal(3), Decimal("0.01")), *[("issue", Decimal(1))] * 3])
def test_first_in_first_out(followed: list[Any], steps: list[tuple[Any, ...]]) -> None:
    followed.clear()
    warehouse, item, model = make_warehouse(), make_item(), Fifo()
    receipts: list[StockMove] = []
    issues: list[StockMove] = []
    repriced: set[int] = set()
    for kind, *what in steps:
        if kind == "receive":
            receipts.append(stock_up(item, warehouse, *what))
            model.receive(receipts[-1])
        elif kind == "issue":
            there = sum((lot.left for lot in model.lots.values()), Fraction(0))
            if there < Fraction(what[0]):
                with pytest.raises(InsufficientStock):
                    take_out(item, warehouse, what[0])
                continue
            (move,) = take_out(item, warehouse, what[0])
            uses = [(use.layer.move_id, Fraction(use.qty), use.value) for use in move.uses.order_by("pk")]
            expected = _issue(model, what[0], repriced)
            assert uses == expected
            model.taken[move.pk] = expected
            issues.append(move)
        elif kind == "take back issue" and what[0] < len(issues):
            move = issues.pop(what[0])
            assert reverse_move(move_id=move.pk, at=NOON, by=SYSTEM, reason="x").value == move.value
            model.give_back(model.taken.pop(move.pk))
        elif kind == "take back receipt" and what[0] < len(receipts):
            move = receipts[what[0]]
            lot = model.lots[move.pk]
            if lot.left != lot.qty:
                with pytest.raises((GoodsUsedMeanwhile, InsufficientStock)):
                    reverse_move(move_id=move.pk, at=NOON, by=SYSTEM, reason="x")
                continue
            assert reverse_move(move_id=move.pk, at=NOON, by=SYSTEM, reason="x").value == lot.worth
            receipts.remove(move)
            del model.lots[move.pk]
        elif kind == "late cost" and what[0] < len(receipts):
            receipt = receipts[what[0]]
            _late_cost(model, receipt, what[1], repriced)
    assert stock_value_as_of(NOON, warehouse_ids=[warehouse.pk]) == model.worth
    assert StockBalance.objects.filter(item=item, qty__gt=0).count() <= 1
    assert warehouse_findings() == []
