"""What a report looks at: days, organisations, and whose records the reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils import timezone

from core.actors import SYSTEM, Actor
from core.models import ScopedQuerySet

M = TypeVar("M", bound=Model)


def bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """The moments [start of `first`, start of the day after `last`) in the current time zone."""
    zone = timezone.get_current_timezone()
    return datetime.combine(first, time.min, tzinfo=zone), datetime.combine(
        last + timedelta(days=1), time.min, tzinfo=zone
    )


def evening(day: date) -> datetime:
    """The last moment of a day in the current time zone."""
    return bounds(day, day)[1] - timedelta(microseconds=1)


@dataclass(frozen=True)
class Scope:
    """The frame of a report: days (both included; None is open), organisations (None: all), and the reader.

    A reader sees the records that the policy lets him see; SYSTEM sees all.
    """

    first: date | None = None
    last: date | None = None
    organization_ids: tuple[int, ...] | None = None
    reader: Actor = SYSTEM

    def within(self, rows: QuerySet[M], moment: str, *, organization: str = "organization") -> QuerySet[M]:
        """`rows` with their field `moment` on the days of the scope, of its organisations, visible to its reader."""
        if self.reader is not SYSTEM and isinstance(rows, ScopedQuerySet):
            rows = rows.visible_to(self.reader)
        if self.first is not None:
            rows = rows.filter(**{f"{moment}__gte": bounds(self.first, self.first)[0]})
        if self.last is not None:
            rows = rows.filter(**{f"{moment}__lt": bounds(self.last, self.last)[1]})
        if self.organization_ids is not None:
            rows = rows.filter(**{f"{organization}__in": self.organization_ids})
        return rows


EVERYTHING = Scope()
