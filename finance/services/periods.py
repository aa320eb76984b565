"""Closing months: what is closed accepts nothing dated inside it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from core import policy
from core.actors import Actor, user_or_none
from core.errors import PeriodClosed
from core.models import Branch
from core.remembered import remembered_for_all
from core.services.records import note_status
from core.transactions import command
from finance.choices import PeriodStatus
from finance.models import Period


def require_open(branch_id: int, on: date) -> None:
    """The answer to `core.periods.require_open`: raise PeriodClosed when the month of `on` is closed.

    Takes the month's lock shared until the transaction ends, so that closing waits for postings under way
    (two statements).
    """
    month = on.replace(day=1)
    _hold(branch_id, month, shared=True)
    if _closed(branch_id, month):
        raise PeriodClosed(period=f"{month:%Y-%m}", on=on.isoformat())


@remembered_for_all
def _closed(branch: Any, month: Any) -> QuerySet[Any, Any]:
    return Period.objects.filter(branch=branch, month=month, status=PeriodStatus.CLOSED).values_list("pk", flat=True)


@command
def close_period(*, branch_id: int, month: date, at: datetime, by: Actor) -> Period:
    """Close the month that `month` lies in: nothing can be posted into it any more.

    Closing twice changes nothing. Waits for postings into the month that are under way.
    """
    return _set_status(branch_id, month, PeriodStatus.CLOSED, at=at, by=by)


@command
def reopen_period(*, branch_id: int, month: date, at: datetime, by: Actor) -> Period:
    """Open a closed month again; an open one stays as it is."""
    return _set_status(branch_id, month, PeriodStatus.OPEN, at=at, by=by)


def _set_status(branch_id: int, month: date, status: PeriodStatus, *, at: datetime, by: Actor) -> Period:
    first = month.replace(day=1)
    branch = Branch.objects.get(pk=branch_id)
    policy.require(by, "finance.close_period", Period(branch=branch, month=first))
    _hold(branch_id, first, shared=False)
    period, _created = Period.objects.get_or_create(branch=branch, month=first)
    if period.status == status:
        return period
    old, period.status = period.status, status
    closing = status == PeriodStatus.CLOSED
    period.closed_at = at if closing else None
    period.closed_by = user_or_none(by) if closing else None
    period.save(update_fields=["status", "closed_at", "closed_by"])
    note_status(period, old=old, new=status, at=at, by=by)
    return period


def _hold(branch_id: int, month: date, *, shared: bool) -> None:
    """Take the lock of a branch's month: a month has no row until it is closed, so the lock is on its name."""
    name = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name}(hashtextextended(%s, 0))", [f"finance.period:{branch_id}:{month:%Y-%m}"])
