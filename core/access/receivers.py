"""What happens around signing in and out; the account library and Django tell us by signals."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from django_structlog.signals import bind_extra_request_metadata
from structlog.contextvars import bind_contextvars

from core.access import acting, factors, sessions
from core.models import User, UserSession


@receiver(user_logged_in, dispatch_uid="core.access.signed_in")
def write_down_session(sender: Any, request: HttpRequest, user: User, **_kwargs: Any) -> None:
    if hasattr(request, "session"):
        sessions.begin(request, user, at=timezone.now())


@receiver(user_logged_out, dispatch_uid="core.access.signed_out")
def forget_session(sender: Any, request: HttpRequest, **_kwargs: Any) -> None:
    if hasattr(request, "session"):
        acting.leave(request)
        sessions.end_current(request)


@receiver([password_changed, password_reset, password_set], dispatch_uid="core.access.new_password")
def sign_out_elsewhere(sender: Any, request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Whoever knew the old password is out at once."""
    sessions.end(UserSession.objects.filter(user=user).exclude(key_hash=_own_hash(request)))


@receiver([authenticator_added, authenticator_removed], dispatch_uid="core.access.factors")
def ask_for_factor_anew(sender: Any, request: HttpRequest, **_kwargs: Any) -> None:
    factors.forget(request)


@receiver(bind_extra_request_metadata, dispatch_uid="core.access.log")
def name_administrator(sender: Any, request: HttpRequest, **_kwargs: Any) -> None:
    by = acting.administrator_of(getattr(request, "user", None))
    if by is not None:
        bind_contextvars(acting_by=by.pk)


def _own_hash(request: HttpRequest) -> str:
    """The hash under which this session is known; the session may have taken a new key in this very request."""
    note = request.session.get(sessions.NOTE) or {}
    return str(note.get("key", ""))
