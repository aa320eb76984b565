"""Where somebody is signed in: written at sign-in, touched now and then, ended from anywhere.

The session itself carries what the middleware needs (`access`), so an ordinary request costs no statement.
"""

from __future__ import annotations

import hashlib
import time
from datetime import datetime
from typing import Any, cast

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, F, Func, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Greatest
from django.http import HttpRequest
from django.utils import timezone

from core import policy
from core.access import devices
from core.models import User, UserSession

NOTE = "access"  # the key in the session under which we keep our own facts
TOUCH_SECONDS = 300


class KeyHash(Func):
    """The hash of a session key, made by PostgreSQL, so that the sessions of a person can be found by it."""

    template = "encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')"
    output_field = TextField()


def hash_of(session_key: str) -> str:
    return hashlib.sha256(session_key.encode()).hexdigest()


def address_of(request: HttpRequest) -> str | None:
    """Where a request came from, as the trusted proxies say; None when nobody knows."""
    try:
        return str(get_adapter(request).get_client_ip(request))
    except (PermissionDenied, KeyError):
        return None


def begin(request: HttpRequest, user: User, *, at: datetime) -> None:
    """Write down a sign-in. The session has its new key already."""
    session = request.session
    if session.session_key is None:
        session.create()
    key_hash = hash_of(str(session.session_key))
    session[NOTE] = {"key": key_hash, "stamp": user.rights_stamp, "seen": int(time.time())}
    UserSession.objects.update_or_create(
        key_hash=key_hash, defaults={"user": user, **_whereabouts(request), "signed_in_at": at, "last_seen_at": at}
    )


def end_current(request: HttpRequest) -> None:
    """Forget the session that is just being left."""
    if getattr(request, "session", None) is not None and request.session.session_key:
        UserSession.objects.filter(key_hash=hash_of(request.session.session_key)).delete()


def keep(request: HttpRequest) -> None:
    """Keep a live session in step: a new key after a change of roles, its new hash, and when it was last seen.

    Costs nothing while none of that is due.
    """
    session, user = request.session, cast(User, request.user)
    note: dict[str, Any] = session.get(NOTE) or {}
    if note.get("stamp", user.rights_stamp) != user.rights_stamp:
        session.cycle_key()
        policy.forget_rights(user)
        note.pop("factor", None)
    key_hash = hash_of(str(session.session_key))
    now = int(time.time())
    if note.get("key") == key_hash and now - note.get("seen", 0) < TOUCH_SECONDS:
        return
    moment = timezone.now()
    known = UserSession.objects.filter(key_hash=note.get("key", key_hash))
    # A page that asked a moment before another one may be the later to say so: the time never goes back.
    seen_at = Greatest(F("last_seen_at"), Value(moment))
    if not known.update(key_hash=key_hash, last_seen_at=seen_at, **_whereabouts(request)):
        UserSession.objects.get_or_create(
            key_hash=key_hash,
            defaults={"user_id": user.pk, **_whereabouts(request), "signed_in_at": moment, "last_seen_at": moment},
        )
    session[NOTE] = {**note, "key": key_hash, "stamp": user.rights_stamp, "seen": now}


def idle_seconds(request: HttpRequest) -> int:
    """After how long without a request this session ends; 0 for never: switched off, or "Keep me signed in"."""
    minutes, session = int(settings.IDLE_MINUTES), getattr(request, "session", None)
    return minutes * 60 if minutes and session is not None and session.get_expire_at_browser_close() else 0


def is_idle(request: HttpRequest) -> bool:
    """Was nothing done in this session for too long? When it was seen is known to five minutes."""
    limit, note = idle_seconds(request), request.session.get(NOTE) or {}
    return bool(limit and note.get("seen") and time.time() - note["seen"] > limit + TOUCH_SECONDS)


def live_sessions(user: User, *, at: datetime) -> QuerySet[UserSession]:
    """Where a user is signed in at `at`, the latest first."""
    alive = Session.objects.annotate(key_hash=KeyHash("session_key")).filter(
        key_hash=OuterRef("key_hash"), expire_date__gt=at
    )
    return UserSession.objects.filter(Exists(alive), user=user).order_by("-last_seen_at", "-pk")


def end(rows: QuerySet[UserSession]) -> int:
    """Sign out wherever these rows say; whoever works there is asked to sign in at the next click."""
    hashes = list(rows.values_list("key_hash", flat=True))
    Session.objects.annotate(key_hash=KeyHash("session_key")).filter(key_hash__in=hashes).delete()
    return UserSession.objects.filter(key_hash__in=hashes).delete()[0]


def renew(users: QuerySet[User]) -> None:
    """Roles of these people changed: each of their sessions takes a new key and reads its rights anew."""
    users.update(rights_stamp=F("rights_stamp") + 1)


def forget_ended(*, at: datetime) -> int:
    """Remove rows whose session is gone or has run out; returns how many."""
    Session.objects.filter(expire_date__lt=at).delete()
    alive = Session.objects.annotate(key_hash=KeyHash("session_key")).filter(key_hash=OuterRef("key_hash"))
    return UserSession.objects.filter(~Exists(alive)).delete()[0]


def _whereabouts(request: HttpRequest) -> dict[str, Any]:
    return {"device": devices.name_of(request.META.get("HTTP_USER_AGENT", ""))[:80], "address": address_of(request)}
