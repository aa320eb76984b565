"""Reminders: a user asks to be told of a record at a moment."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Model
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.models import Reminder, User
from core.notices import places
from core.notices.errors import RecordNotSeen, ReminderInThePast
from core.notices.services import Wish, notify_each
from core.services import records
from core.transactions import command

BATCH = 200


@command
def remind(*, by: User, at: datetime, now: datetime, record: Model | None = None, text: str = "") -> Reminder:
    """Ask to be told at a moment. The same record, moment and text is one reminder, however often it is asked for.

    Raises ReminderInThePast, and RecordNotSeen for a record that the user may not see.
    """
    if at <= now:
        raise ReminderInThePast()
    if record is not None and not places.may_know_of(by, record):
        raise RecordNotSeen()
    said = text.strip()[:300] or (str(record)[:300] if record is not None else str(_("Reminder")))
    same = {
        "user": by,
        "record_type": None if record is None else records.type_of(record),
        "record_id": None if record is None else record.pk,
        "at": at,
        "text": said,
    }
    url = places.url_of(record) if record is not None else ""
    Reminder.objects.bulk_create([Reminder(**same, url=url)], ignore_conflicts=True)
    return Reminder.objects.get(**same)


@command
def forget_reminder(*, reminder_id: int, by: Actor) -> None:
    """Take an own reminder back; one that is gone or was told already stays as it is."""
    Reminder.objects.filter(pk=reminder_id, user_id=by.pk or 0, done_at=None).delete()


def tell_due(*, at: datetime, limit: int = 2000) -> int:
    """Turn due reminders into notices; returns how many.

    Batches lock their rows and skip those of a rival; the notice and its mark commit together, and the notice's key
    is the reminder's own, so nothing is told twice.
    """
    told = 0
    while told < limit:
        taken = _tell_batch(at, min(BATCH, limit - told))
        if not taken:
            break
        told += taken
    return told


@transaction.atomic
def _tell_batch(at: datetime, size: int) -> int:
    due = Reminder.objects.filter(done_at=None, at__lte=at).order_by("at", "pk").select_related("user")
    batch = list(due.select_for_update(skip_locked=True, of=("self",), no_key=True)[:size])
    if batch:
        notify_each(wishes=[_wish(reminder) for reminder in batch])
        Reminder.objects.filter(pk__in=[reminder.pk for reminder in batch]).update(done_at=at)
    return len(batch)


def _wish(reminder: Reminder) -> Wish:
    """The record is not handed on: whoever lost sight of it since is reminded of his own words alone."""
    return Wish(
        user=reminder.user,
        kind="core.reminder",
        text=format_lazy("{label}: {text}", label=_("Reminder"), text=reminder.text),
        key=f"reminder:{reminder.pk}",
        url=reminder.url,
    )
