"""What goods cost when they leave: plain arithmetic over cost layers, without a database.

First in, first out: a layer keeps the unit cost at which it came in, value ÷ quantity. Moving average: one pool,
and each use costs what the pool costs at that moment. In both, the use that empties a layer takes all the value
left in it, so that cents are neither lost nor made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from core.money import ZERO, cents, unit_price


class Layer(Protocol):
    """The columns of a cost layer that its cost depends on. `repriced`: its value was adjusted after receipt."""

    pk: int
    pooled: bool
    repriced: bool
    qty: Decimal
    value: Decimal
    left_qty: Decimal
    left_value: Decimal


@dataclass(frozen=True)
class Slice:
    """`qty` taken from one layer, worth `value` (base currency, cents)."""

    layer_id: int
    qty: Decimal
    value: Decimal

    @property
    def unit_cost(self) -> Decimal:
        return unit_price(self.value / self.qty)


def value_of(layer: Layer, qty: Decimal) -> Decimal:
    """What `qty` of a layer costs; all that is left of it takes all its left value.

    A pool, and a layer whose value was adjusted after it came in, cost what their rest costs on average.
    """
    if qty == layer.left_qty:
        return layer.left_value
    if layer.pooled or layer.repriced:
        return cents(qty * layer.left_value / layer.left_qty)
    # Rounding many small uses up must not take more than there is.
    return min(cents(qty * layer.value / layer.qty), layer.left_value)


def take(layers: Iterable[Layer], qty: Decimal) -> list[Slice]:
    """Take `qty` off `layers` in their order and lower their rest; takes less when the layers hold less."""
    slices = []
    for layer in layers:
        if qty <= 0:
            break
        part = min(qty, layer.left_qty)
        if part <= 0:
            continue
        value = value_of(layer, part)
        layer.left_qty -= part
        layer.left_value -= value
        slices.append(Slice(layer_id=layer.pk, qty=part, value=value))
        qty -= part
    return slices


def total(slices: Iterable[Slice]) -> Decimal:
    return sum((part.value for part in slices), ZERO)
