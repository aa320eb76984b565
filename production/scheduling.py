"""Finite forward scheduling on free calendar minutes. Pure: values in, values out, no database.

A job step takes the next free minutes of one lane of its work centre; it pauses outside the calendar and where
the lane is taken, and goes on behind it. Of several lanes the one that finishes first is chosen, of equals the
one with the lowest number. (Forward loading with preemption at finite capacity; serial schedule generation as in
Kolisch, "Serial and parallel resource-constrained project scheduling methods revisited", 1996.)
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from core.calendars import Calendar
from production.errors import NoFreeTime

Stretch = tuple[datetime, datetime]


def length_of(minutes: Decimal) -> timedelta:
    """Minutes with two places as an exact length of time."""
    return timedelta(microseconds=int(minutes * 60_000_000))


@dataclass(frozen=True)
class Placement:
    """Where and when a step runs: one lane, one or more stretches of it, in order."""

    lane: int
    start: datetime
    end: datetime
    stretches: tuple[Stretch, ...]


@dataclass
class Center:
    """A work centre as the scheduler sees it: a calendar and lanes with what is taken in each, sorted."""

    pk: int
    code: str
    calendar: Calendar
    capacity: int = 1
    taken: dict[int, list[Stretch]] = field(default_factory=dict)

    def block(self, lane: int, start: datetime, end: datetime) -> None:
        """Take a stretch of a lane; what lies beyond the capacity is of no interest."""
        insort(self.taken.setdefault(lane, []), (start, end))

    def place(self, minutes: Decimal, not_before: datetime) -> Placement:
        """Find the place that ends first for a step and take it."""
        best: Placement | None = None
        for lane in range(1, self.capacity + 1):
            found = self._fill(lane, self.taken.get(lane, []), minutes, not_before)
            if best is None or found.end < best.end:
                best = found
        if best is None:
            raise NoFreeTime(center=self.code, minutes=minutes)
        for start, end in best.stretches:
            self.block(best.lane, start, end)
        return best

    def end_if_empty(self, minutes: Decimal, not_before: datetime) -> datetime:
        """When the step would end if nothing else were booked: what remains is the price of the load."""
        return self._fill(1, [], minutes, not_before).end

    def _fill(self, lane: int, taken: Sequence[Stretch], minutes: Decimal, not_before: datetime) -> Placement:
        left = length_of(minutes)
        if not left:
            return Placement(lane, not_before, not_before, ())
        stretches: list[Stretch] = []
        for start, end in free_stretches(self.calendar, taken, not_before):
            stop = min(end, start + left)
            stretches.append((start, stop))
            left -= stop - start
            if not left:
                return Placement(lane, stretches[0][0], stop, tuple(stretches))
        raise NoFreeTime(center=self.code, minutes=minutes)


def free_stretches(calendar: Calendar, taken: Sequence[Stretch], since: datetime) -> Iterator[Stretch]:
    """Working time from `since` on that is not taken. `taken` is sorted and free of overlaps."""
    # The last stretch that begins before `since` may reach into it; earlier ones cannot.
    index = max(bisect_right(taken, since, key=lambda stretch: stretch[0]) - 1, 0)
    cursor = since
    for opens, closes in calendar.open_windows(since):
        cursor = max(cursor, opens)
        while index < len(taken) and taken[index][0] < closes:
            if taken[index][0] > cursor:
                yield cursor, taken[index][0]
            cursor = max(cursor, taken[index][1])
            if cursor >= closes:
                break
            index += 1
        if cursor < closes:
            yield cursor, closes
            cursor = closes
