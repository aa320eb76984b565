"""Dates as people write them: in which order day, month and year stand, and the day a text names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache

ORDERS = {"ymd": "2026-11-30", "dmy": "30.11.2026", "mdy": "11/30/2026"}
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_PARTS = re.compile(r"(\d{1,4})[.\-/\s](\d{1,2})[.\-/\s](\d{1,4})\.?")
_DAY_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[.\s\-/]*([^\W\d_]{3,12})\.?[\s\-/,]*(\d{4}|\d{2})(?!\d)")
_NAMED_DAY = re.compile(r"([^\W\d_]{3,12})\.?\s*(\d{1,2})(?:st|nd|rd|th)?[\s,]+(\d{4})(?!\d)")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([AaPp][Mm])?\s*(Z|[+-]\d{2}:?\d{2})?")
_COMPACT = re.compile(r"(19|20)(\d{2})(\d{2})(\d{2})")
TURN_OF_CENTURY = 70  # two digits from here on are of the last century
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "cs", "sv", "ru", "uk")


@dataclass
class OrderEvidence:
    """How many dates can be read as day first only, as month first only, as year first, and in two ways."""

    dmy: int = 0
    mdy: int = 0
    ymd: int = 0
    unclear: int = 0
    dotted: int = 0
    example: str = ""

    def look_at(self, values: Iterable[str]) -> None:
        for text in values:
            found = _PARTS.match(text.strip())
            if found is None:
                self.ymd += bool(_ISO.match(text) or _COMPACT.fullmatch(text.strip()))
                continue
            self._count(text, int(found[1]), int(found[2]), len(found[1]))

    def _count(self, text: str, first: int, second: int, width: int) -> None:
        if width == 4:
            self.ymd += 1
        elif first > 12 >= second:
            self.dmy += 1
        elif second > 12 >= first:
            self.mdy += 1
        elif first <= 12 and second <= 12:
            self.unclear += 1
            self.dotted += "." in text
            self.example = self.example or text.strip()

    def add(self, other: OrderEvidence) -> None:
        for name in ("dmy", "mdy", "ymd", "unclear", "dotted"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.example = self.example or other.example

    def decide(self, default: str = "dmy") -> str:
        if self.dmy or self.mdy:
            return "dmy" if self.dmy >= self.mdy else "mdy"
        if self.unclear:
            return "dmy" if self.dotted * 2 >= self.unclear else default
        return "ymd" if self.ymd else default

    @property
    def is_open(self) -> bool:
        return bool(self.unclear) and not self.dmy and not self.mdy

    @property
    def contradicts_itself(self) -> bool:
        return bool(self.dmy and self.mdy)


@cache
def _months() -> dict[str, int]:
    from babel.dates import get_month_names

    found: dict[str, int] = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, language).items():
                    found.setdefault(name.lower().rstrip("."), number)
    return found


def parse(text: str, order: str) -> date | datetime | None:
    """The day (or moment, when a time follows) that a text names; None when it is no date in this order."""
    text = text.strip()
    iso = _ISO.match(text)
    try:
        if iso is not None:
            return _with_time(date(int(iso[1]), int(iso[2]), int(iso[3])), text[iso.end() :].lstrip("T "))
        compact = _COMPACT.fullmatch(text)
        if compact is not None:
            return date(int(compact[1] + compact[2]), int(compact[3]), int(compact[4]))
        parts = _PARTS.match(text)
        if parts is not None:
            return _with_time(_day(parts[1], parts[2], parts[3], order), text[parts.end() :].strip(" ,T"))
        named, (day, month) = _DAY_NAMED.match(text), (1, 2)
        if named is None:
            named, (day, month) = _NAMED_DAY.match(text), (2, 1)
        if named is not None and named[month].lower() in _months():
            found = date(_year(named[3]), _months()[named[month].lower()], int(named[day]))
            return _with_time(found, text[named.end() :].strip(" ,T"))
    except ValueError:
        return None
    return None


def _day(first: str, second: str, third: str, order: str) -> date:
    if len(first) == 4:
        return date(int(first), int(second), int(third))
    if len(first) > 2 or len(third) == 1 or len(third) == 3:
        raise ValueError(first)
    if order == "mdy":
        return date(_year(third), int(first), int(second))
    if order == "ymd" and len(third) <= 2:
        return date(_year(first), int(second), int(third))
    return date(_year(third), int(second), int(first))


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (1900 if year >= TURN_OF_CENTURY else 2000)


def _with_time(day: date, rest: str) -> date | datetime | None:
    if not rest:
        return day
    found = _TIME.fullmatch(rest)
    if found is None:
        return None
    hour = int(found[1])
    if found[4]:
        hour = hour % 12 + (12 if found[4].lower() == "pm" else 0)
    moment = datetime.combine(day, time(hour, int(found[2]), int(found[3] or 0)), tzinfo=_zone(found[5]))
    # Midnight without a zone is how spreadsheet programs write a day.
    return day if moment.time() == time(0) and moment.tzinfo is None else moment


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text == "Z":
        return UTC
    sign, digits = (-1 if text[0] == "-" else 1), text[1:].replace(":", "")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))
