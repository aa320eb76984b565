"""Reading notices and reminders of the one who looks."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When

from core.models import Notice, NoticePreference, NoticeSettings, Reminder
from core.notices import kinds
from core.prepared import prepared

MANY = 99


def notices_of(user: Any, *, kind: str = "", unread_only: bool = False) -> QuerySet[Notice]:
    """What stands in the user's bell, with `unread` 1 or 0 to sort by."""
    rows = Notice.objects.filter(user=user, in_bell=True)
    if unread_only:
        rows = rows.filter(read_at=None)
    if kind:
        rows = rows.filter(kind=kind)
    unread = Case(When(read_at=None, then=Value(1)), default=Value(0), output_field=IntegerField())
    return rows.annotate(unread=unread)


def unread_count(user: Any) -> int:
    """How many unread notices, at most one more than MANY; read once per user object, in one statement."""
    if not hasattr(user, "_unread_notices"):
        user._unread_notices = len(_unread([user.pk], user))
    return user._unread_notices


@prepared
def _unread(users: Any, _user: Any) -> QuerySet[Any, Any]:
    return Notice.objects.filter(user__in=users, in_bell=True, read_at=None).values_list("pk")[: MANY + 1]


def newest_id(user: Any) -> int:
    """The newest notice of a user; 0 when he has none."""
    newest = Notice.objects.filter(user=user).order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


def preferences_of(user: Any) -> list[tuple[kinds.Kind, bool, str]]:
    """Each kind of notice with the user's wish: in the bell, by mail."""
    rows = NoticePreference.objects.filter(user=user)
    chosen = {row.kind: (row.in_bell, row.mail) for row in rows}
    return [(kind, *chosen.get(kind.code, (kind.in_bell, kind.mail))) for kind in kinds.declared()]


def settings_of(user: Any) -> NoticeSettings:
    """The user's settings; unsaved start values where he has chosen nothing."""
    return NoticeSettings.objects.filter(user=user).first() or NoticeSettings(user=user)


def reminders_of(user: Any) -> QuerySet[Reminder]:
    """What a user is still to be reminded of, the next first."""
    return Reminder.objects.filter(user=user, done_at=None).order_by("at", "pk")
