"""The first set-up: the first administrator, steps put aside, and taxes as a country knows them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import policy
from core.actors import SYSTEM, Actor, user_or_none
from core.errors import DomainError, InvalidValue
from core.models import Role, RoleAssignment, SkippedStep, User
from core.presets import TAXES
from core.services import public_links
from core.services.rates import create_tax
from core.transactions import command

PURPOSE = "first_administrator"
VALID = timedelta(hours=24)


class AdministratorExists(DomainError):
    code = "administrator_exists"
    message = _("There is an administrator already; sign in, or let him add you.")


class UnknownCountry(DomainError):
    code = "unknown_country"
    message = _("No rates are known for {country}; enter the taxes by hand.")


def has_administrator() -> bool:
    """Is there an account that may set the product up? Blocked ones do not count."""
    people = User.objects.filter(is_active=True)
    return people.filter(Q(is_superuser=True) | Q(role_assignments__role__code="administrator")).exists()


@command
def invite_first_administrator(*, at: datetime, by: Actor = SYSTEM) -> str:
    """The token of the page on which the first administrator makes his account: once, within a day.

    A new one withdraws those before. Raises AdministratorExists.
    """
    role = _administrators()
    if has_administrator():
        raise AdministratorExists
    public_links.revoke_links(record=role, purpose=PURPOSE, at=at, by=by)
    return public_links.make_link(record=role, purpose=PURPOSE, expires_at=at + VALID, by=by, max_uses=1)


def is_usable(token: str, *, at: datetime) -> bool:
    """Does the link open the page still? Looking does not use it up."""
    try:
        link = public_links.read_link(token=token, purpose=PURPOSE, model=Role, at=at)
    except DomainError:
        return False
    return link.uses == 0 and not has_administrator()


@command
def create_first_administrator(
    *, token: str, email: str, first_name: str, last_name: str, password: str, at: datetime, by: Actor = SYSTEM
) -> User:
    """Make the first account, an administrator; the token is used up with it.

    Locks the role, so that of two people with two links one comes first. Raises LinkNotUsable, AdministratorExists,
    InvalidValue for an e-mail or a password that will not do.
    """
    role = _administrators()
    if has_administrator():
        raise AdministratorExists
    public_links.use_link(token=token, purpose=PURPOSE, model=Role, at=at)
    try:
        validate_email(email)
    except ValidationError as error:
        raise InvalidValue(field=_("e-mail"), problem=" ".join(error.messages)) from error
    person = User(email=email, first_name=first_name, last_name=last_name)
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise InvalidValue(field=_("password"), problem=" ".join(error.messages)) from error
    if User.objects.filter(email__iexact=email).exists():
        raise InvalidValue(field=_("e-mail"), problem=_("another account has it already"))
    user = User.objects.create_user(email, password, first_name=first_name, last_name=last_name, is_staff=True)
    RoleAssignment.objects.create(user=user, role=role)
    policy.forget_rights(user)
    return user


def _administrators() -> Role:
    policy.sync_roles()
    return Role.objects.select_for_update(no_key=True).get(code="administrator")


@command
def skip_step(*, code: str, by: Actor) -> bool:
    """Put a step of the first set-up aside; False when it was already."""
    policy.require(by, "core.manage_organization")
    _row, created = SkippedStep.objects.get_or_create(code=code, defaults={"by": user_or_none(by)})
    return created


@command
def resume_step(*, code: str, by: Actor) -> bool:
    """Take a step up again; False when it was not put aside."""
    policy.require(by, "core.manage_organization")
    return bool(SkippedStep.objects.filter(code=code).delete()[0])


@command
def take_taxes_of(*, country: str, since: date, by: Actor) -> int:
    """Enter the usual taxes of a country; returns how many were new. A code that is known stays as it is.

    They are a start and can be changed. Raises UnknownCountry, InvalidValue.
    """
    from core.models import Tax

    policy.require(by, "core.manage_rates")
    if country not in TAXES:
        raise UnknownCountry(country=country)
    known = set(Tax.objects.values_list("code", flat=True))
    new = [preset for preset in TAXES[country].taxes if preset.code not in known]
    for preset in new:
        create_tax(code=preset.code, name=str(preset.name), percent=Decimal(preset.percent), since=since, by=by)
    return len(new)
