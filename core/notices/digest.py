"""The daily mail: what is unread and what is due, at the user's hour by the user's clock, once a day."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats, translation
from django.utils.translation import gettext as _

from core.models import Notice, NoticeSettings, User
from core.notices import places
from core.notices.choices import DIGEST_HOUR, Mail
from core.notices.ports import Line, Part, digest_parts
from core.services import outbox
from core.ui.daywords import near_form

logger = logging.getLogger(__name__)

LINES = 30  # of unread notices in one mail


def send_due(*, at: datetime) -> int:
    """Settle the day of every user whose hour has come; returns how many mails were written.

    One statement finds candidates; each of them is settled in a transaction of its own, so that one broken mail
    does not hold the others back.
    """
    sent = 0
    for user in _candidates(at):
        on = _day_of(user, at)
        if on is None:
            continue
        try:
            sent += _settle(user, on, at)
        except Exception:
            logger.exception("a daily mail broke", extra={"user_id": user.pk})
    return sent


def _candidates(at: datetime) -> list[User]:
    """Users with a daily mail for whom the latest day that has begun anywhere is not settled yet."""
    newest = (at + timedelta(hours=14)).date()
    wanted = Q(notice_settings=None) | Q(notice_settings__digest_on=True)
    open_day = Q(notice_settings=None) | Q(notice_settings__settled_on=None) | Q(notice_settings__settled_on__lt=newest)
    users = User.objects.filter(wanted, open_day, is_active=True).order_by("pk")
    return list(
        users.annotate(hour=F("notice_settings__digest_hour"), settled_on=F("notice_settings__settled_on")).iterator()
    )


def _day_of(user: User, at: datetime) -> date | None:
    """The user's day whose hour has come and which is not settled; None when there is none.

    An hour that the change to summer time skips comes with the hour after it; one that comes twice in autumn counts
    the first time, because the day is settled then.
    """
    local = places.local(user, at)
    hour = DIGEST_HOUR if user.hour is None else user.hour  # type: ignore[attr-defined]
    settled_on: date | None = user.settled_on  # type: ignore[attr-defined]
    if local.hour < hour or (settled_on is not None and settled_on >= local.date()):
        return None
    return local.date()


@transaction.atomic
def _settle(user: User, on: date, at: datetime) -> int:
    """Write the day's mail, or find that there is nothing to say; either way the day is settled.

    Locks the user's settings, so that of two beats the second finds the day settled.
    """
    NoticeSettings.objects.bulk_create([NoticeSettings(user=user)], ignore_conflicts=True)
    row = NoticeSettings.objects.locked().get(user=user)
    if not row.digest_on or (row.settled_on is not None and row.settled_on >= on):
        return 0
    row.settled_on = on
    row.save(update_fields=["settled_on"])
    with translation.override(user.language):
        unread = Notice.objects.filter(user=user, read_at=None, mailed_at=None, mail=Mail.DIGEST)
        count = unread.count()
        parts = [*_unread_part(list(unread.order_by("-pk")[:LINES]), count)]
        for answer in digest_parts(user, on):
            parts.extend(part for part in answer if part.lines)
        if not parts:
            return 0
        context = {"parts": parts, "user": user, "on": on, "site": settings.SITE_URL}
        outbox.enqueue_mail(
            to=user.email,
            subject=_("Your day, {day}").format(day=formats.date_format(on, near_form())),
            text=render_to_string("notices/mail/digest.txt", context),
            html=render_to_string("notices/mail/digest.html", context),
            dedupe_key=f"digest:{user.pk}:{on.isoformat()}",
        )
    unread.update(mailed_at=at)
    return 1


def _unread_part(notices: list[Notice], count: int) -> list[Part]:
    if not notices:
        return []
    return [
        Part(
            title=_("Unread notices"),
            lines=[Line(notice.text, reverse("core:notice_open", args=[notice.pk])) for notice in notices],
            more=count - len(notices),
        )
    ]
