"""Work in another's name: the session stays the administrator's, the pages and rights are the other person's."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from core import policy
from core.access import services
from core.errors import DomainError
from core.models import ActingSession, User
from core.services.roles import lacks_right_of

KEY = "acting"


def begin(request: HttpRequest, acting: ActingSession) -> None:
    """From the next request on this session works in the other's name. The narrowing to a branch is left behind."""
    request.session[KEY] = acting.pk
    request.session.pop("scope", None)


def apply(request: HttpRequest) -> None:
    """Put the other person in place of the administrator, as long as he still may; otherwise end it.

    `request.user` is then the other, `request.user.acting_by` the administrator, `request.acting` the ledger row.
    """
    key = request.session.get(KEY)
    if key is None:
        return
    by: User = request.user  # type: ignore[assignment]
    acting = ActingSession.objects.select_related("person").filter(pk=key, by_id=by.pk, end=None).first()
    if acting is None or not _still_may(by, acting):
        leave(request)
        return
    person = acting.person
    person.acting_by = by  # type: ignore[attr-defined]
    request.user = person
    request.acting = acting  # type: ignore[attr-defined]


def _still_may(by: User, acting: ActingSession) -> bool:
    if timezone.now() >= acting.until or not acting.person.is_active:
        return False
    return policy.allows(by, "core.act_as") and not lacks_right_of(by, acting.person)


def leave(request: HttpRequest) -> None:
    """Be oneself again; the ledger gets the moment. Leaving twice changes nothing."""
    key = request.session.pop(KEY, None)
    request.session.pop("scope", None)
    acting = ActingSession.objects.filter(pk=key).select_related("by").first() if key else None
    if acting is not None:
        try:
            services.stop_acting(acting_id=acting.pk, at=timezone.now(), by=acting.by)
        except DomainError:  # the session was not its own: nothing to end
            return


def administrator_of(user: object) -> User | None:
    """The administrator who works in this user's name just now."""
    return getattr(user, "acting_by", None)
