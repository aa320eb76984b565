"""Won deals month by month, with the same months a year before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth

from core.money import ZERO
from reports.definitions.deals import won
from reports.indicators import Params


@dataclass(frozen=True)
class Months:
    """Twelve figures of a year and of the one before; None for months that have not begun."""

    year: int
    amount: list[Decimal | None]
    count: list[int | None]
    past_amount: list[Decimal]
    past_count: list[int]


def won_by_month(params: Params, today: date) -> Months:
    """The year in which the period ends (one statement)."""
    year = params.last.year
    both = replace(params, first=date(year - 1, 1, 1), last=date(year, 12, 31))
    month = TruncMonth("closed_at", tzinfo=both.scope.zone)
    rows = won(both).order_by().annotate(month=month).values_list("month").annotate(total=Sum("amount"), n=Count("pk"))
    found = {(at.year, at.month): (total, n) for at, total, n in rows}

    def of(one: int, number: int) -> tuple[Decimal, int]:
        return found.get((one, number), (ZERO, 0))

    begun = [date(year, number, 1) <= today for number in range(1, 13)]
    return Months(
        year=year,
        amount=[of(year, number)[0] if begun[number - 1] else None for number in range(1, 13)],
        count=[of(year, number)[1] if begun[number - 1] else None for number in range(1, 13)],
        past_amount=[of(year - 1, number)[0] for number in range(1, 13)],
        past_count=[of(year - 1, number)[1] for number in range(1, 13)],
    )
