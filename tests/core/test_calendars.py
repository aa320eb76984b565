"""Working time: weekdays, holidays, time zones, changes of the clock."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendars import Calendar, NeverWorks, load, load_many
from tests.factories import core as make

OFFICE = ((time(8), time(12)), (time(13), time(17)))
MONDAY = date(2026, 9, 14)


def calendar(zone="UTC", shifts=None, holidays=()):
    return Calendar(ZoneInfo(zone), shifts or dict.fromkeys(range(5), OFFICE), frozenset(holidays))


def test_days_are_counted_from_the_next_one_over_weekend_and_holidays():
    week = calendar(holidays=[date(2026, 9, 21)])
    assert week.add_working_days(date(2026, 9, 18), 1) == date(2026, 9, 22)
    assert week.add_working_days(MONDAY, 0) == MONDAY
    assert week.add_working_days(date(2026, 9, 22), -2) == date(2026, 9, 17)


def test_a_calendar_without_working_time_says_so():
    idle = calendar(shifts={0: ()})
    with pytest.raises(NeverWorks):
        idle.add_working_days(MONDAY, 1)
    with pytest.raises(NeverWorks):
        idle.opening(MONDAY)


def test_windows_are_utc_moments_of_the_local_day():
    tashkent = calendar("Asia/Tashkent")
    assert tashkent.windows(MONDAY) == [
        (datetime(2026, 9, 14, 3, tzinfo=UTC), datetime(2026, 9, 14, 7, tzinfo=UTC)),
        (datetime(2026, 9, 14, 8, tzinfo=UTC), datetime(2026, 9, 14, 12, tzinfo=UTC)),
    ]
    assert tashkent.day_of(datetime(2026, 9, 14, 20, tzinfo=UTC)) == date(2026, 9, 15)


def test_opening_on_a_free_day_is_that_of_the_next_working_day():
    assert calendar().opening(date(2026, 9, 19)) == datetime(2026, 9, 21, 8, tzinfo=UTC)


def test_open_windows_start_inside_a_stretch_and_skip_the_weekend():
    found = list(islice(calendar().open_windows(datetime(2026, 9, 18, 16, 30, tzinfo=UTC)), 2))
    assert found == [
        (datetime(2026, 9, 18, 16, 30, tzinfo=UTC), datetime(2026, 9, 18, 17, tzinfo=UTC)),
        (datetime(2026, 9, 21, 8, tzinfo=UTC), datetime(2026, 9, 21, 12, tzinfo=UTC)),
    ]


def test_a_night_shift_is_cut_at_midnight_and_loses_nothing():
    nights = calendar(shifts={0: ((time(22), time(0)),), 1: ((time(0), time(6)),)})
    assert nights.working_minutes(datetime(2026, 9, 14, tzinfo=UTC), datetime(2026, 9, 16, tzinfo=UTC)) == 8 * 60


def test_overlapping_shifts_count_once():
    doubled = calendar(shifts={0: ((time(8), time(12)), (time(10), time(14)))})
    assert len(doubled.windows(MONDAY)) == 1
    assert doubled.working_minutes(datetime(2026, 9, 14, tzinfo=UTC), datetime(2026, 9, 15, tzinfo=UTC)) == 6 * 60


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 5), (date(2026, 10, 25), 7), (date(2026, 4, 5), 6)],
    ids=["spring", "autumn", "plain"],
)
def test_a_sunday_night_is_as_long_as_the_clock_makes_it(day, hours):
    warsaw = calendar("Europe/Warsaw", shifts={6: ((time(0), time(6)),)})
    ((start, end),) = warsaw.windows(day)
    assert end - start == timedelta(hours=hours)


def test_a_shift_swallowed_by_the_clock_does_not_open_that_day():
    warsaw = calendar("Europe/Warsaw", shifts={6: ((time(2), time(3)),)})
    assert warsaw.windows(date(2026, 3, 29)) == []
    assert warsaw.opening(date(2026, 3, 29)) == datetime(2026, 4, 5, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_reading_calendars_takes_three_statements_however_many(django_assert_num_queries):
    rows = [make.make_calendar(holidays=[MONDAY]) for _ in range(4)]
    with django_assert_num_queries(3):
        found = load_many([row.pk for row in rows])
    assert len(found) == 4
    assert not load(rows[0].pk).works_on(MONDAY)
    assert load(rows[0].pk).works_on(MONDAY + timedelta(days=1))


moments = st.integers(0, 300 * 24 * 60).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n))
shift_times = st.lists(st.integers(0, 24 * 4), min_size=2, max_size=6, unique=True).map(sorted)


@st.composite
def calendars(draw):
    shifts = {}
    for weekday in draw(st.sets(st.integers(0, 6), min_size=1)):
        marks = [time(n // 4 % 24, n % 4 * 15) for n in draw(shift_times)]
        pairs = list(zip(marks[::2], marks[1::2], strict=False))
        shifts[weekday] = tuple(pair for pair in pairs if pair[1] == time(0) or pair[0] < pair[1])
    if not any(shifts.values()):
        shifts[0] = OFFICE
    zone = draw(st.sampled_from(["UTC", "Europe/Warsaw", "Asia/Tashkent", "America/Sao_Paulo", "Pacific/Auckland"]))
    holidays = draw(st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=5))
    return Calendar(ZoneInfo(zone), shifts, frozenset(holidays))


@given(calendars(), moments)
def test_windows_are_apart_in_order_and_inside_the_local_shifts(calendar, since):
    found = list(islice(calendar.open_windows(since), 12))
    assert all(start < end and start >= since for start, end in found)
    assert all(first[1] <= second[0] for first, second in pairwise(found))
    for start, end in found:
        for minute in {start, start + (end - start) / 2}:
            local = minute.astimezone(calendar.zone)
            assert local.date() not in calendar.holidays
            assert calendar.shifts.get(local.weekday())


@given(calendars(), st.dates(date(2026, 1, 1), date(2026, 12, 1)), st.integers(1, 30))
def test_working_days_are_counted_like_with_a_pencil(calendar, day, days):
    reached = calendar.add_working_days(day, days)
    worked = [day + timedelta(days=n) for n in range(1, (reached - day).days + 1)]
    assert sum(calendar.works_on(one) for one in worked) == days
    assert calendar.works_on(reached)
    assert calendar.add_working_days(calendar.add_working_days(reached, 1), -1) == reached


@given(calendars(), moments, st.integers(0, 5000))
def test_minutes_of_two_parts_are_the_minutes_of_the_whole(calendar, since, minutes):
    middle, until = since + timedelta(minutes=minutes // 2), since + timedelta(minutes=minutes)
    whole = calendar.working_minutes(since, until)
    assert whole == calendar.working_minutes(since, middle) + calendar.working_minutes(middle, until)
    assert 0 <= whole <= minutes
