"""The operations that are to be done: by state, week, order or words, in the order of work."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Greatest
from django.utils import timezone

from production.choices import OperationStatus, WorkOrderStatus
from production.models import Operation, WorkOrder

OPEN_WORK = [WorkOrderStatus.PLANNED, WorkOrderStatus.RELEASED, WorkOrderStatus.STARTED]
ORDERS = 40
FOR_STOCK = "stock"


def open_operations(
    at: datetime, show: str = "", words: str = "", until: datetime | None = None, order: str = ""
) -> QuerySet[Operation]:
    """Operations of open work orders by what somebody asks for: running, late, waiting, done (since Monday), or all
    that should begin before `until`; of one sales `order`, or what is made for stock."""
    rows = Operation.objects.filter(work_order__status__in=OPEN_WORK).exclude(status=OperationStatus.DONE)
    if show == "running":
        rows = rows.filter(running_since__isnull=False)
    elif show == "late":
        rows = rows.filter(ends_at__lt=at)
    elif show == "waiting":
        rows = rows.filter(status=OperationStatus.WAITING)
    elif show == "done":
        monday = at - timedelta(days=timezone.localtime(at).weekday())
        rows = Operation.objects.filter(status=OperationStatus.DONE, done_at__gte=_midnight(monday))
    elif until is not None:
        rows = rows.filter(_in_week(until))
    if order == FOR_STOCK:
        rows = rows.filter(work_order__order_line=None)
    elif order:
        rows = rows.filter(work_order__order_line__order=int(order))
    if words:
        rows = rows.filter(
            Q(work_order__number__icontains=words)
            | Q(work_order__item__sku__icontains=words)
            | Q(work_order__item__name__icontains=words)
            | Q(work_order__order_line__order__number__icontains=words)
        )
    return rows


def orders_at_work() -> list[tuple[int, str]]:
    """The sales orders that open work is for, the latest first (one statement)."""
    works = WorkOrder.objects.filter(status__in=OPEN_WORK, order_line__isnull=False).order_by("-order_line__order_id")
    return list(works.values_list("order_line__order_id", "order_line__order__number").distinct()[:ORDERS])


def _in_week(until: datetime) -> Q:
    """What should begin before a moment, has no time yet, or runs."""
    return Q(starts_at__lt=until) | Q(starts_at__isnull=True) | Q(running_since__isnull=False)


def in_turn(rows: QuerySet[Operation]) -> QuerySet[Operation]:
    """With what a card shows, in the order of work: what runs, then by plan."""
    running = Case(When(running_since__isnull=False, then=Value(0)), default=Value(1), output_field=IntegerField())
    return (
        rows.select_related("center", "running_by", "work_order__item__unit", "work_order__order_line__order")
        .annotate(turn=running)
        .order_by("turn", F("starts_at").asc(nulls_last=True), "work_order_id", "sequence")
    )


def _midnight(moment: datetime) -> datetime:
    return timezone.make_aware(datetime.combine(timezone.localtime(moment).date(), time.min))


def late_minutes(at: datetime) -> dict[int, Decimal]:
    """Minutes by centre that should have been worked by now and were not (one statement)."""
    rows = Operation.objects.filter(work_order__status__in=OPEN_WORK, ends_at__lt=at).exclude(
        status=OperationStatus.DONE
    )
    left = Greatest(F("minutes") - F("actual_minutes"), Decimal(0))
    return dict(rows.order_by().values_list("center_id").annotate(left=Sum(left)))


def counts(at: datetime, until: datetime) -> dict[str, int]:
    """How many operations each tab of the board holds (one statement)."""
    rows = Operation.objects.filter(work_order__status__in=OPEN_WORK).exclude(status=OperationStatus.DONE)
    return rows.aggregate(
        all=Count("pk", filter=_in_week(until)),
        running=Count("pk", filter=Q(running_since__isnull=False)),
        late=Count("pk", filter=Q(ends_at__lt=at)),
        waiting=Count("pk", filter=Q(status=OperationStatus.WAITING)),
    )


def scanned_job(center_id: int, code: str, at: datetime) -> int | None:
    """The open operation of a centre that a scanned card means: `WO-7` its next one here, `WO-7/20` that step."""
    number, _slash, sequence = code.strip().upper().partition("/")
    rows = open_operations(at).filter(center=center_id, work_order__number__iexact=number)
    if sequence.isdigit() and len(sequence) < 6:
        rows = rows.filter(sequence=int(sequence))
    return rows.order_by("sequence").values_list("pk", flat=True).first() if number else None
