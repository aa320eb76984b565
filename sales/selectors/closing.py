"""Deals by the day they are to close: a period in words, a month, past due, or no day named."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils import formats
from django.utils.translation import gettext as _

from core.models import User
from core.ui.periods import Period, month_of, read_period
from sales.choices import DealStatus
from sales.models import Deal

# What an address says where it means no period; the same in every language.
OVERDUE, NONE = "overdue", "none"
LATER = "later"


@dataclass(frozen=True)
class Closing:
    """A wish about the day of closing. Neither period nor word keeps every deal."""

    period: Period | None = None
    word: str = ""

    def narrow(self, deals: QuerySet[Deal], today: date) -> QuerySet[Deal]:
        if self.word == NONE:
            return deals.filter(expected_close__isnull=True)
        if self.word == OVERDUE:
            return deals.filter(status=DealStatus.OPEN, expected_close__lt=today)
        if self.period is None:
            return deals
        within = Q()
        if self.period.since:
            within &= Q(expected_close__gte=self.period.since)
        if self.period.until:
            within &= Q(expected_close__lte=self.period.until)
        return deals.filter(within)


def read_closing(text: str, today: date) -> Closing | None:
    """What an address or a person says of the day of closing; None where it means nothing."""
    words = text.strip().lower()
    for word, said in ((OVERDUE, _("Overdue")), (NONE, _("No day named"))):
        if words in (word, said.lower()):
            return Closing(word=word)
    period = read_period(text, today=today)
    return Closing(period) if period else None


def closing_words(text: str) -> str:
    """The same in words: overdue, a month by its name, anything else as it was typed."""
    words = text.strip()
    named = {OVERDUE: _("Overdue"), NONE: _("No day named")}.get(words.lower())
    if named:
        return named
    month = re.fullmatch(r"(\d{4})-(\d{1,2})", words)
    if month and 1 <= int(month[2]) <= 12 and int(month[1]):
        return formats.date_format(date(int(month[1]), int(month[2]), 1), "F Y")
    return words


def months_ahead(today: date, count: int) -> list[date]:
    """The first days of this month and those after it."""
    return [first for shift in range(count) if (first := month_of(today, shift=shift).since)]


def month_key(day: date | None, today: date, months: list[date]) -> str:
    """Where a day of closing stands in a forecast: overdue, a month as 2026-03, later, or none."""
    if day is None:
        return NONE
    if day < today:
        return OVERDUE
    first = day.replace(day=1)
    return f"{first:%Y-%m}" if first <= months[-1] else LATER


def later_than(months: list[date]) -> str:
    """The period behind the last of the months, as an address says it."""
    last = month_of(months[-1]).until or months[-1]
    return f"{last + timedelta(days=1):%Y-%m-%d}.."


def who_own(deals: QuerySet[Deal]) -> QuerySet[User]:
    """Who has open ones among the deals.

    The owners are gathered from the open deals; asked of each colleague, it would go through all he ever had.
    """
    theirs = deals.order_by().filter(status=DealStatus.OPEN).values("owner").distinct()
    return User.objects.filter(pk__in=theirs).order_by("first_name", "last_name")


def owners_of(deals: QuerySet[Deal]) -> list[User]:
    """Who has open ones among the deals (one statement)."""
    return list(who_own(deals))
