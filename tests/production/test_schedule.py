"""The scheduler against a slow reference that walks minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calendars import Calendar
from production.errors import NoFreeTime
from production.scheduling import Center
from production.timetable import Job, Step, Wait, in_order, lay_out

MONDAY = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

SHIFTS = [
    ((time(8), time(16)),),
    ((time(6), time(7, 30)), (time(8), time(9)), (time(20), time(0))),
    ((time(8), time(12)), (time(12), time(16))),
]


@st.composite
def working_times(draw: st.DrawFn) -> Calendar:
    days = draw(st.sets(st.integers(0, 6), min_size=1))
    shifts = {day: draw(st.sampled_from(SHIFTS)) for day in days}
    holidays = draw(st.sets(st.integers(0, 12), max_size=3))
    zone = draw(st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns"]))
    return Calendar(ZoneInfo(zone), shifts, frozenset(date(2026, 3, 1) + timedelta(days=day) for day in holidays))


@st.composite
def plants(draw: st.DrawFn) -> list[Center]:
    centers = []
    for number in range(draw(st.integers(1, 2))):
        center = Center(number, f"C{number}", draw(working_times()), capacity=draw(st.integers(1, 3)))
        for lane in range(1, center.capacity + 1):
            for start, length in draw(st.lists(st.tuples(st.integers(0, 6000), st.integers(1, 900)), max_size=3)):
                begin, end = MONDAY + start * MINUTE, MONDAY + (start + length) * MINUTE
                if all(end <= first or last <= begin for first, last in center.taken.get(lane, [])):
                    center.block(lane, begin, end)
        centers.append(center)
    return centers


class Reference:
    """Which minutes are free, kept one by one."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.taken = {
            (lane, start + number * MINUTE)
            for lane, stretches in center.taken.items()
            for start, end in stretches
            for number in range(int((end - start) / MINUTE))
        }

    def works(self, minute: datetime) -> bool:
        zone = self.center.calendar.zone
        local = minute.astimezone(zone)
        if local.date() in self.center.calendar.holidays:
            return False
        clock = local.timetz().replace(tzinfo=None)
        shifts = self.center.calendar.shifts.get(local.weekday(), ())
        return any(start <= clock and (clock < end or end == time(0)) for start, end in shifts)

    def minutes_for(self, lane: int, wanted: int, since: datetime) -> list[datetime]:
        found: list[datetime] = []
        minute = since
        while len(found) < wanted:
            if self.works(minute) and (lane, minute) not in self.taken:
                found.append(minute)
            minute += MINUTE
        return found

    def place(self, wanted: int, since: datetime) -> tuple[int, datetime, datetime]:
        options = [(lane, self.minutes_for(lane, wanted, since)) for lane in range(1, self.center.capacity + 1)]
        lane, minutes = min(options, key=lambda option: (option[1][-1], option[0]))
        self.taken |= {(lane, minute) for minute in minutes}
        return lane, minutes[0], minutes[-1] + MINUTE


@settings(max_examples=25, deadline=None)
@given(
    centers=plants(),
    jobs=st.lists(
        st.tuples(st.integers(0, 4000), st.lists(st.tuples(st.integers(0, 1), st.integers(1, 700)), max_size=3)),
        min_size=1,
        max_size=4,
    ),
)
def test_each_step_gets_the_minutes_the_slow_reference_finds(
    centers: list[Center], jobs: list[tuple[int, list[tuple[int, int]]]]
) -> None:
    references = [Reference(center) for center in centers]
    busy_before = [{lane: list(taken) for lane, taken in center.taken.items()} for center in centers]
    planned = [
        Job(
            key=number,
            item_id=number,
            code=str(number),
            qty=Decimal(1),
            waits=(Wait(0, "part", usable_at=MONDAY + ready * MINUTE),),
            steps=tuple(
                Step(index, "", center % len(centers), Decimal(length)) for index, (center, length) in enumerate(steps)
            ),
            rank=(number,),
        )
        for number, (ready, steps) in enumerate(jobs)
    ]
    timetable = lay_out(planned, dict(enumerate(centers)), MONDAY)
    for number, (ready, steps) in enumerate(jobs):
        moment = MONDAY + ready * MINUTE
        for timed, (center, length) in zip(timetable.jobs[number].steps, steps, strict=True):
            lane, start, end = references[center % len(centers)].place(length, moment)
            assert timed.placement is not None
            assert (timed.placement.lane, timed.start, timed.end) == (lane, start, end)
            assert timed.start >= moment
            assert timed.end >= timed.empty_end
            moment = end
    for center, before, reference in zip(centers, busy_before, references, strict=True):
        _check_promises(center, before, reference)


def _check_promises(center: Center, before: dict[int, list[tuple[datetime, datetime]]], reference: Reference) -> None:
    """New work lies in working time only, in existing lanes, and no two stretches of a lane overlap."""
    assert set(center.taken) <= set(range(1, center.capacity + 1))
    for lane, taken in center.taken.items():
        assert all(first[1] <= second[0] for first, second in pairwise(taken))
        for start, end in set(taken) - set(before.get(lane, [])):
            assert reference.works(start)
            assert reference.works(end - MINUTE)
            assert sum(reference.works(start + n * MINUTE) for n in range(int((end - start) / MINUTE))) == (
                (end - start) / MINUTE
            )


def weekdays(*shifts: tuple[time, time]) -> Calendar:
    return Calendar(ZoneInfo("UTC"), dict.fromkeys(range(5), shifts or ((time(8), time(16)),)))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def test_a_step_pauses_at_night_at_the_weekend_and_where_the_lane_is_taken():
    center = Center(1, "CUT", weekdays())
    center.block(1, at(6, 15), at(9, 9))
    placed = center.place(Decimal(120), at(6, 14, 30))
    assert placed.stretches == ((at(6, 14, 30), at(6, 15)), (at(9, 9), at(9, 10, 30)))


def test_the_lane_that_ends_first_is_taken_and_of_equals_the_first():
    center = Center(1, "CUT", weekdays(), capacity=3)
    center.block(1, at(3, 8), at(3, 9))
    assert [center.place(Decimal(60), at(3, 8)).lane for _again in range(3)] == [2, 3, 1]


def test_hundredths_of_a_minute_are_kept():
    center = Center(1, "CUT", weekdays())
    placed = center.place(Decimal("0.25"), at(3, 8))
    assert placed.end == at(3, 8) + timedelta(seconds=15)


def test_a_step_without_time_takes_none():
    center = Center(1, "CUT", weekdays())
    assert center.place(Decimal(0), at(7, 3)).stretches == ()
    assert center.taken == {}


def test_summer_time_gives_the_hours_that_there_are():
    berlin = Calendar(ZoneInfo("Europe/Berlin"), {6: ((time(0), time(4)),)})
    center = Center(1, "NIGHT", berlin)
    placed = center.place(Decimal(240), datetime(2026, 3, 28, tzinfo=UTC))
    # On 29 March the night shift is an hour short; the missing hour is worked a week later.
    assert [end - start for start, end in placed.stretches] == [timedelta(hours=3), timedelta(hours=1)]


def test_a_centre_that_never_works_is_refused():
    center = Center(1, "CUT", Calendar(ZoneInfo("UTC"), {}))
    with pytest.raises(NoFreeTime):
        center.place(Decimal(1), MONDAY)


def test_jobs_come_behind_what_they_wait_for_whatever_the_rank():
    part = Job("part", 1, "part", Decimal(1), rank=(9,))
    whole = Job("whole", 2, "whole", Decimal(1), waits=(Wait(1, "part", job="part"),), rank=(1,))
    other = Job("other", 3, "other", Decimal(1), rank=(5,))
    assert [job.key for job in in_order([whole, part, other])] == ["other", "part", "whole"]


def test_a_step_that_runs_keeps_its_time_and_the_next_follows():
    center = Center(1, "CUT", weekdays())
    fixed = (at(3, 9), at(3, 11))
    job = Job(
        1, 1, "P", Decimal(1), steps=(Step(1, "", 1, Decimal(60), fixed=fixed), Step(2, "", 1, Decimal(30)))
    )  # fmt: skip
    timed = lay_out([job], {1: center}, at(3, 10)).jobs[1]
    assert [(step.start, step.end) for step in timed.steps] == [fixed, (at(3, 11), at(3, 11, 30))]
