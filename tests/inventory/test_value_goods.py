"""First in, first out and moving average against slow reference models, with any mix of what can happen to goods."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from core.actors import SYSTEM
from inventory.choices import AdjustmentTarget, Valuation
from inventory.errors import GoodsUsedMeanwhile, InsufficientStock
from inventory.models import CostLayer, LayerUse, StockBalance, StockMove
from inventory.selectors.stock import stock_value_as_of
from inventory.services.moves import reverse_move
from inventory.services.valuation import adjust_layer
from tests.factories.core import serial
from tests.factories.inventory import NOON, make_item, make_warehouse, stock_up, take_out
from tests.inventory.conftest import warehouse_findings

pytestmark = pytest.mark.django_db

CENT = Decimal("0.01")
# No shrinking: on a database it takes minutes; the failing story is printed as it was found.
MANY = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)

quantities = st.decimals("0.0001", "40", places=4)
values = st.decimals("0", "900", places=2)
happenings = st.lists(
    st.one_of(
        st.tuples(st.just("receive"), quantities, values),
        st.tuples(st.just("issue"), quantities),
        st.tuples(st.just("take back issue"), st.integers(0, 5)),
        st.tuples(st.just("take back receipt"), st.integers(0, 5)),
        st.tuples(st.just("late cost"), st.integers(0, 5), st.decimals("0.01", "50", places=2)),
    ),
    min_size=3,
    max_size=14,
)


def cents(value: Fraction) -> Decimal:
    """Round a fraction to the cent, halves up, without a detour over binary numbers."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(CENT, rounding=ROUND_HALF_UP)


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
@example(
    steps=[
        ("receive", Decimal(4), Decimal("153.60")),
        ("receive", Decimal(4), Decimal("183.00")),
        ("issue", Decimal("7.2")),
    ]
)
def test_moving_average(followed: list[Any], steps: list[tuple[Any, ...]]) -> None:
    followed.clear()
    warehouse, item = make_warehouse(), make_item(valuation=Valuation.AVERAGE)
    there, worth = Fraction(0), Decimal("0.00")
    receipts: list[StockMove] = []
    issues: list[StockMove] = []
    adjusted: dict[int, Decimal] = {}
    for kind, *what in steps:
        if kind == "receive":
            receipts.append(stock_up(item, warehouse, *what))
            there, worth = there + Fraction(what[0]), worth + what[1]
        elif kind == "issue" and Fraction(what[0]) <= there:
            (move,) = take_out(item, warehouse, what[0])
            qty = Fraction(what[0])
            assert move.value == (worth if qty == there else cents(qty * Fraction(worth) / there))
            there, worth = there - qty, worth - move.value
            issues.append(move)
        elif kind == "take back issue" and what[0] < len(issues):
            move = issues.pop(what[0])
            reverse_move(move_id=move.pk, at=NOON, by=SYSTEM, reason="x")
            there, worth = there + Fraction(move.qty), worth + move.value
        elif kind == "take back receipt" and what[0] < len(receipts):
            move = receipts[what[0]]
            left, rest = there - Fraction(move.qty), worth - move.value - adjusted.get(move.pk, Decimal(0))
            if left < 0 or rest < 0 or (left == 0 and rest != 0):
                with pytest.raises((GoodsUsedMeanwhile, InsufficientStock)):
                    reverse_move(move_id=move.pk, at=NOON, by=SYSTEM, reason="x")
                continue
            reverse_move(move_id=move.pk, at=NOON, by=SYSTEM, reason="x")
            receipts.remove(move)
            there, worth = left, rest
        elif kind == "late cost" and what[0] < len(receipts) and (there or issues):
            part = _late_cost_of_pool(item.pk, receipts[what[0]], what[1])
            adjusted[receipts[what[0]].pk] = adjusted.get(receipts[what[0]].pk, Decimal(0)) + part
            worth += part
    assert stock_value_as_of(NOON, warehouse_ids=[warehouse.pk]) == worth
    assert CostLayer.objects.filter(item=item).count() <= 1
    assert warehouse_findings() == []


def _late_cost_of_pool(item_id: int, receipt: StockMove, amount: Decimal) -> Decimal:
    """Put a late cost on a receipt of a pool; what it added to the stock. Its parts add up."""
    pool = CostLayer.objects.get(item=item_id, pooled=True)
    adjustment = adjust_layer(
        layer_id=pool.pk, receipt_move_id=receipt.pk, amount=amount, reason="Late freight", at=NOON, by=SYSTEM,
        source_key=f"late:{serial()}",
    )  # fmt: skip
    parts = {part.target: Decimal(0) for part in adjustment.parts.all()}
    for part in adjustment.parts.all():
        parts[part.target] += part.amount
    assert sum(parts.values()) == amount
    return parts.get(AdjustmentTarget.STOCK, Decimal(0))


@MANY
@given(
    before=st.lists(st.tuples(quantities, values), min_size=1, max_size=3),
    late=st.decimals("0.01", "100", places=2),
    after=st.lists(st.tuples(st.booleans(), quantities, values), max_size=6),
)
def test_a_late_cost_in_a_pool_is_shared_as_if_it_had_been_known(
    followed: list[Any],
    before: list[tuple[Decimal, Decimal]],
    late: Decimal,
    after: list[tuple[bool, Decimal, Decimal]],
) -> None:
    """The reference plays the same story twice, exactly: without the cost and with it. The difference is the share."""
    followed.clear()
    warehouse, item = make_warehouse(), make_item(valuation=Valuation.AVERAGE)
    receipt = [stock_up(item, warehouse, qty, value) for qty, value in before][-1]
    there = sum(Fraction(qty) for qty, _ in before)
    excess, expected = Fraction(late), {}
    for comes, qty, value in after:
        if comes:
            stock_up(item, warehouse, qty, value)
            there += Fraction(qty)
        elif Fraction(qty) <= there:
            (move,) = take_out(item, warehouse, qty)
            expected[move.pk] = excess * Fraction(qty) / there
            excess -= expected[move.pk]
            there -= Fraction(qty)
    part = _late_cost_of_pool(item.pk, receipt, late)
    given_shares = {share.move.pk: share.amount for share in followed}
    tolerance = Fraction(len(expected) + 1, 100)
    assert abs(Fraction(part) - excess) <= tolerance
    for pk, share in expected.items():
        assert abs(Fraction(given_shares.get(pk, Decimal(0))) - share) <= tolerance
    assert LayerUse.objects.filter(move__in=expected).count() == len(expected)
    assert warehouse_findings() == []
