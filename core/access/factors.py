"""Who has to sign in with a second factor, and whether he has one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from core.access.sessions import NOTE
from core.models import Role, User

KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def is_needed(user: User) -> bool:
    """Does one of the user's roles ask for a second factor? A superuser may everything, so he needs one."""
    return user.is_superuser or Role.objects.filter(assignments__user=user, needs_second_factor=True).exists()


def has_one(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type__in=KINDS).exists()


def is_last(authenticator: Authenticator) -> bool:
    """Is this the only factor of somebody whose role needs one?"""
    others = Authenticator.objects.filter(user=authenticator.user, type__in=KINDS).exclude(pk=authenticator.pk)
    return authenticator.type in KINDS and not others.exists() and is_needed(authenticator.user)


def grace_ends(user: User) -> datetime | None:
    """Until when the user may go on without; None when nothing was asked of him yet."""
    if user.factor_needed_since is None:
        return None
    return user.factor_needed_since + timedelta(days=settings.SECOND_FACTOR_GRACE_DAYS)


def blocks(request: HttpRequest) -> bool:
    """Must this person set up a second factor before anything else works?

    The answer "no" is kept in the session until roles change or a factor is removed. With days of grace the first
    request starts the clock.
    """
    if not settings.SECOND_FACTOR_ENFORCED:
        return False
    note = request.session.get(NOTE) or {}
    if note.get("factor"):
        return False
    user = cast(User, request.user)
    if not is_needed(user) or has_one(user):
        request.session[NOTE] = {**note, "factor": True}
        return False
    if user.factor_needed_since is None:
        user.factor_needed_since = timezone.now()
        User.objects.filter(pk=user.pk, factor_needed_since=None).update(factor_needed_since=user.factor_needed_since)
    ends = grace_ends(user)
    return ends is None or timezone.now() >= ends


def forget(request: HttpRequest) -> None:
    """Ask the question anew at the next request."""
    note = request.session.get(NOTE)
    if note and note.pop("factor", None):
        request.session[NOTE] = note
