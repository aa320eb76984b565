"""Notices by mail: at once, one mail each."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.choices import OutboxPolicy
from core.models import Notice
from core.notices.choices import Mail
from core.services import outbox

BATCH = 50


def send_waiting(*, limit: int = 1000) -> int:
    """Put a mail for each notice that is to be mailed at once into the outbox; returns how many.

    Batches lock their rows and skip those of a rival; a mail and its mark commit together, so a second run finds
    nothing to do. What was read meanwhile, or belongs to a blocked user, is not sent any more.
    """
    sent = 0
    while sent < limit:
        taken = _send_batch(min(BATCH, limit - sent))
        if not taken:
            break
        sent += taken
    return sent


@transaction.atomic
def _send_batch(size: int) -> int:
    now = timezone.now()
    waiting = Notice.objects.filter(mail=Mail.NOW, mailed_at=None).select_related("user").order_by("pk")
    batch = list(waiting.select_for_update(skip_locked=True, of=("self",), no_key=True)[:size])
    for notice in batch:
        if notice.read_at is None and notice.user.is_active:
            _enqueue(notice)
    Notice.objects.filter(pk__in=[notice.pk for notice in batch]).update(mailed_at=now)
    return len(batch)


def _enqueue(notice: Notice) -> None:
    with translation.override(notice.user.language):
        context = {"notice": notice, "site": settings.SITE_URL, "user": notice.user}
        outbox.enqueue_mail(
            to=notice.user.email,
            subject=_("Hyper CRM: {text}").format(text=notice.text),
            text=render_to_string("notices/mail/notice.txt", context),
            dedupe_key=f"notice:{notice.pk}",
            after_crash=OutboxPolicy.DOCUMENT,
        )
