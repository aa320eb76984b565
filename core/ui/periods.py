"""Days and periods in words: what people type into a date filter or a date field.

Understood: today, yesterday, tomorrow, this/last/next week, month, quarter, year, over 14 days (longer ago than that),
last 30 days, next 7 days, a month (2026-03), a year (2026), a day (2026-03-05, 5.3.2026, 05/03/2026 by the language,
5 March 2026 and 5 Mar 2026 in the language or in English), and two days joined by "..".
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import formats
from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext as _

DAY = timedelta(days=1)
_COUNTED = re.compile(r"(\d{1,4})")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}$")
_MONTH = re.compile(r"(\d{4})-(\d{1,2})$")
_YEAR = re.compile(r"(\d{4})$")
_BY_NAME = re.compile(r"(\d{1,2})\.? (\D+?)\.? (\d{4})")


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both included; None is open."""

    since: date | None
    until: date | None


def suggestions() -> list[str]:
    """What a date filter offers, in the user's language; `read_period` understands each."""
    return [*_named(date(2000, 1, 1)), *(text % {"days": 14} for text in (_over(), _last_days(), _next_days()))]


def read_period(text: str, *, today: date) -> Period | None:
    """The period a text means; None when it means nothing to us."""
    words = " ".join(text.lower().split())
    if not words:
        return None
    if ".." in words:
        first, _dots, last = (part.strip() for part in words.partition(".."))
        since, until = read_day(first, today=today), read_day(last, today=today)
        if (first and since is None) or (last and until is None) or not (first or last):
            return None
        return Period(since, until)
    named = {name.lower(): period for name, period in _named(today).items()}
    if words in named:
        return named[words]
    return _counted(words, today) or _calendar(words) or _one_day(words, today)


def read_day(text: str, *, today: date) -> date | None:
    """A day in words or figures; None when it is none."""
    words = " ".join(text.lower().split())
    near = {_("today"): today, _("tomorrow"): today + DAY, _("yesterday"): today - DAY}
    found = {name.lower(): day for name, day in near.items()}.get(words)
    if found is not None:
        return found
    weekdays = [formats.date_format(date(2024, 1, number), "l").lower() for number in range(1, 8)]
    for number, name in enumerate(weekdays):
        if words in (name, pgettext("next weekday", "next %(weekday)s") % {"weekday": name}):
            return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    counted = re.fullmatch(r"\+(\d{1,3})", words)
    if counted:
        return today + timedelta(days=int(counted[1]))
    for form in (*formats.get_format("DATE_INPUT_FORMATS"), "%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(words, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return _day_by_name(words)


def as_typed(day: date) -> str:
    """A day as people of the language type it (20 Nov 2026, 20.11.2026); `read_day` reads it in every language."""
    return formats.date_format(day, "SHORT_DATE_FORMAT")


def in_words(text: str, *, today: date) -> str:
    """How a period that stands in an address is shown: its days and months as the language writes them."""
    first, dots, last = (part.strip() for part in text.partition(".."))
    if dots:
        ends = [(part, read_day(part, today=today)) for part in (first, last)]
        return " – ".join(as_typed(day) if day else part or "…" for part, day in ends)
    month = _MONTH.match(first)
    if month and 1 <= int(month[2]) <= 12:
        return formats.date_format(date(int(month[1]), int(month[2]), 1), "YEAR_MONTH_FORMAT")
    return as_typed(date.fromisoformat(first)) if _ISO_DAY.match(first) and read_day(first, today=today) else text


def _day_by_name(words: str) -> date | None:
    named = _BY_NAME.fullmatch(words)
    month = (_months(get_language() or "en").get(named[2]) or _months("en").get(named[2])) if named else None
    if named is None or month is None:
        return None
    try:
        return date(int(named[3]), month, int(named[1]))
    except ValueError:
        return None


@lru_cache(maxsize=8)
def _months(language: str) -> dict[str, int]:
    """The names of months in a language, long, short and as they stand in a date."""
    with override(language):
        return {
            formats.date_format(date(2024, month, 1), form).lower().rstrip("."): month
            for month in range(1, 13)
            for form in "FMNEb"
        }


def month_of(day: date, *, shift: int = 0) -> Period:
    """The whole month `shift` months away from the day's."""
    year, month = divmod(day.year * 12 + day.month - 1 + shift, 12)
    return Period(date(year, month + 1, 1), date(year, month + 1, monthrange(year, month + 1)[1]))


def _week(day: date, shift: int = 0) -> Period:
    monday = day - timedelta(days=day.weekday()) + timedelta(weeks=shift)
    return Period(monday, monday + timedelta(days=6))


def _quarter(day: date, shift: int = 0) -> Period:
    first = date(day.year, day.month - (day.month - 1) % 3, 1)
    return Period(month_of(first, shift=3 * shift).since, month_of(first, shift=3 * shift + 2).until)


def _year(day: date, shift: int = 0) -> Period:
    return Period(date(day.year + shift, 1, 1), date(day.year + shift, 12, 31))


def _named(today: date) -> dict[str, Period]:
    return {
        _("today"): Period(today, today),
        _("yesterday"): Period(today - DAY, today - DAY),
        _("tomorrow"): Period(today + DAY, today + DAY),
        _("this week"): _week(today),
        _("last week"): _week(today, -1),
        _("next week"): _week(today, 1),
        _("this month"): month_of(today),
        _("last month"): month_of(today, shift=-1),
        _("next month"): month_of(today, shift=1),
        _("this quarter"): _quarter(today),
        _("last quarter"): _quarter(today, -1),
        _("this year"): _year(today),
        _("last year"): _year(today, -1),
    }


def _over() -> str:
    return pgettext("longer ago than", "over %(days)s days")


def _last_days() -> str:
    return pgettext("period", "last %(days)s days")


def _next_days() -> str:
    return pgettext("period", "next %(days)s days")


def _counted(words: str, today: date) -> Period | None:
    number = _COUNTED.search(words)
    if number is None:
        return None
    days = int(number[1])
    if words == _over().lower() % {"days": days}:
        return Period(None, today - timedelta(days=days + 1))
    if words == _last_days().lower() % {"days": days}:
        return Period(today - timedelta(days=days - 1), today)
    if words == _next_days().lower() % {"days": days}:
        return Period(today, today + timedelta(days=days - 1))
    return None


def _calendar(words: str) -> Period | None:
    month = _MONTH.match(words)
    if month and 1 <= int(month[2]) <= 12:
        return month_of(date(int(month[1]), int(month[2]), 1))
    year = _YEAR.match(words)
    return _year(date(int(year[1]), 1, 1)) if year and int(year[1]) else None


def _one_day(words: str, today: date) -> Period | None:
    day = read_day(words, today=today)
    return Period(day, day) if day else None
