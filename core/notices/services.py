"""Telling people something, once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils import translation
from django.utils.functional import Promise

from core import doorbell
from core.actors import Actor
from core.models import Notice, NoticePreference, NoticeSettings, User
from core.notices import kinds, places
from core.notices.choices import Mail
from core.services import records
from core.transactions import command

KEY_LENGTH = 160


@dataclass(frozen=True)
class Wish:
    """One user is to be told one thing. `text` may be lazy: it is put into the user's language."""

    user: User
    kind: str
    text: str | Promise
    key: str
    record: Model | None = None
    url: str = ""


@command
def notify(
    *,
    users: Iterable[User],
    kind: str,
    text: str | Promise,
    key: str,
    record: Model | None = None,
    url: str = "",
    by: Actor | None = None,
) -> None:
    """Tell users something, each as he wished for this kind: in the bell, by mail at once or in the daily mail.

    Whoever was told with the same `key` before is not told again. Left out are blocked users, who may not see
    `record`, and `by`: nobody is told of what he did himself. Without `url` the record's page is opened. Two statements
    for any number of users, and the reading of rights of users that the caller has not asked about yet.
    """
    doer = getattr(by, "pk", None)
    notify_each(wishes=[Wish(user, kind, text, key, record, url) for user in users if user.pk != doer])


@command
def notify_each(*, wishes: Sequence[Wish]) -> None:
    """Tell several users different things, as `notify` does. Two statements for any number."""
    told = [wish for wish in wishes if wish.user.is_active and _may_know(wish)]
    if not told:
        return
    chosen = _preferences(told)
    rows = [_notice(wish, *chosen.get((wish.user.pk, wish.kind), _start_of(wish.kind))) for wish in told]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    if any(row.mail == Mail.NOW for row in rows):
        transaction.on_commit(_wake_mailer, robust=True)


def _may_know(wish: Wish) -> bool:
    return wish.record is None or places.may_know_of(wish.user, wish.record)


def _preferences(wishes: Sequence[Wish]) -> dict[tuple[int, str], tuple[bool, str]]:
    rows = NoticePreference.objects.filter(
        user__in={wish.user.pk for wish in wishes}, kind__in={wish.kind for wish in wishes}
    )
    found = rows.values_list("user_id", "kind", "in_bell", "mail")
    return {(user_id, kind): (in_bell, mail) for user_id, kind, in_bell, mail in found}


def _start_of(code: str) -> tuple[bool, str]:
    kind = kinds.kind_of(code)
    return kind.in_bell, kind.mail


def _notice(wish: Wish, in_bell: bool, mail: str) -> Notice:
    kinds.kind_of(wish.kind)
    with translation.override(wish.user.language):
        text = str(wish.text)
    return Notice(
        user=wish.user,
        kind=wish.kind,
        key=_short(wish.key),
        text=text if len(text) <= 500 else f"{text[:499]}…",
        url=wish.url or (places.url_of(wish.record) if wish.record is not None else ""),
        record_type=None if wish.record is None else records.type_of(wish.record),
        record_id=None if wish.record is None else wish.record.pk,
        in_bell=in_bell,
        mail=mail,
    )


def _short(key: str) -> str:
    """The key itself, or what stands for one that is too long to be stored."""
    return key if len(key) <= KEY_LENGTH else f"{key[: KEY_LENGTH - 65]}:{hashlib.sha256(key.encode()).hexdigest()}"


def _wake_mailer() -> None:
    """Ask a worker to send what is to be mailed at once; the sweeper would find it as well."""
    from core.notices import mails
    from core.tasks import mail_notices

    if settings.EVENTS_DELIVERY == "inline":
        mails.send_waiting()
        return
    doorbell.ring(mail_notices)


@command
def mark_read(*, notice_ids: Sequence[int], at: datetime, by: Actor) -> int:
    """Mark own notices as read; foreign ones and read ones stay as they are. Returns how many were unread."""
    unread = Notice.objects.filter(user_id=by.pk or 0, pk__in=notice_ids, read_at=None)
    return unread.update(read_at=at)


@command
def mark_all_read(*, up_to: int, at: datetime, by: Actor) -> int:
    """Mark own notices as read, up to the newest that was on the page: what came since stays unread."""
    return Notice.objects.filter(user_id=by.pk or 0, pk__lte=up_to, read_at=None).update(read_at=at)


@command
def choose(
    *,
    by: User,
    wishes: dict[str, tuple[bool, str]],
    digest_on: bool,
    digest_hour: int,
    task_lead_minutes: int,
) -> None:
    """Keep how a user wants to hear of each kind (in the bell, by mail) and when his daily mail comes.

    Saying the same again changes nothing. What was written before stays as it was wished then.
    """
    rows = [
        NoticePreference(user=by, kind=kinds.kind_of(code).code, in_bell=in_bell, mail=Mail(mail))
        for code, (in_bell, mail) in wishes.items()
    ]
    NoticePreference.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["user", "kind"], update_fields=["in_bell", "mail"]
    )
    values: dict[str, Any] = {
        "digest_on": digest_on,
        "digest_hour": digest_hour,
        "task_lead_minutes": task_lead_minutes,
    }
    NoticeSettings.objects.update_or_create(user=by, defaults=values)
