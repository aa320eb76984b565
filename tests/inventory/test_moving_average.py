"""Goods worth a moving average, and late costs of a pool, whatever happens."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.actors import SYSTEM
from inventory.choices import AdjustmentTarget, Valuation
from inventory.errors import GoodsUsedMeanwhile, InsufficientStock
from inventory.models import CostLayer, LayerUse, StockMove
from inventory.selectors.stock import stock_value_as_of
from inventory.services.moves import reverse_move
from inventory.services.valuation import adjust_layer
from tests.factories.core import serial
from tests.factories.inventory import NOON, make_item, make_warehouse, stock_up, take_out
from tests.inventory.conftest import warehouse_findings
from tests.inventory.happenings import MANY, cents, happenings, quantities, values

pytestmark = pytest.mark.django_db


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
