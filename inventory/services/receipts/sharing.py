"""How freight and the like are shared over the lines of a receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.money import split
from inventory.choices import CostKey


@dataclass(frozen=True)
class Portion:
    """What came in with one line: its value (base currency), its quantity, and the weight of one unit."""

    value: Decimal
    qty: Decimal
    unit_weight: Decimal


def shares(amount: Decimal, portions: Sequence[Portion], key: CostKey | str) -> list[Decimal]:
    """Share `amount` over portions by value, weight or quantity; the shares add up to it to the cent.

    The rest cents go to the largest portion. Where the key says nothing (no weights, no values) the quantity
    decides.
    """
    weights = [_weight(portion, key) for portion in portions]
    if not any(weights):
        weights = [portion.qty for portion in portions]
    return split(amount, weights)


def _weight(portion: Portion, key: CostKey | str) -> Decimal:
    if key == CostKey.WEIGHT:
        return portion.qty * portion.unit_weight
    return portion.value if key == CostKey.VALUE else portion.qty
