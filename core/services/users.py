"""Accounts of people: made, changed, invited, blocked."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4
from zoneinfo import available_timezones

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models.functions import Lower
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from core import policy
from core.access import sessions
from core.actors import Actor
from core.errors import ActingIsClosed, HasMoreRights, InvalidValue, OwnRoles
from core.models import OutboxMessage, User, UserSession
from core.services import outbox
from core.services.fingerprints import change_row, expect
from core.services.records import note_status
from core.services.roles import lacks_right_of
from core.transactions import command


@command
def create_user(
    *,
    email: str,
    by: Actor,
    password: str | None = None,
    first_name: str = "",
    last_name: str = "",
    job_title: str = "",
    language: str = "en",
    time_zone: str = "UTC",
) -> User:
    """Make an account without any role; without a password nobody can sign in with it.

    The same e-mail, in any spelling, returns the account that exists, unchanged.
    """
    policy.require(by, "core.manage_users")
    refuse_acting(by)
    known = User.objects.filter(email__iexact=email).first()
    if known:
        return known
    return User.objects.create_user(
        email,
        password,
        first_name=first_name,
        last_name=last_name,
        job_title=job_title,
        language=language,
        time_zone=time_zone,
    )


@command
def change_user(*, user_id: int, by: Actor, seen: str = "", **changes: str) -> User:
    """Correct what is known of a person: email, first_name, last_name, job_title, language, time_zone.

    Locks the account. A new e-mail signs the person out everywhere and takes the old one out of use. Raises
    HasMoreRights when the account may more than the caller, InvalidValue for an e-mail that is taken,
    ChangedMeanwhile when the account is no longer what `seen` says.
    """
    user = _under_charge(user_id, by, own=True)
    unknown = set(changes) - {"email", "first_name", "last_name", "job_title", "language", "time_zone"}
    if unknown:
        raise TypeError(f"nobody changes {sorted(unknown)} of a user")
    if "email" in changes:
        changes["email"] = User.objects.normalize_email(changes["email"]).lower()
        if User.objects.alias(lower=Lower("email")).filter(lower=changes["email"]).exclude(pk=user.pk).exists():
            raise InvalidValue(field=_("e-mail"), problem=_("another account has it already"))
    moved = {name: value for name, value in changes.items() if getattr(user, name) != value}
    if not moved:
        return user
    expect(user, seen)
    for name, value in moved.items():
        setattr(user, name, value)
    user.save(update_fields=sorted(moved))
    if "email" in moved:
        EmailAddress.objects.filter(user=user).delete()
        if by.pk != user.pk:
            sessions.end(UserSession.objects.filter(user=user))
    return user


@command
def choose_language(*, language: str, by: Actor) -> User:
    """Everybody says for himself in which language he reads the product and gets his mails.

    Locks the account; the same choice again changes nothing. Raises ActingIsClosed in another's name, InvalidValue
    for a language the product does not speak.
    """
    refuse_acting(by)
    if language not in dict(settings.LANGUAGES):
        raise InvalidValue(field=_("language"), problem=_("the product does not speak it"))
    user = User.objects.select_for_update(no_key=True, of=("self",)).get(pk=by.pk or 0)
    if user.language != language:
        user.language = language
        user.save(update_fields=["language"])
    return user


@command
def invite_user(*, user_id: int, at: datetime, by: Actor) -> OutboxMessage:
    """Send a link by which a person sets his password; it works once and for three days. Each call sends another.

    Raises HasMoreRights when the account may more than the caller, InvalidValue for a blocked account.
    """
    user = _under_charge(user_id, by)
    if not user.is_active:
        raise InvalidValue(field=_("account"), problem=_("it is blocked"))
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    with override(user.language):
        facts = {"user": user, "link": get_adapter().get_reset_password_from_key_url(key)}
        subject = _("Your account for Hyper CRM")
        text = render_to_string("access/email/invitation.txt", facts)
    return outbox.enqueue_mail(
        to=user.email, subject=subject, text=text, dedupe_key=f"invitation:{user.pk}:{at.isoformat()}:{uuid4()}"
    )


@command
def remove_factors(*, user_id: int, at: datetime, by: Actor) -> int:
    """Take the second factors of somebody who lost them away and sign him out everywhere; tells him by mail.

    Returns how many there were; without any, nothing happens. Raises OwnRoles for the own account, HasMoreRights
    when it may more than the caller.
    """
    user = _under_charge(user_id, by)
    removed = Authenticator.objects.filter(user=user).delete()[0]
    if not removed:
        return 0
    sessions.end(UserSession.objects.filter(user=user))
    note_status(user, old="second_factor", new="no_second_factor", at=at, by=by)
    with override(user.language):
        text = render_to_string("access/email/factors_removed.txt", {"user": user})
        subject = _("Your second factor for Hyper CRM was removed")
    outbox.enqueue_mail(to=user.email, subject=subject, text=text, dedupe_key=f"factors:{user.pk}:{at.isoformat()}")
    return removed


@command
def block_user(*, user_id: int, by: Actor) -> User:
    """Take an account out of use: no sign-in, no rights; what it did stays. Blocking twice changes nothing.

    Locks the account. Raises OwnRoles for the own account, HasMoreRights when it may more than the caller.
    """
    return _set_active(user_id, False, by)


@command
def unblock_user(*, user_id: int, by: Actor) -> User:
    """Let a blocked account work again, with the roles it had."""
    return _set_active(user_id, True, by)


def _set_active(user_id: int, active: bool, by: Actor) -> User:
    user = _under_charge(user_id, by)
    if user.is_active != active:
        user.is_active = active
        user.save(update_fields=["is_active"])
    if not active:
        sessions.end(UserSession.objects.filter(user=user))
    return user


def _under_charge(user_id: int, by: Actor, *, own: bool = False) -> User:
    """The account under its lock, when `by` may act on it."""
    policy.require(by, "core.manage_users")
    refuse_acting(by)
    if by.pk == user_id and not own:
        raise OwnRoles
    user = User.objects.select_for_update(no_key=True, of=("self",)).get(pk=user_id)
    if by.pk != user_id and lacks_right_of(by, user):
        raise HasMoreRights(user=user)
    return user


def refuse_acting(by: Actor) -> None:
    """Raises ActingIsClosed for somebody who acts for another."""
    if getattr(by, "acting_by", None) is not None:
        raise ActingIsClosed


@command
def choose_profile(*, changes: dict[str, str], by: Actor, seen: str = "") -> User:
    """Everybody corrects his own name and says in which language and time zone he works.

    Locks the account; the same values again change nothing. Raises ActingIsClosed in another's name, InvalidValue for
    a language or zone that is not known, ChangedMeanwhile.
    """
    refuse_acting(by)
    unknown = set(changes) - {"first_name", "last_name", "language", "time_zone"}
    if unknown:
        raise TypeError(f"nobody changes {sorted(unknown)} of himself")
    if changes.get("language", settings.LANGUAGE_CODE) not in dict(settings.LANGUAGES):
        raise InvalidValue(field=_("language"), problem=_("the product does not speak it"))
    if changes.get("time_zone", "UTC") not in available_timezones():
        raise InvalidValue(field=_("time zone"), problem=_("nobody knows it"))
    return change_row(User, by.pk, dict(changes), seen=seen)
