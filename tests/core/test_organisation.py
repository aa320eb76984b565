"""Own legal entities, branches and working time."""

from datetime import date, time

import pytest
from django.db import IntegrityError, transaction

from core.actors import SYSTEM
from core.calendars import load
from core.errors import InvalidValue, NotAllowed
from core.models import Branch, Organization, WorkCalendar, WorkShift
from core.services import organisation, working_time
from tests.factories import core as make

pytestmark = pytest.mark.django_db
WEEK = dict.fromkeys(range(5), ((time(8), time(12)), (time(13), time(17))))


def test_a_company_is_founded_once_with_branches_that_inherit_its_time():
    make.make_currency("UZS")
    calendar = working_time.create_calendar(
        code="office", name="Office", shifts=WEEK, by=SYSTEM, time_zone="Asia/Tashkent"
    )
    made = [
        organisation.create_organization(
            code="own", name="Own", currency="UZS", calendar_id=calendar.pk, by=SYSTEM, time_zone="Asia/Tashkent"
        )
        for _ in range(2)
    ]
    branches = [
        organisation.create_branch(organization_id=made[0].pk, code="main", name="Main", by=SYSTEM) for _ in range(2)
    ]
    assert (Organization.objects.count(), Branch.objects.count()) == (1, 1)
    assert branches[0] == branches[1]
    assert (branches[0].calendar, branches[0].time_zone) == (calendar, "Asia/Tashkent")


def test_who_made_it_is_written_down():
    admin = make.make_user("administrator")
    organization = make.make_organization()
    branch = organisation.create_branch(organization_id=organization.pk, code="x", name="X", by=admin)
    assert branch.created_by == admin


@pytest.mark.parametrize(
    "call",
    [
        lambda by: working_time.create_calendar(code="c", name="C", shifts=WEEK, by=by),
        lambda by: organisation.create_branch(organization_id=1, code="b", name="B", by=by),
        lambda by: organisation.create_organization(code="o", name="O", currency="EUR", calendar_id=1, by=by),
        lambda by: working_time.change_shifts(calendar_id=1, shifts=WEEK, by=by),
        lambda by: working_time.add_holidays(calendar_id=1, days={}, by=by),
        lambda by: working_time.remove_holidays(calendar_id=1, days=[], by=by),
    ],
)
def test_only_who_may_set_up_the_company(call):
    with pytest.raises(NotAllowed):
        call(make.make_user("director"))
    assert not WorkCalendar.objects.exists()


@pytest.mark.parametrize(
    "stretches",
    [
        [(time(12), time(8))],
        [(time(8), time(12)), (time(11), time(13))],
        [(time(20), time(0)), (time(22), time(23))],
    ],
    ids=["backwards", "overlap", "overlap with midnight"],
)
def test_working_time_that_makes_no_sense_is_refused(stretches):
    with pytest.raises(InvalidValue):
        working_time.create_calendar(code="odd", name="Odd", shifts={0: stretches}, by=SYSTEM)
    assert not WorkCalendar.objects.exists()


def test_the_database_refuses_backwards_shifts_but_knows_midnight():
    calendar = make.make_calendar(weekdays=())
    WorkShift.objects.create(calendar=calendar, weekday=0, starts=time(22), ends=time(0))
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkShift.objects.create(calendar=calendar, weekday=1, starts=time(22), ends=time(6))


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd"])
def test_a_time_zone_has_to_exist(zone):
    with pytest.raises(InvalidValue):
        working_time.create_calendar(code="odd", name="Odd", shifts=WEEK, by=SYSTEM, time_zone=zone)


def test_shifts_are_replaced_and_holidays_come_and_go():
    calendar = working_time.create_calendar(code="shop", name="Shop", shifts=WEEK, by=SYSTEM)
    working_time.change_shifts(calendar_id=calendar.pk, shifts={5: [(time(9), time(0))]}, by=SYSTEM)
    saturday = date(2026, 9, 19)
    assert load(calendar.pk).works_on(saturday)
    assert not load(calendar.pk).works_on(date(2026, 9, 18))
    assert working_time.add_holidays(calendar_id=calendar.pk, days={saturday: "Fair"}, by=SYSTEM) == 1
    assert working_time.add_holidays(calendar_id=calendar.pk, days={saturday: "Again"}, by=SYSTEM) == 0
    assert not load(calendar.pk).works_on(saturday)
    assert working_time.remove_holidays(calendar_id=calendar.pk, days=[saturday], by=SYSTEM) == 1
    assert load(calendar.pk).works_on(saturday)
