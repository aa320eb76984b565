"""The one place where amounts are rounded: HALF_UP, on Decimal, never on float."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
UNIT = Decimal("0.000001")
PERCENT = Decimal("0.01")
ZERO = Decimal("0.00")
MINUS = "\N{MINUS SIGN}"


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


def rounded(amount: Decimal | int, *, decimals: int) -> Decimal:
    """Round an amount to the places of its currency (0 for JPY, 3 for KWD), halves away from zero."""
    return Decimal(amount).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def split(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Share `amount` (to the cent) by `weights`; the shares add up to it exactly.

    Each share is rounded by itself; the rest cents go to the largest weight, the first of equals. No share
    changes its sign for them: where the largest cannot bear all, the next largest bears what is left. When all
    weights are zero the first share takes all. Raises ValueError without weights or with a negative one.
    """
    if not weights:
        raise ValueError("nothing to split over")
    if any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative")
    total = sum(weights, Decimal(0))
    if not total:
        return [amount, *[ZERO] * (len(weights) - 1)]
    shares = [cents(amount * weight / total) for weight in weights]
    rest = amount - sum(shares, Decimal(0))
    for index in sorted(range(len(weights)), key=lambda index: -weights[index]):
        most = -shares[index]  # a share that gives cents away can give all it has
        borne = rest if rest * amount >= 0 else max(rest, most) if amount > 0 else min(rest, most)
        shares[index] += borne
        rest -= borne
    return shares


def true_minus(written: str) -> str:
    """A written amount with the true minus sign: −€12.00 and −12,00 €, never a hyphen. Only for people to read."""
    return written.replace("-", MINUS, 1) if "-" in written else written
