"""Working time as plain values: which days and minutes a calendar works. No other module knows weekdays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.models import WorkCalendar

MIDNIGHT = time(0)
FAR = 3660  # days searched before a calendar counts as never working


class NeverWorks(ValueError):
    """The calendar has no working day within ten years."""


@dataclass(frozen=True)
class Calendar:
    """Working time read once from the database. `shifts` maps weekday to its [start, end) times of day."""

    zone: ZoneInfo
    shifts: dict[int, tuple[tuple[time, time], ...]]
    holidays: frozenset[date] = field(default_factory=frozenset)

    def day_of(self, moment: datetime) -> date:
        """The calendar's own date at a moment."""
        return moment.astimezone(self.zone).date()

    def works_on(self, day: date) -> bool:
        return day not in self.holidays and bool(self.shifts.get(day.weekday()))

    def windows(self, day: date) -> list[tuple[datetime, datetime]]:
        """The working stretches of a day as UTC moments, in order and apart; overlapping shifts are one stretch.

        An end of 00:00 is midnight. Where the clock is changed, a stretch is as long as it really lasts.
        """
        if not self.works_on(day):
            return []
        found: list[tuple[datetime, datetime]] = []
        for start, end in self.shifts[day.weekday()]:
            last_day = day + timedelta(days=1) if end == MIDNIGHT else day
            first = datetime.combine(day, start, tzinfo=self.zone).astimezone(UTC)
            last = datetime.combine(last_day, end, tzinfo=self.zone).astimezone(UTC)
            if found and first <= found[-1][1]:
                found[-1] = (found[-1][0], max(found[-1][1], last))
            elif last > first:
                found.append((first, last))
        return found

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        return self.add_working_days(day, 1)

    def add_working_days(self, day: date, days: int) -> date:
        """The n-th working day after `day`, counted from the next day; zero days is the day itself.

        A negative number counts backwards. Raises NeverWorks when ten years hold no such day.
        """
        step = timedelta(days=1 if days > 0 else -1)
        for _ in range(abs(days)):
            for _step in range(FAR):
                day += step
                if self.works_on(day):
                    break
            else:
                raise NeverWorks
        return day

    def opening(self, day: date) -> datetime:
        """When work starts on `day`; on a free day, on the next working day."""
        while not (stretches := self.windows(day)):  # free, or swallowed by a change of the clock
            day = self.next_working_day(day)
        return stretches[0][0]

    def open_windows(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Working stretches from `since` on, the first one cut to start there; ends after ten years."""
        since = since.astimezone(UTC)
        day = self.day_of(since) - timedelta(days=1)
        for _ in range(FAR):
            for start, end in self.windows(day):
                if end > since:
                    yield max(start, since), end
            day += timedelta(days=1)

    def working_minutes(self, since: datetime, until: datetime) -> int:
        """Whole minutes of working time between two moments; zero when `until` is not later."""
        total = timedelta()
        for start, end in self.open_windows(since):
            if start >= until:
                break
            total += min(end, until) - start
        return total // timedelta(minutes=1)


def load(calendar_id: int) -> Calendar:
    """Read a calendar with its shifts and holidays (three statements)."""
    return load_many([calendar_id])[calendar_id]


def load_many(calendar_ids: list[int]) -> dict[int, Calendar]:
    """Read several calendars in three statements."""
    rows = WorkCalendar.objects.filter(pk__in=calendar_ids).prefetch_related("shifts", "holidays")
    found = {}
    for row in rows:
        shifts: dict[int, list[tuple[time, time]]] = {}
        for shift in row.shifts.all():
            shifts.setdefault(shift.weekday, []).append((shift.starts, shift.ends))
        found[row.pk] = Calendar(
            zone=ZoneInfo(row.time_zone),
            shifts={day: tuple(sorted(stretches)) for day, stretches in shifts.items()},
            holidays=frozenset(holiday.on for holiday in row.holidays.all()),
        )
    return found
