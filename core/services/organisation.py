"""Own legal entities, their branches and currencies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext_lazy as _

from core import policy
from core.actors import Actor, user_or_none
from core.errors import InvalidValue
from core.models import Branch, Currency, Organization, User
from core.services.fingerprints import change_row, refuse_taken
from core.transactions import command

CODE_LENGTH, MOST_DECIMALS = 3, 4


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
    require_zone(time_zone)
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
    require_zone(zone)
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
    known_only(changes, {"name", "tax_id", "address", "calendar_id", "time_zone", "is_active"})
    if "time_zone" in changes:
        require_zone(changes["time_zone"])
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
    known_only(changes, {"name", "address", "calendar_id", "time_zone", "is_active"})
    if "time_zone" in changes:
        require_zone(changes["time_zone"])
    return change_row(Branch, branch_id, changes, seen=seen)


def known_only(changes: dict[str, Any], known: set[str]) -> None:
    """A name that a change does not know is a mistake of the caller. Raises TypeError."""
    unknown = set(changes) - known
    if unknown:
        raise TypeError(f"{sorted(unknown)} is not changed here")


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


def require_zone(name: str) -> None:
    """Raises InvalidValue for a time zone that is not there."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidValue(field=_("time zone"), problem=_("there is no {name}").format(name=name)) from error
