"""The board by work centre: the load of its week and the first of its jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, cast

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from core.actors import Actor
from production.models import HelpCall, Operation, WorkCenter
from production.selectors.jobs import Job, calls_at, jobs_of
from production.selectors.load import CenterLoad, load_by_center
from production.selectors.open_work import in_turn, late_minutes, open_operations

NOTHING = Decimal(0)
SHOWN = 20


@dataclass
class Day:
    """The load of a work centre on one day, in hours. What is past is shown and no longer counts."""

    day: date
    planned: Decimal
    open: Decimal
    is_past: bool = False

    @property
    def percent(self) -> int:
        if not self.open:
            return 100 if self.planned else 0
        return round(100 * self.planned / self.open)

    @property
    def over(self) -> Decimal:
        return max(self.planned - self.open, NOTHING)


@dataclass
class Column:
    """A work centre on the board: its week's load, and the first of its jobs."""

    center: WorkCenter
    days: list[Day] = field(default_factory=list)
    late: Decimal = NOTHING
    count: int = 0
    jobs: list[Job] = field(default_factory=list)
    limit: int = SHOWN
    call: HelpCall | None = None
    folded: bool = False
    menu: str = ""  # what can be done with the column, as HTML
    unfold: str = ""  # the address that opens a folded column

    @property
    def planned(self) -> Decimal:
        return sum((day.planned for day in self.days if not day.is_past), NOTHING)

    @property
    def open(self) -> Decimal:
        return sum((day.open for day in self.days if not day.is_past), NOTHING)

    @property
    def free(self) -> Decimal:
        return self.open - self.planned

    @property
    def over(self) -> Decimal:
        return max(-self.free, NOTHING)

    @property
    def percent(self) -> int:
        return min(round(100 * self.planned / self.open), 100) if self.open else (100 if self.planned else 0)

    @property
    def tone(self) -> str:
        return "bad" if self.over else "warn" if self.percent >= 90 else "ok"

    @property
    def left(self) -> int:
        return max(self.count - len(self.jobs), 0)


def board(
    *,
    user: Actor,
    since: date,
    at: datetime,
    show: str = "",
    words: str = "",
    order: str = "",
    limits: Mapping[int, int] | None = None,
) -> list[Column]:
    """Work centres with their load in the week from `since` on, and their operations in the order of work.

    What should be done by now and is not counts on the first day that is left of the week: it needs time, too.
    Days that are past are shown, but the sums are of what is left.
    Some fifteen statements, whatever the number of centres and operations.
    """
    centers = list(WorkCenter.objects.visible_to(user).filter(is_active=True).order_by("code"))
    columns = {center.pk: Column(center, limit=(limits or {}).get(center.pk, SHOWN)) for center in centers}
    week = [since + timedelta(days=number) for number in range(7)]
    late = late_minutes(at)
    today = timezone.localtime(at).date()
    for load in load_by_center(since, week[-1], list(columns)):
        column = columns[load.center_id]
        column.late = _hours(late.get(load.center_id, NOTHING))
        here = load.day == max(today, since) and today <= week[-1]
        column.days.append(_day(load, column.late if here else NOTHING, today))
    for column in columns.values():
        column.days = [day for day in column.days if day.open or day.planned]
    until = timezone.make_aware(datetime.combine(week[-1] + timedelta(days=1), time.min))
    rows = open_operations(at, show, words, until, order).filter(center_id__in=columns)
    for center_id, count in rows.order_by().values_list("center_id").annotate(Count("pk")):
        columns[center_id].count = count
    for center_id, call in calls_at(columns).items():
        columns[center_id].call = call
    for job in jobs_of(_first(rows, columns), user, at):
        columns[job.operation.center_id].jobs.append(job)
    return list(columns.values())


def _first(rows: QuerySet[Operation], columns: Mapping[int, Column]) -> QuerySet[Operation]:
    """The first operations of each centre, as many as its column shows."""
    ordered = in_turn(rows)
    place = Window(RowNumber(), partition_by=F("center_id"), order_by=cast("list[str]", ordered.query.order_by))
    within = Q()
    for center_id, column in columns.items():
        within |= Q(center_id=center_id, place__lte=column.limit)
    return ordered.annotate(place=place).filter(within) if columns else ordered.none()


def _day(load: CenterLoad, late: Decimal, today: date) -> Day:
    planned, free = _hours(load.planned_minutes) + late, _hours(load.open_minutes - load.blocked_minutes)
    return Day(load.day, planned, free, is_past=load.day < today)


def _hours(minutes: Any) -> Decimal:
    return (Decimal(minutes) / 60).quantize(Decimal("0.1"))
