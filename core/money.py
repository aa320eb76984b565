"""The one place where amounts are rounded: HALF_UP, on Decimal, never on float."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
UNIT = Decimal("0.000001")
PERCENT = Decimal("0.01")
ZERO = Decimal("0.00")


def cents(amount: Decimal | int) -> Decimal:
    """Round an amount to the cent, halves away from zero."""
    return Decimal(amount).quantize(CENT, rounding=ROUND_HALF_UP)


def unit_price(amount: Decimal | int) -> Decimal:
    """Round a price or cost of one unit to six places."""
    return Decimal(amount).quantize(UNIT, rounding=ROUND_HALF_UP)


def percent_of(part: Decimal, whole: Decimal) -> Decimal:
    """`part` as a percentage of `whole`, two places; zero when there is no whole."""
    if not whole:
        return ZERO
    return (part / whole * 100).quantize(PERCENT, rounding=ROUND_HALF_UP)


def split(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Share `amount` (to the cent) by `weights`; the shares add up to it exactly.

    Each share is rounded by itself; the rest cents go to the largest weight, the first of equals. When all
    weights are zero the first share takes all. Raises ValueError without weights or with a negative one.
    """
    if not weights:
        raise ValueError("nothing to split over")
    if any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative")
    total = sum(weights, Decimal(0))
    shares = [cents(amount * weight / total) if total else ZERO for weight in weights]
    largest = max(range(len(weights)), key=lambda index: weights[index])
    shares[largest] += amount - sum(shares, Decimal(0))
    return shares
