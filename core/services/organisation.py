"""Own legal entities, their branches, and the working time they keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext_lazy as _

from core import policy
from core.actors import Actor, user_or_none
from core.calendars import MIDNIGHT
from core.errors import InvalidValue
from core.models import Branch, Currency, Holiday, Organization, WorkCalendar, WorkShift
from core.transactions import command

Shifts = Mapping[int, Sequence[tuple[time, time]]]  # weekday (0 is Monday) to [start, end) times of day


@command
def create_organization(
    *,
    code: str,
    name: str,
    currency: str,
    calendar_id: int,
    by: Actor,
    time_zone: str = "UTC",
    tax_id: str = "",
    address: str = "",
) -> Organization:
    """Found an own legal entity that issues documents in `currency`; the same code returns the first one."""
    policy.require(by, "core.manage_organization")
    _require_zone(time_zone)
    if not Currency.objects.filter(pk=currency).exists():
        raise InvalidValue(field=_("currency"), problem=_("there is no currency {code}").format(code=currency))
    user = user_or_none(by)
    organization, _created = Organization.objects.get_or_create(
        code=code,
        defaults={
            "name": name,
            "currency_id": currency,
            "calendar_id": calendar_id,
            "time_zone": time_zone,
            "tax_id": tax_id,
            "address": address,
            "created_by": user,
            "updated_by": user,
        },
    )
    return organization


@command
def create_branch(
    *,
    organization_id: int,
    code: str,
    name: str,
    by: Actor,
    calendar_id: int | None = None,
    time_zone: str | None = None,
) -> Branch:
    """Open a branch; calendar and time zone are the organisation's unless given. The same code returns the first."""
    policy.require(by, "core.manage_organization")
    organization = Organization.objects.get(pk=organization_id)
    zone = time_zone or organization.time_zone
    _require_zone(zone)
    user = user_or_none(by)
    branch, _created = Branch.objects.get_or_create(
        organization=organization,
        code=code,
        defaults={
            "name": name,
            "calendar_id": calendar_id or organization.calendar_id,
            "time_zone": zone,
            "created_by": user,
            "updated_by": user,
        },
    )
    return branch


@command
def create_calendar(*, code: str, name: str, shifts: Shifts, by: Actor, time_zone: str = "UTC") -> WorkCalendar:
    """Set up working time: for each weekday its stretches, an end of 00:00 meaning midnight.

    The same code returns the first calendar. Raises InvalidValue for stretches that are empty or overlap.
    """
    policy.require(by, "core.manage_organization")
    _require_zone(time_zone)
    _require_order(shifts)
    calendar, created = WorkCalendar.objects.get_or_create(code=code, defaults={"name": name, "time_zone": time_zone})
    if created:
        _write_shifts(calendar, shifts)
    return calendar


@command
def change_shifts(*, calendar_id: int, shifts: Shifts, by: Actor) -> WorkCalendar:
    """Replace the working time of a calendar. Locks it; plans made before keep their moments until planned anew."""
    policy.require(by, "core.manage_organization")
    _require_order(shifts)
    calendar = WorkCalendar.objects.select_for_update(no_key=True).get(pk=calendar_id)
    calendar.shifts.all().delete()
    _write_shifts(calendar, shifts)
    return calendar


@command
def add_holidays(*, calendar_id: int, days: Mapping[date, str], by: Actor) -> int:
    """Make days free; a day that is free already keeps its name. Returns how many were new."""
    policy.require(by, "core.manage_organization")
    calendar = WorkCalendar.objects.select_for_update(no_key=True).get(pk=calendar_id)
    known = set(calendar.holidays.filter(on__in=days).values_list("on", flat=True))
    new = [Holiday(calendar=calendar, on=day, name=name) for day, name in sorted(days.items()) if day not in known]
    Holiday.objects.bulk_create(new)
    return len(new)


@command
def remove_holidays(*, calendar_id: int, days: Iterable[date], by: Actor) -> int:
    """Make days working days again; returns how many were free before."""
    policy.require(by, "core.manage_organization")
    return Holiday.objects.filter(calendar_id=calendar_id, on__in=list(days)).delete()[0]


def _write_shifts(calendar: WorkCalendar, shifts: Shifts) -> None:
    WorkShift.objects.bulk_create(
        [
            WorkShift(calendar=calendar, weekday=weekday, starts=starts, ends=ends)
            for weekday, stretches in sorted(shifts.items())
            for starts, ends in sorted(stretches)
        ]
    )


def _require_order(shifts: Shifts) -> None:
    for weekday, stretches in shifts.items():
        if weekday not in range(7):
            raise InvalidValue(field=_("weekday"), problem=str(weekday))
        previous: time | None = None
        for starts, ends in sorted(stretches):
            if ends != MIDNIGHT and ends <= starts:
                raise InvalidValue(field=_("working time"), problem=_("it ends before it starts"))
            if previous is not None and (previous == MIDNIGHT or starts < previous):
                raise InvalidValue(field=_("working time"), problem=_("two stretches of a day overlap"))
            previous = ends


def _require_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidValue(field=_("time zone"), problem=_("there is no {name}").format(name=name)) from error
