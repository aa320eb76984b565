"""The days a report is about: words, a month, quarter, year or own dates, and what they are compared with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _

from core.money import percent_of
from core.ui.periods import Period, month_of, read_day, read_period

DAY = timedelta(days=1)
YEAR, BEFORE = "year", "before"
_QUARTER = re.compile(r"(\d{4})-?q([1-4])$")
EARLIEST = date(2000, 1, 1)


@dataclass(frozen=True)
class Days:
    """From the first day to the last; a period that is not over yet ends today, `until` is its own last day.

    `key` is how the address names it.
    """

    first: date
    last: date
    until: date
    key: str = ""

    @property
    def label(self) -> str:
        return in_words(self.first, self.last)

    @property
    def is_over(self) -> bool:
        return self.last >= self.until

    @property
    def aim(self) -> Decimal:
        """How much of the period is over, in per cent: what of a plan was to be reached by now."""
        return percent_of(Decimal((self.last - self.first).days + 1), Decimal((self.until - self.first).days + 1))

    @property
    def query(self) -> str:
        return f"since={self.first.isoformat()}&until={self.last.isoformat()}"

    def against(self, what: str) -> tuple[date, date]:
        """The same days a year ago, or as many days just before; whole months against whole months."""
        if what == BEFORE:
            if self.first.day == 1 and self.is_over and (self.until + DAY).day == 1:
                months = (self.until.year - self.first.year) * 12 + self.until.month - self.first.month + 1
                return month_of(self.first, shift=-months).since or self.first, self.first - DAY
            return self.first - (self.last - self.first) - DAY, self.first - DAY
        return year_before(self.first), year_before(self.last)


def year_before(day: date) -> date:
    """The same day a year earlier; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def in_words(first: date, last: date) -> str:
    """November 2026; 2026; 1 to 17 November 2026; 1 Oct 2026 to 17 Nov 2026."""
    if (first, last) == (date(first.year, 1, 1), date(first.year, 12, 31)):
        return str(first.year)
    month = month_of(first)
    if (first, last) == (month.since, month.until):
        return formats.date_format(first, "F Y")
    if first == last:
        return formats.date_format(first, "DATE_FORMAT")
    if (first.year, first.month) == (last.year, last.month):
        return _("%(first)s to %(last)s") % {"first": first.day, "last": formats.date_format(last, "DATE_FORMAT")}
    return _("%(first)s to %(last)s") % {
        "first": formats.date_format(first, "DATE_FORMAT"),
        "last": formats.date_format(last, "DATE_FORMAT"),
    }


def read(asked: Mapping[str, str], today: date, default: str = "") -> tuple[Days, str]:
    """The days of an address, and what was wrong with it (then the default stands)."""
    words = " ".join(asked.get("period", "").lower().split())
    since, until = asked.get("since", ""), asked.get("until", "")
    found: Period | None = None
    if since or until:
        found = Period(read_day(since, today=today), read_day(until, today=today))
        words = ""
    elif words:
        found = quarter(words) or read_period(words, today=today)
    if found is None and not (words or since or until):
        return _days(_default(default, today), today, default or f"{today:%Y-%m}"), ""
    if found is None or found.since is None or found.until is None or not EARLIEST <= found.since <= found.until:
        wrong = _("Write a month such as 2026-03, a year, words such as “last month”, or two days.")
        return _days(_default(default, today), today, default or f"{today:%Y-%m}"), wrong
    return _days(found, today, words), ""


def quarter(words: str) -> Period | None:
    named = _QUARTER.match(words)
    if named is None:
        return None
    first = date(int(named[1]), int(named[2]) * 3 - 2, 1)
    return Period(first, month_of(first, shift=2).until)


def _default(words: str, today: date) -> Period:
    return (read_period(words, today=today) if words else None) or month_of(today)


def _days(period: Period, today: date, key: str) -> Days:
    if period.since is None or period.until is None:  # no caller lets it come to this
        raise ValueError("a period with both days is needed")
    last = today if period.since <= today < period.until else period.until
    return Days(period.since, last, period.until, key)


def offered(today: date) -> list[tuple[str, str]]:
    """What the menu of periods offers: key and words, the present first."""
    first = date(today.year, today.month - (today.month - 1) % 3, 1)
    before = first - DAY
    quarters = [f"{day.year}-q{(day.month + 2) // 3}" for day in (first, before)]
    months = [month_of(today, shift=-number).since for number in range(6)]
    named = [(f"{month:%Y-%m}", formats.date_format(month, "F Y")) for month in months if month]
    named += [(key, _("Quarter %(number)s, %(year)s") % {"number": key[-1], "year": key[:4]}) for key in quarters]
    return [*named, *((str(year), str(year)) for year in (today.year, today.year - 1))]
