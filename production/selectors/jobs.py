"""Operations with all that a card says of them: material, what blocks them, whom they are for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from core.actors import Actor
from production.choices import OperationStatus
from production.models import Blockage, HelpCall, Operation
from production.selectors.materials import Readiness, readiness_of
from sales.models import SalesOrder


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
