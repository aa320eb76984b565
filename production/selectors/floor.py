"""What is to be done at work centres: the open operations as the board and the shop floor show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, cast

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Sum, Value, When, Window
from django.db.models.functions import Greatest, RowNumber
from django.utils import timezone

from core.actors import Actor
from production.choices import OperationStatus, WorkOrderStatus
from production.models import Blockage, HelpCall, Operation, WorkCenter, WorkOrder
from production.selectors.load import CenterLoad, load_by_center
from production.selectors.materials import Readiness, readiness_of
from sales.models import SalesOrder

OPEN_WORK = [WorkOrderStatus.PLANNED, WorkOrderStatus.RELEASED, WorkOrderStatus.STARTED]
NOTHING = Decimal(0)
SHOWN = 20
ORDERS = 40


@dataclass(frozen=True)
class Job:
    """One operation with all that a card says of it."""

    operation: Operation
    readiness: Readiness
    after: str
    client: str
    now: datetime
    blockage: Blockage | None = None

    @property
    def pk(self) -> int:
        return self.operation.pk

    @property
    def is_running(self) -> bool:
        return self.operation.running_since is not None

    @property
    def running_minutes(self) -> int:
        since = self.operation.running_since
        running = int((self.now - since).total_seconds()) // 60 if since else 0
        return int(self.operation.actual_minutes) + max(running, 0)

    @property
    def percent(self) -> int:
        """Pieces that went through, as a share of the order."""
        through = self.operation.good_qty + self.operation.scrap_qty
        return min(round(100 * through / self.operation.work_order.qty), 100)

    @property
    def due_on(self) -> date | None:
        """The day it should be done: by the plan, else by the order."""
        ends_at = self.operation.ends_at
        return timezone.localtime(ends_at).date() if ends_at else self.operation.work_order.due_on

    @property
    def late_days(self) -> int:
        due = self.due_on
        if due is None or self.operation.status == OperationStatus.DONE:
            return 0
        return max((timezone.localtime(self.now).date() - due).days, 0)

    @property
    def state(self) -> str:
        """done, blocked, running, paused, after (another operation), missing or coming (material), ready."""
        if self.operation.status == OperationStatus.DONE:
            return "done"
        if self.blockage is not None:
            return "blocked"
        if self.is_running:
            return "running"
        if self.after:
            return "after"
        if self.operation.status == OperationStatus.RUNNING:
            return "paused"
        return self.readiness.kind


def jobs_of(rows: Iterable[Operation], user: Actor, at: datetime) -> list[Job]:
    """Operations with their material, what they come after, what blocks them, and the client where the user may know.

    Five statements, whatever the number of operations.
    """
    operations = list(rows)
    works = {row.work_order_id for row in operations}
    ready = readiness_of(works)
    before = _open_before(works)
    clients = clients_of(operations, user)
    blocked = blockages_of(operations)
    return [
        Job(
            operation=row,
            readiness=ready.get(row.work_order_id, Readiness()),
            after=_after(row, before.get(row.work_order_id, [])),
            client=clients.get(row.work_order.order_line.order_id, "") if row.work_order.order_line else "",
            now=at,
            blockage=blocked.get(row.pk),
        )
        for row in operations
    ]


def _open_before(work_ids: Iterable[int]) -> dict[int, list[tuple[int, str]]]:
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    rows = Operation.objects.filter(work_order_id__in=list(work_ids)).exclude(status=OperationStatus.DONE)
    for work_id, sequence, name, center in rows.order_by("sequence").values_list(
        "work_order_id", "sequence", "name", "center__name"
    ):
        found[work_id].append((sequence, name or center))
    return found


def _after(row: Operation, steps: list[tuple[int, str]]) -> str:
    if row.status == OperationStatus.DONE:
        return ""
    return next((name for sequence, name in reversed(steps) if sequence < row.sequence), "")


def blockages_of(operations: Iterable[Operation]) -> dict[int, Blockage]:
    """What stands in the way of operations just now, by operation (one statement)."""
    rows = Blockage.objects.filter(operation__in=list(operations), lifted_at=None)
    return {row.operation_id: row for row in rows.select_related("reported_by")}


def calls_at(center_ids: Iterable[int]) -> dict[int, HelpCall]:
    """The calls for help that nobody answered yet, by work centre (one statement)."""
    rows = HelpCall.objects.filter(center__in=list(center_ids), answered_at=None)
    return {row.center_id: row for row in rows.select_related("called_by")}


def clients_of(operations: Iterable[Operation], user: Actor) -> dict[int, str]:
    """The clients behind the orders of operations, as far as the user may see those orders (one statement)."""
    orders = {row.work_order.order_line.order_id for row in operations if row.work_order.order_line}
    if not orders:
        return {}
    visible = SalesOrder.objects.visible_to(user, "sales.view_salesorder").filter(pk__in=orders)
    return dict(visible.values_list("pk", "client__name"))


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


def late_minutes(at: datetime) -> dict[int, Decimal]:
    """Minutes by centre that should have been worked by now and were not (one statement)."""
    rows = Operation.objects.filter(work_order__status__in=OPEN_WORK, ends_at__lt=at).exclude(
        status=OperationStatus.DONE
    )
    left = Greatest(F("minutes") - F("actual_minutes"), Decimal(0))
    return dict(rows.order_by().values_list("center_id").annotate(left=Sum(left)))


def _day(load: CenterLoad, late: Decimal, today: date) -> Day:
    planned, free = _hours(load.planned_minutes) + late, _hours(load.open_minutes - load.blocked_minutes)
    return Day(load.day, planned, free, is_past=load.day < today)


def _hours(minutes: Any) -> Decimal:
    return (Decimal(minutes) / 60).quantize(Decimal("0.1"))


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
