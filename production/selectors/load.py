"""How full the work centres are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from psycopg2.extras import DateTimeTZRange

from core import calendars
from core.calendars import Calendar
from core.money import percent_of
from production.models import CenterSlot, WorkCenter

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True)
class CenterLoad:
    """Minutes of a work centre on a day of its own calendar: what its lanes can work, and what is booked of it."""

    center_id: int
    code: str
    name: str
    day: date
    open_minutes: Decimal
    planned_minutes: Decimal
    blocked_minutes: Decimal

    @property
    def free_minutes(self) -> Decimal:
        return self.open_minutes - self.planned_minutes - self.blocked_minutes

    @property
    def load_pct(self) -> Decimal:
        """Work as a percentage of the time that is not blocked."""
        return percent_of(self.planned_minutes, self.open_minutes - self.blocked_minutes)


def load_by_center(since: date, until: date, center_ids: Iterable[int] | None = None) -> list[CenterLoad]:
    """The load of each active work centre on each day from `since` to `until`, both included (five statements).

    Only time inside the calendar counts, also of slots that reach beyond it.
    """
    centers = WorkCenter.objects.filter(is_active=True).order_by("code")
    if center_ids is not None:
        centers = centers.filter(pk__in=list(center_ids))
    rows = list(centers)
    loaded = calendars.load_many(list({row.calendar_id for row in rows}))
    slots = _slots(rows, since, until)
    found = []
    for center in rows:
        calendar = loaded[center.calendar_id]
        for number in range((until - since).days + 1):
            found.append(_load(center, calendar, since + timedelta(days=number), slots[center.pk]))
    return found


def _slots(centers: list[WorkCenter], since: date, until: date) -> dict[int, list[CenterSlot]]:
    day = timedelta(days=1)
    first = datetime.combine(since - day, datetime.min.time()).astimezone()
    last = datetime.combine(until + 2 * day, datetime.min.time()).astimezone()
    found: dict[int, list[CenterSlot]] = defaultdict(list)
    for slot in CenterSlot.objects.filter(center__in=centers, period__overlap=DateTimeTZRange(first, last)):
        found[slot.center_id].append(slot)
    return found


def _load(center: WorkCenter, calendar: Calendar, day: date, slots: list[CenterSlot]) -> CenterLoad:
    windows = calendar.windows(day)
    planned = [slot for slot in slots if slot.operation_id]
    blocked = [slot for slot in slots if not slot.operation_id]
    return CenterLoad(
        center_id=center.pk,
        code=center.code,
        name=center.name,
        day=day,
        open_minutes=_minutes(end - start for start, end in windows) * center.capacity,
        planned_minutes=_common(planned, windows),
        blocked_minutes=_common(blocked, windows),
    )


def _common(slots: list[CenterSlot], windows: list[Stretch]) -> Decimal:
    return _minutes(
        max(min(slot.period.upper, end) - max(slot.period.lower, start), timedelta(0))
        for slot in slots
        for start, end in windows
    )


def _minutes(lengths: Iterable[timedelta]) -> Decimal:
    return sum((Decimal(int(length.total_seconds())) / 60 for length in lengths), Decimal(0))
