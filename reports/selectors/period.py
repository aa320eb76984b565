"""What a report looks at: days, organisations, and whose records the reader may see."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Model, QuerySet
from django.utils import timezone

from core.access import scope as places
from core.access.scope import Scope as Place
from core.actors import SYSTEM, Actor
from core.models import Organization, ScopedQuerySet

M = TypeVar("M", bound=Model)


def business_zone(organization_ids: Collection[int] | None = None) -> tzinfo:
    """The time zone in which days, months and years are counted: that of the organisations.

    It does not depend on the reader, so everybody gets the same figures. Where organisations of several zones
    are counted together, and where there is none, it is the zone of the installation. One statement.
    """
    rows = Organization.objects.all()
    if organization_ids is not None:
        rows = rows.filter(pk__in=organization_ids)
    return zone_of(rows.values_list("time_zone", flat=True))


def zone_of(names: Iterable[str]) -> tzinfo:
    """The zone all organisations share, else that of the installation."""
    known = set(names)
    return ZoneInfo(known.pop()) if len(known) == 1 else timezone.get_default_timezone()


def bounds(first: date, last: date, zone: tzinfo | None = None) -> tuple[datetime, datetime]:
    """The moments [start of `first`, start of the day after `last`) in a zone, the business zone by default."""
    zone = zone or business_zone()
    return datetime.combine(first, time.min, tzinfo=zone), datetime.combine(
        last + timedelta(days=1), time.min, tzinfo=zone
    )


def evening(day: date, zone: tzinfo | None = None) -> datetime:
    """The last moment of a day in a zone, the business zone by default."""
    return bounds(day, day, zone)[1] - timedelta(microseconds=1)


@dataclass(frozen=True)
class Scope:
    """The frame of a report: days (both included; None is open), organisations (None: all), and the reader.

    A reader sees the records that the policy lets him see; SYSTEM sees all. `place` is the legal entity or branch
    that he has chosen to work in; it only takes records away. `in_zone` saves asking for the zone again and again.
    """

    first: date | None = None
    last: date | None = None
    organization_ids: tuple[int, ...] | None = None
    reader: Actor = SYSTEM
    place: Place = places.ALL
    in_zone: tzinfo | None = None

    @property
    def zone(self) -> tzinfo:
        return self.in_zone or business_zone(self.organization_ids)

    def within(self, rows: QuerySet[M], moment: str, *, organization: str = "organization") -> QuerySet[M]:
        """`rows` with their field `moment` on the days of the scope, of its organisations, visible to its reader."""
        if self.reader is not SYSTEM and isinstance(rows, ScopedQuerySet):
            rows = rows.visible_to(self.reader)
        rows = rows.filter(places.condition(rows.model, self.place)) if self.place else rows
        if self.first is not None or self.last is not None:
            zone = self.zone
            if self.first is not None:
                rows = rows.filter(**{f"{moment}__gte": bounds(self.first, self.first, zone)[0]})
            if self.last is not None:
                rows = rows.filter(**{f"{moment}__lt": bounds(self.last, self.last, zone)[1]})
        if self.organization_ids is not None:
            rows = rows.filter(**{f"{organization}__in": self.organization_ids})
        return rows


EVERYTHING = Scope()
