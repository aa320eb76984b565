"""ABC: which few records make most of the amount. Pure arithmetic; the amounts come from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

SHARE = Decimal("0.0001")
A_LIMIT, B_LIMIT = Decimal(80), Decimal(95)


@dataclass(frozen=True)
class AbcRow:
    """One record with its rank (largest first), its share and the cumulated share with it, in per cent."""

    key: Any
    amount: Decimal
    share_pct: Decimal
    cumulated_pct: Decimal
    letter: str
    rank: int


def classify(
    amounts: Sequence[tuple[Any, Decimal]],
    *,
    a_limit: Decimal = A_LIMIT,
    b_limit: Decimal = B_LIMIT,
    including: bool = True,
) -> list[AbcRow]:
    """Split records by the cumulated share of their amounts, largest first, equals in order of their key.

    With `including` a record is A while the share up to and with it is at most `a_limit` %, B up to `b_limit` %.
    Without it the share before the record counts, and must be below the limit: so the record that crosses 80 %
    is still A. Classes are decided on exact shares; those shown have four places. A record without a positive
    amount adds nothing and is C. Raises ValueError for limits that do not rise from 0 to 100.
    """
    if not 0 <= a_limit <= b_limit <= 100:
        raise ValueError("limits must rise from 0 to 100")
    ranked = sorted(amounts, key=lambda row: (-row[1], row[0]))
    total = sum((amount for _key, amount in ranked if amount > 0), Decimal(0))
    rows, before = [], Decimal(0)
    for rank, (key, amount) in enumerate(ranked, start=1):
        counted = max(amount, Decimal(0))
        after = before + counted
        letter = _letter(before, after, counted, total, a_limit, b_limit, including)
        rows.append(AbcRow(key, amount, _percent(counted, total), _percent(after, total), letter, rank))
        before = after
    return rows


def _letter(
    before: Decimal,
    after: Decimal,
    amount: Decimal,
    total: Decimal,
    a_limit: Decimal,
    b_limit: Decimal,
    including: bool,
) -> str:
    if amount <= 0:
        return "C"
    for letter, limit in (("A", a_limit), ("B", b_limit)):
        # Compared without dividing, so that a share of exactly 80 % is exactly 80 %.
        if (after * 100 <= limit * total) if including else (before * 100 < limit * total):
            return letter
    return "C"


def _percent(part: Decimal, total: Decimal) -> Decimal:
    if not total:
        return Decimal("0.0000")
    return (part * 100 / total).quantize(SHARE, rounding=ROUND_HALF_UP)
