"""Work in progress: what is in the work orders and has not come out of them yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from core.money import ZERO
from production.models import WipEntry


def wip_as_of(at: datetime, known_at: datetime | None = None, work_order_id: int | None = None) -> Decimal:
    """The value of work in progress at a moment (base currency), of all work orders or of one.

    `known_at` answers what the system knew then: entries recorded later are left out.
    """
    entries = WipEntry.objects.filter(occurred_at__lte=at)
    if known_at is not None:
        entries = entries.filter(recorded_at__lte=known_at)
    if work_order_id is not None:
        entries = entries.filter(work_order_id=work_order_id)
    return entries.aggregate(total=Sum("amount"))["total"] or ZERO


def wip_left(work_order_id: int) -> Decimal:
    """What has gone into a work order and has not come out; read under the order's lock by those who post."""
    return WipEntry.objects.filter(work_order_id=work_order_id).aggregate(total=Sum("amount"))["total"] or ZERO


def wip_by_order(at: datetime, work_order_ids: Iterable[int] | None = None) -> dict[int, Decimal]:
    """Work in progress at a moment by work order, those with nothing in them left out (one statement)."""
    entries = WipEntry.objects.filter(occurred_at__lte=at)
    if work_order_ids is not None:
        entries = entries.filter(work_order_id__in=list(work_order_ids))
    totals = entries.values("work_order_id").annotate(total=Sum("amount")).exclude(total=0).order_by("work_order_id")
    return {row["work_order_id"]: row["total"] for row in totals}
