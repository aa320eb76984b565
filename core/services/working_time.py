"""Working time: calendars, their shifts and holidays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import policy
from core.actors import Actor
from core.calendars import MIDNIGHT
from core.errors import InvalidValue
from core.models import Holiday, WorkCalendar, WorkShift
from core.services.fingerprints import expect, fingerprint
from core.services.organisation import known_only, require_zone
from core.transactions import command

FIRST_YEAR, LAST_YEAR = 2000, 2100
Shifts = Mapping[int, Sequence[tuple[time, time]]]  # weekday (0 is Monday) to [start, end) times of day


@command
def change_calendar(
    *, calendar_id: int, changes: dict[str, Any], by: Actor, shifts: Shifts | None = None, seen: str = ""
) -> WorkCalendar:
    """Rename a calendar, move it to another time zone, or replace its working time.

    Plans made before keep their moments until planned anew. The same values again change nothing. Locks it. Raises
    ChangedMeanwhile, InvalidValue for stretches that are empty or overlap.
    """
    policy.require(by, "core.manage_organization")
    known_only(changes, {"name", "time_zone"})
    if "time_zone" in changes:
        require_zone(changes["time_zone"])
    if shifts is not None:
        _require_order(shifts)
    calendar = WorkCalendar.objects.select_for_update(no_key=True).get(pk=calendar_id)
    held = shifts_of(calendar)
    moved = {name: value for name, value in changes.items() if getattr(calendar, name) != value}
    new_time = shifts is not None and _as_text(shifts) != _as_text(held)
    if not moved and not new_time:
        return calendar
    expect(calendar, seen, _as_text(held))
    for name, value in moved.items():
        setattr(calendar, name, value)
    if moved:
        calendar.save(update_fields=[*moved])
    if new_time and shifts is not None:
        calendar.shifts.all().delete()
        _write_shifts(calendar, shifts)
    return calendar


def shifts_of(calendar: WorkCalendar) -> dict[int, list[tuple[time, time]]]:
    """The working time of a calendar by weekday, in one statement."""
    found: dict[int, list[tuple[time, time]]] = {}
    for shift in calendar.shifts.order_by("weekday", "starts"):
        found.setdefault(shift.weekday, []).append((shift.starts, shift.ends))
    return found


def seen_of(calendar: WorkCalendar) -> str:
    """What a form about a calendar is filled from."""
    return fingerprint(calendar, _as_text(shifts_of(calendar)))


def _as_text(shifts: Shifts) -> list[str]:
    return [
        f"{weekday} {starts:%H:%M} {ends:%H:%M}"
        for weekday, stretches in sorted(shifts.items())
        for starts, ends in sorted(stretches)
    ]


@command
def import_public_holidays(*, calendar_id: int, country: str, years: Iterable[int], by: Actor, region: str = "") -> int:
    """Make the public holidays of a country (and a region of it) free; returns how many were new.

    Names come in the language of the country. A day that is free already keeps its name. Raises InvalidValue for a
    country or region that is not known.
    """
    import holidays as public_holidays  # the calendars of a hundred countries, for a page that is used once a year

    wanted = [year for year in years if FIRST_YEAR <= year <= LAST_YEAR]
    try:
        days = public_holidays.country_holidays(country, subdiv=region or None, years=wanted)
    except (NotImplementedError, KeyError, AttributeError) as error:
        raise InvalidValue(field=_("country"), problem=_("its public holidays are not known")) from error
    return add_holidays(calendar_id=calendar_id, days={day: name[:80] for day, name in days.items()}, by=by)


@command
def create_calendar(*, code: str, name: str, shifts: Shifts, by: Actor, time_zone: str = "UTC") -> WorkCalendar:
    """Set up working time: for each weekday its stretches, an end of 00:00 meaning midnight.

    The same code returns the first calendar. Raises InvalidValue for stretches that are empty or overlap.
    """
    policy.require(by, "core.manage_organization")
    require_zone(time_zone)
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
