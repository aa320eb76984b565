"""Own legal entities, their branches, and the working time they keep."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext_lazy as _

from core import policy
from core.actors import Actor, user_or_none
from core.calendars import MIDNIGHT
from core.errors import InvalidValue
from core.models import Branch, Currency, Holiday, Organization, User, WorkCalendar, WorkShift
from core.services.fingerprints import change_row, expect, fingerprint, refuse_taken
from core.transactions import command

CODE_LENGTH, MOST_DECIMALS = 3, 4
FIRST_YEAR, LAST_YEAR = 2000, 2100
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
    """Found an own legal entity that issues documents in `currency`; the same code returns the first one.

    With the very first one, accounts that were made before and know no time zone take its own.
    """
    policy.require(by, "core.manage_organization")
    _require_zone(time_zone)
    if not Currency.objects.filter(pk=currency).exists():
        raise InvalidValue(field=_("currency"), problem=_("there is no currency {code}").format(code=currency))
    user = user_or_none(by)
    organization, created = Organization.objects.get_or_create(
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
    if created and Organization.objects.count() == 1:
        User.objects.filter(time_zone=User._meta.get_field("time_zone").default).update(time_zone=time_zone)
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
    address: str = "",
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
            "address": address,
            "created_by": user,
            "updated_by": user,
        },
    )
    return branch


@command
def change_organization(*, organization_id: int, changes: dict[str, Any], by: Actor, seen: str = "") -> Organization:
    """Change the details of an own legal entity; documents keep what was posted on them.

    The currency stays: amounts were entered in it. The same values again change nothing. Locks it. Raises
    ChangedMeanwhile, InvalidValue for a zone nobody knows, TypeError for what is not changed here.
    """
    policy.require(by, "core.manage_organization")
    _only(changes, {"name", "tax_id", "address", "calendar_id", "time_zone", "is_active"})
    if "time_zone" in changes:
        _require_zone(changes["time_zone"])
    return change_row(Organization, organization_id, changes, seen=seen, check=_last_one(changes))


def _last_one(changes: dict[str, Any]) -> Callable[[Organization], None]:
    """Somebody has to issue the documents: the last entity in use stays."""

    def check(organization: Organization) -> None:
        others = Organization.objects.filter(is_active=True).exclude(pk=organization.pk)
        if changes.get("is_active") is False and not others.exists():
            raise InvalidValue(field=_("active"), problem=_("it is the only legal entity in use"))

    return check


@command
def change_branch(*, branch_id: int, changes: dict[str, Any], by: Actor, seen: str = "") -> Branch:
    """Change a branch or take it out of use; what it did stays. The same values again change nothing.

    Locks it. Raises ChangedMeanwhile, InvalidValue for a zone nobody knows.
    """
    policy.require(by, "core.manage_organization")
    _only(changes, {"name", "address", "calendar_id", "time_zone", "is_active"})
    if "time_zone" in changes:
        _require_zone(changes["time_zone"])
    return change_row(Branch, branch_id, changes, seen=seen)


def _only(changes: dict[str, Any], known: set[str]) -> None:
    unknown = set(changes) - known
    if unknown:
        raise TypeError(f"{sorted(unknown)} is not changed here")


@command
def change_calendar(
    *, calendar_id: int, changes: dict[str, Any], by: Actor, shifts: Shifts | None = None, seen: str = ""
) -> WorkCalendar:
    """Rename a calendar, move it to another time zone, or replace its working time.

    Plans made before keep their moments until planned anew. The same values again change nothing. Locks it. Raises
    ChangedMeanwhile, InvalidValue for stretches that are empty or overlap.
    """
    policy.require(by, "core.manage_organization")
    _only(changes, {"name", "time_zone"})
    if "time_zone" in changes:
        _require_zone(changes["time_zone"])
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
def create_currency(*, code: str, name: str, by: Actor, decimals: int = 2) -> Currency:
    """Make a currency known by its ISO code of three letters. Raises InvalidValue when it is known already."""
    policy.require(by, "core.manage_rates")
    plain = code.strip().upper()
    if len(plain) != CODE_LENGTH or not plain.isascii() or not plain.isalpha():
        raise InvalidValue(field=_("code"), problem=_("a currency has three letters, such as EUR"))
    if not 0 <= decimals <= MOST_DECIMALS:
        raise InvalidValue(field=_("decimal places"), problem=_("between 0 and 4"))
    refuse_taken(Currency, label=_("code"), code=plain)
    return Currency.objects.create(code=plain, name=name, decimals=decimals)


@command
def rename_currency(*, code: str, name: str, by: Actor, seen: str = "") -> Currency:
    """Give a currency another name; code and decimal places stay, because amounts were written with them."""
    policy.require(by, "core.manage_rates")
    return change_row(Currency, code, {"name": name}, seen=seen)


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
