"""XYZ: how steadily something is sold, by the coefficient of variation of its quantities per period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

PERCENT = Decimal("0.0001")
X_LIMIT, Y_LIMIT = Decimal(10), Decimal(25)


@dataclass(frozen=True)
class XyzRow:
    """Mean, and the coefficient of variation in per cent (four places; None where the mean is not positive).

    `exact_pct` is the same unrounded, for who shows fewer places.
    """

    mean: Decimal
    cv_pct: Decimal | None
    letter: str
    exact_pct: Decimal | None = None


def classify_series(
    values: Sequence[Decimal], *, x_limit: Decimal = X_LIMIT, y_limit: Decimal = Y_LIMIT, sample: bool = False
) -> XyzRow:
    """X up to `x_limit` % variation, Y up to `y_limit` %, else Z; also Z when nothing was sold.

    CV = standard deviation / mean × 100. The population formula divides the squares by n (the default), the
    sample formula by n − 1 and needs two values. The limits are compared on exact squares, without a root.
    Raises ValueError for an empty series.
    """
    count = len(values)
    if not count:
        raise ValueError("a series needs at least one value")
    total = sum(values, Decimal(0))
    mean = total / count
    if total <= 0 or (sample and count < 2):
        return XyzRow(mean, None, "Z")
    # (s / m)² = (n Σx² − (Σx)²) / (Σx)², times n / (n − 1) for the sample formula.
    spread = count * sum((value * value for value in values), Decimal(0)) - total * total
    numerator, denominator = spread, total * total
    if sample:
        numerator, denominator = spread * count, denominator * (count - 1)
    letter = "Z"
    for name, limit in (("X", x_limit), ("Y", y_limit)):
        if numerator * 10_000 <= limit * limit * denominator:
            letter = name
            break
    variation = (numerator / denominator).sqrt() * 100
    return XyzRow(mean, variation.quantize(PERCENT, rounding=ROUND_HALF_UP), letter, variation)
