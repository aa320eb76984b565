"""The sessions of django.contrib.sessions, read together with who sits there: every request asks for both."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet, Subquery
from django.utils import timezone

from core.access.sessions import hash_of
from core.models import SetupStamp, User
from core.remembered import remembered_for_all

# Whom the session that was just read belongs to, until the sign-in asks for him.
_sitting: ContextVar[User | None] = ContextVar("who_sits_there", default=None)


def _alive(key: Any, now: Any) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)


@remembered_for_all
def _valid(key: Any, now: Any) -> QuerySet[Any]:
    return _alive(key, now)


@remembered_for_all
def _with_session(key_hash: Any, key: Any, now: Any) -> QuerySet[Any]:
    """The person whose place of sign-in it is, with the session's data where it has not expired."""
    session = _alive(key, now)
    return User.objects.filter(sessions__key_hash=key_hash).annotate(
        setup_stamp=Subquery(SetupStamp.objects.values("stamp")[:1]),
        session_data=Subquery(session.values("session_data")),
        session_expires=Subquery(session.values("expire_date")),
    )


def take_sitting(user_id: Any) -> User | None:
    """The person that was read with the session of this request, once; None when it was somebody else or nobody."""
    found = _sitting.get()
    _sitting.set(None)
    return found if found is not None and str(found.pk) == str(user_id) else None


class SessionStore(db.SessionStore):
    """As Django's own, in the same table."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        _sitting.set(None)

    def _get_session_from_db(self) -> Session | None:
        key, now = self.session_key, timezone.now()
        for person in _with_session(hash_of(str(key)), key, now):
            if person.session_data is not None:
                _sitting.set(person)
                return Session(key, person.session_data, person.session_expires)
        found = _valid(key, now)
        if found:
            return found[0]
        self._session_key = None
        return None
