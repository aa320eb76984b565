"""Ending sessions, and beginning and ending work in another's name."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core import policy
from core.access import sessions
from core.actors import Actor
from core.errors import ActingIsClosed, HasMoreRights, InvalidValue, NotAllowed, OwnRoles
from core.models import ActingEnd, ActingSession, User, UserSession
from core.services.roles import lacks_right_of
from core.transactions import command


@command
def end_session(*, session_id: int, by: Actor) -> bool:
    """Sign out in one place: the own, or as somebody who manages users anybody's who has no more rights.

    False when nobody is signed in there any more.
    """
    row = UserSession.objects.select_related("user").filter(pk=session_id).first()
    if row is None:
        return False
    _require_charge(by, row.user)
    return bool(sessions.end(UserSession.objects.filter(pk=row.pk)))


@command
def end_sessions(*, user_id: int, by: Actor, except_key: str = "") -> int:
    """Sign a user out everywhere but in the session of `except_key`; returns in how many places."""
    user = User.objects.get(pk=user_id)
    _require_charge(by, user)
    rows = UserSession.objects.filter(user=user)
    if except_key:
        rows = rows.exclude(key_hash=sessions.hash_of(except_key))
    return sessions.end(rows)


def _require_charge(by: Actor, user: User) -> None:
    if getattr(by, "acting_by", None) is not None:
        raise ActingIsClosed
    if by.pk == user.pk:
        return
    policy.require(by, "core.manage_users")
    if lacks_right_of(by, user):
        raise HasMoreRights(user=user)


@command
def start_acting(*, person_id: int, reason: str, at: datetime, by: Actor) -> ActingSession:
    """Begin to work in the name of `person_id`, for settings.ACTING_MINUTES at most.

    Each call writes a row of its own. Raises NotAllowed, OwnRoles for oneself, HasMoreRights for somebody who may
    more than the caller, InvalidValue without a reason or for a blocked account, ActingIsClosed inside another's name.
    """
    policy.require(by, "core.act_as")
    if not isinstance(by, User):
        raise NotAllowed(action=policy.known_actions()["core.act_as"].label)
    if getattr(by, "acting_by", None) is not None:
        raise ActingIsClosed
    if by.pk == person_id:
        raise OwnRoles
    person = User.objects.get(pk=person_id)
    if lacks_right_of(by, person):
        raise HasMoreRights(user=person)
    if not person.is_active:
        raise InvalidValue(field=_("account"), problem=_("it is blocked"))
    words = " ".join(reason.split())
    if not words:
        raise InvalidValue(field=_("reason"), problem=_("say why, it is written down"))
    until = at + timedelta(minutes=settings.ACTING_MINUTES)
    return ActingSession.objects.create(by=by, person=person, reason=words[:300], began_at=at, until=until)


@command
def stop_acting(*, acting_id: int, at: datetime, by: Actor) -> ActingEnd:
    """End work in another's name; after its time or a second time the first end stays. Locks the row."""
    acting = ActingSession.objects.select_for_update(no_key=True, of=("self",)).get(pk=acting_id)
    if by.pk is not None and by.pk != acting.by_id:
        raise NotAllowed(action=policy.known_actions()["core.act_as"].label)
    ended_at = max(acting.began_at, min(at, acting.until))
    return ActingEnd.objects.get_or_create(acting=acting, defaults={"ended_at": ended_at})[0]
