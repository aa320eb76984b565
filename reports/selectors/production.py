"""Work orders: quantities, scrap and its reasons, lateness, and the hours and cost of their operations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta, tzinfo
from decimal import Decimal
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Max, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear, TruncDate

from core.money import ZERO
from production.choices import WorkOrderStatus
from production.models import Operation, WorkOrder
from reports.selectors.period import EVERYTHING, Scope

NOTHING = Decimal(0)


def work_orders(scope: Scope = EVERYTHING) -> QuerySet[WorkOrder]:
    """Work orders of a scope by the day they were started (those that were; all when the scope names no days)."""
    return scope.within(WorkOrder.objects.exclude(status=WorkOrderStatus.CANCELLED), "started_at")


def _finished(rows: QuerySet[WorkOrder], zone: tzinfo) -> QuerySet[WorkOrder]:
    """With the days on which they were started and done, and `late_days` after the due day (early is negative)."""
    return rows.annotate(
        started_on=TruncDate("started_at", tzinfo=zone),
        done_on=TruncDate("done_at", tzinfo=zone),
        late_days=ExpressionWrapper(F("done_on") - F("due_on"), output_field=DurationField()),
        lead=ExpressionWrapper(F("done_on") - F("started_on"), output_field=DurationField()),
    )


_LATE = Q(done_on__gt=F("due_on"))


@dataclass(frozen=True)
class WorkSums:
    """Work orders with ordered and scrapped units; `late` finished after their due day."""

    year: int | None
    orders: int
    ordered: Decimal
    scrapped: Decimal
    with_scrap: int
    late: int

    @property
    def scrap_rate_pct(self) -> Decimal:
        """Scrapped in per cent of ordered units, unrounded."""
        return self.scrapped * 100 / self.ordered if self.ordered else ZERO


_SUMS = {
    "orders": Count("pk"),
    "ordered": Sum("qty", default=NOTHING),
    "scrapped": Sum("scrapped_qty", default=NOTHING),
    "with_scrap": Count("pk", filter=Q(scrapped_qty__gt=0)),
    "late": Count("pk", filter=_LATE),
}


def _row(sums: Any) -> WorkSums:
    return WorkSums(**sums)


def work_sums(scope: Scope = EVERYTHING) -> WorkSums:
    sums: dict[str, Any] = _finished(work_orders(scope), scope.zone).aggregate(**_SUMS)
    return WorkSums(year=None, **sums)


def work_by_year(scope: Scope = EVERYTHING) -> list[WorkSums]:
    """By the year in which they were started."""
    zone = scope.zone
    rows = _finished(work_orders(scope), zone).annotate(year=ExtractYear("started_at", tzinfo=zone))
    grouped = rows.order_by("year").values("year")
    return [_row(row) for row in grouped.annotate(**_SUMS)]


@dataclass(frozen=True)
class Lateness:
    """Finished work orders against their due days; means in days, unrounded, None where there is nothing."""

    late: int
    not_late: int
    mean_deviation_days: Decimal | None
    mean_late_days: Decimal | None
    mean_lead_days: Decimal | None
    max_late_days: int


def lateness(scope: Scope = EVERYTHING) -> Lateness:
    """Deviation is end less due day (early counts negative), lead time is end less start."""
    rows = _finished(work_orders(scope).filter(done_at__isnull=False, due_on__isnull=False), scope.zone)
    found = rows.aggregate(
        late=Count("pk", filter=_LATE),
        all=Count("pk"),
        deviation=Sum("late_days"),
        late_sum=Sum("late_days", filter=_LATE),
        lead_sum=Sum("lead"),
        worst=Max("late_days"),
    )
    return Lateness(
        late=found["late"],
        not_late=found["all"] - found["late"],
        mean_deviation_days=_mean(found["deviation"], found["all"]),
        mean_late_days=_mean(found["late_sum"], found["late"]),
        mean_lead_days=_mean(found["lead_sum"], found["all"]),
        max_late_days=max(found["worst"].days, 0) if found["worst"] is not None else 0,
    )


def _mean(total: timedelta | None, count: int) -> Decimal | None:
    return Decimal(total.days) / count if count and total is not None else None


@dataclass(frozen=True)
class ScrapRow:
    reason_id: int
    reason: str
    orders: int
    scrapped: Decimal


def scrap_by_reason(scope: Scope = EVERYTHING) -> list[ScrapRow]:
    """Work orders that name a scrap reason, most scrapped units first, equals in the order of the reasons."""
    grouped = (
        work_orders(scope)
        .filter(scrap_reason__isnull=False)
        .order_by()
        .values("scrap_reason", "scrap_reason__name")
        .annotate(orders=Count("pk"), scrapped=Sum("scrapped_qty"))
        .order_by("-scrapped", "scrap_reason")
    )
    return [ScrapRow(row["scrap_reason"], row["scrap_reason__name"], row["orders"], row["scrapped"]) for row in grouped]


@dataclass(frozen=True)
class OperationSums:
    """Operations with reported hours and cost; `late` ended after their planned day."""

    operations: int
    hours: Decimal
    planned_cost: Decimal
    actual_cost: Decimal
    late: int


def operation_sums(scope: Scope = EVERYTHING) -> OperationSums:
    zone = scope.zone
    ended_late = Q(done_on__gt=TruncDate("ends_at", tzinfo=zone))
    rows = Operation.objects.filter(work_order__in=work_orders(scope).order_by())
    found = rows.annotate(done_on=TruncDate("done_at", tzinfo=zone)).aggregate(
        operations=Count("pk"),
        minutes=Sum("actual_minutes", default=NOTHING),
        planned=Sum("planned_cost", default=NOTHING),
        actual=Sum("actual_cost", default=NOTHING),
        late=Count("pk", filter=ended_late),
    )
    return OperationSums(found["operations"], found["minutes"] / 60, found["planned"], found["actual"], found["late"])
