"""What is owed by the day on which it is due: sums by age, the coming days and weeks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from core.money import ZERO
from finance.selectors.aged import AGES, OpenDebt, place_of

# What falls due on a day; under None what has none.
Days = dict[date | None, Decimal]


def by_day(debts: Iterable[OpenDebt]) -> Days:
    """How much falls due on each day."""
    days: Days = {}
    for _pk, _client, _entity, due_on, amount in debts:
        days[due_on] = days.get(due_on, ZERO) + amount
    return days


def totals_of(days: Days, on: date) -> list[Decimal]:
    """All debts by age."""
    sums = [ZERO] * len(AGES)
    for due_on, amount in days.items():
        sums[place_of(due_on, on)] += amount
    return sums


def due_between(days: Days, since: date, until: date) -> Decimal:
    """What falls due in these days, both included."""
    return sum((amount for due_on, amount in days.items() if due_on and since <= due_on <= until), ZERO)


@dataclass(frozen=True)
class Week:
    """What is due in a week, both ways, and the balance at its end if everybody pays on the day."""

    first: date
    incoming: Decimal
    outgoing: Decimal
    balance: Decimal


def weeks_ahead(debts: Days, bills: Days, *, on: date, balance: Decimal, weeks: int = 13) -> list[Week]:
    """Money that is due in the coming weeks; what is late already counts in the first."""
    monday = on - timedelta(days=on.weekday())
    due: dict[int, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for side, days in enumerate((debts, bills)):
        for due_on, amount in days.items():
            place = max(((due_on or on) - monday).days // 7, 0)
            due[place][side] += amount
    made = []
    for place in range(weeks):
        incoming, outgoing = due[place]
        balance += incoming - outgoing
        made.append(Week(monday + timedelta(days=7 * place), incoming, outgoing, balance))
    return made
