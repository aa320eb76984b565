"""How long notices and reminders are kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from core.models import Notice, Reminder

READ = timedelta(days=90)
ANY = timedelta(days=365)


def forget_old(*, at: datetime, limit: int = 20_000) -> int:
    """Remove notices read or hidden over 90 days ago, any older than a year, and old reminders that were told.

    Returns how many notices. A second run finds none.
    """
    old = Q(created_at__lt=at - ANY) | Q(read_at__lt=at - READ) | Q(in_bell=False, created_at__lt=at - READ)
    keys = list(Notice.objects.filter(old).order_by("created_at").values_list("pk", flat=True)[:limit])
    Reminder.objects.filter(done_at__lt=at - READ).delete()
    return Notice.objects.filter(pk__in=keys).delete()[0]
