"""Working time as plain values: which days and minutes a calendar works. No other module knows weekdays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.models import WorkCalendar

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
        """The working stretches of a day as UTC moments, in order."""
        if not self.works_on(day):
            return []
        found = []
        for start, end in self.shifts[day.weekday()]:
            first = datetime.combine(day, start, tzinfo=self.zone).astimezone(UTC)
            last = datetime.combine(day, end, tzinfo=self.zone).astimezone(UTC)
            if last > first:
                found.append((first, last))
        return found

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        return self.add_working_days(day, 1)

    def add_working_days(self, day: date, days: int) -> date:
        """The n-th working day after `day`, counted from the next day; zero days is the day itself."""
        for _ in range(days):
            for _step in range(FAR):
                day += timedelta(days=1)
                if self.works_on(day):
                    break
            else:
                raise NeverWorks
        return day

    def opening(self, day: date) -> datetime:
        """When work starts on `day`; on a free day, on the next working day."""
        if not self.works_on(day):
            day = self.next_working_day(day)
        return self.windows(day)[0][0]

    def open_windows(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Working stretches from `since` on, the first one cut to start there; ends after ten years."""
        day = self.day_of(since) - timedelta(days=1)
        for _ in range(FAR):
            for start, end in self.windows(day):
                if end > since:
                    yield max(start, since), end
            day += timedelta(days=1)


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
