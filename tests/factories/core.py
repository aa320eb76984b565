"""Valid records of `core` for tests; each call makes a new one unless its natural key says it is the same."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from decimal import Decimal
from itertools import count
from typing import Any

from core import policy
from core.models import (
    Branch,
    Currency,
    ExchangeRate,
    Holiday,
    Organization,
    Role,
    RoleAssignment,
    Tax,
    TaxRate,
    Team,
    User,
    WorkCalendar,
    WorkShift,
)

_numbers = count(1)

WEEKDAYS = range(5)


def serial() -> int:
    """A number no other record of this test run has, for unique codes and names."""
    return next(_numbers)


def make_currency(code: str = "EUR") -> Currency:
    """The currency of that code; the same one on a second call."""
    return Currency.objects.get_or_create(code=code, defaults={"name": code})[0]


def make_rate(base: str, quote: str, on: date, rate: Decimal | str) -> ExchangeRate:
    return ExchangeRate.objects.create(base=make_currency(base), quote=make_currency(quote), on=on, rate=Decimal(rate))


def make_tax(percent: Decimal | int | str = 20, *, code: str = "", since: date = date(2000, 1, 1)) -> Tax:
    """A tax with one rate from `since` on; without a code, the one tax of that percentage."""
    code = code or f"vat-{percent}".replace(".", "-")
    tax, created = Tax.objects.get_or_create(code=code, defaults={"name": f"VAT {percent} %"})
    if created:
        TaxRate.objects.create(tax=tax, percent=Decimal(percent), valid=(since, None))
    return tax


def make_calendar(
    *,
    code: str = "",
    time_zone: str = "UTC",
    starts: time = time(8),
    ends: time = time(16),
    weekdays: Iterable[int] = WEEKDAYS,
    holidays: Iterable[date] = (),
) -> WorkCalendar:
    """Monday to Friday 08:00–16:00, unless told otherwise."""
    code = code or f"calendar-{serial()}"
    calendar = WorkCalendar.objects.create(code=code, name=code, time_zone=time_zone)
    WorkShift.objects.bulk_create(
        [WorkShift(calendar=calendar, weekday=day, starts=starts, ends=ends) for day in weekdays]
    )
    Holiday.objects.bulk_create([Holiday(calendar=calendar, on=day, name="Holiday") for day in holidays])
    return calendar


def make_organization(**fields: Any) -> Organization:
    number = serial()
    fields.setdefault("code", f"org-{number}")
    fields.setdefault("name", f"Organisation {number}")
    fields.setdefault("currency", make_currency())
    if "calendar" not in fields:
        fields["calendar"] = make_calendar()
    return Organization.objects.create(**fields)


def make_branch(**fields: Any) -> Branch:
    """A branch, of a new organisation unless one is given; it works by the organisation's calendar."""
    number = serial()
    if "organization" not in fields:
        fields["organization"] = make_organization()
    fields.setdefault("code", f"branch-{number}")
    fields.setdefault("name", f"Branch {number}")
    fields.setdefault("calendar", fields["organization"].calendar)
    return Branch.objects.create(**fields)


def make_user(
    role: str | None = None, *, roles: Iterable[str] = (), branches: Iterable[Branch] = (), **fields: Any
) -> User:
    """A user with the named system roles, in `branches` or (none given) in all; no role means no right."""
    number = serial()
    fields.setdefault("email", f"user{number}@example.com")
    fields.setdefault("first_name", "User")
    fields.setdefault("last_name", str(number))
    user = User.objects.create_user(**fields)
    for code in [*([role] if role else []), *roles]:
        give_role(user, code, branches=branches)
    return user


def give_role(user: User, code: str, *, branches: Iterable[Branch] = ()) -> RoleAssignment:
    """Put a user into a system role; the rights take effect on the next read of the user."""
    if not Role.objects.filter(code=code).exists():
        policy.sync_roles()
    assignment = RoleAssignment.objects.create(user=user, role=Role.objects.get(code=code))
    assignment.branches.set(branches)
    policy.forget_rights(user)
    return assignment


def make_team(*members: User, leader: User | None = None, **fields: Any) -> Team:
    fields.setdefault("name", f"Team {serial()}")
    team = Team.objects.create(leader=leader, **fields)
    team.members.set(members)
    for member in members:
        policy.forget_rights(member)
    return team


def make_role(code: str = "", **fields: Any) -> Role:
    """The system role of that code; without one, a new role that has no rights."""
    policy.sync_roles()
    if code:
        return Role.objects.get(code=code)
    return Role.objects.create(code=f"role-{serial()}", name="Role", **fields)
