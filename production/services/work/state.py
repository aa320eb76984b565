"""The states of a work order and how it moves from one to the next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Greatest
from psycopg2.extras import DateTimeTZRange

from core.actors import Actor, user_or_none
from core.services.records import note_status
from production.choices import OperationStatus, WorkOrderStatus
from production.errors import JobIsBlocked, WorkOrderState
from production.models import Blockage, CenterSlot, Operation, WorkOrder
from sales.models import SalesOrder

NOT_BEGUN = [WorkOrderStatus.PLANNED, WorkOrderStatus.RELEASED]
OPEN = [*NOT_BEGUN, WorkOrderStatus.STARTED]


def locked(work_order_id: int) -> WorkOrder:
    """The work order under its lock, with what the services show of it.

    The sales order behind it is locked first: planners hold it before they touch its work orders.
    """
    orders = SalesOrder.objects.filter(lines__work_orders=work_order_id).values("pk")
    list(SalesOrder.objects.filter(pk__in=orders).locked())
    return WorkOrder.objects.locked().select_related("item__unit", "branch", "order_line__order").get(pk=work_order_id)


def refuse_unless(work: WorkOrder, allowed: Sequence[WorkOrderStatus]) -> None:
    if work.status not in allowed:
        raise WorkOrderState(number=work.number, status=WorkOrderStatus(work.status).label)


def advance(work: WorkOrder, status: WorkOrderStatus, *, at: datetime, by: Actor, note: str = "") -> None:
    """The one place where a work order's status moves on."""
    note_status(work, old=work.status, new=status, at=at, by=by, note=note)
    work.status, work.updated_by = status, user_or_none(by)
    if status == WorkOrderStatus.STARTED:
        work.started_at = at
    if status in {WorkOrderStatus.DONE, WorkOrderStatus.CLOSED} and work.done_at is None:
        work.done_at = at
    work.save(update_fields=["status", "started_at", "done_at", "updated_by"])


def release(work: WorkOrder, *, at: datetime, by: Actor) -> None:
    advance(work, WorkOrderStatus.RELEASED, at=at, by=by)
    ready_next(work.pk)


def start(work: WorkOrder, *, at: datetime, by: Actor) -> None:
    """Work begins; an order that was only planned is released on the way, one that runs stays as it is."""
    if work.status == WorkOrderStatus.PLANNED:
        release(work, at=at, by=by)
    if work.status == WorkOrderStatus.RELEASED:
        advance(work, WorkOrderStatus.STARTED, at=at, by=by)


def ready_next(work_order_id: int) -> None:
    """The first operation that is not done becomes ready."""
    rest = Operation.objects.filter(work_order_id=work_order_id).exclude(status=OperationStatus.DONE)
    first = rest.order_by("sequence").first()
    if first is not None and first.status == OperationStatus.WAITING:
        first.status = OperationStatus.READY
        first.save(update_fields=["status"])


def refuse_blocked(work: WorkOrder, operation: Operation) -> None:
    """Raise JobIsBlocked while somebody said that the operation cannot go on."""
    blockage = Blockage.objects.filter(operation=operation, lifted_at=None).first()
    if blockage is not None:
        raise JobIsBlocked(name=operation.name or operation.center.name, number=work.number, why=blockage.words)


def lift_blockages(rows: QuerySet[Blockage], *, at: datetime, by: Actor) -> int:
    """Lift what is still blocked among some blockages; returns how many were."""
    lifted_at = Greatest(Value(at), F("reported_at"))
    return rows.filter(lifted_at=None).update(lifted_at=lifted_at, lifted_by=user_or_none(by))


def free_time(operation_ids: Sequence[int], after: datetime) -> None:
    """Give back the time that operations have booked after a moment; what runs across it is cut there."""
    slots = CenterSlot.objects.filter(operation_id__in=operation_ids, period__overlap=DateTimeTZRange(after, None))
    for slot in slots:
        if slot.period.lower < after:
            slot.period = DateTimeTZRange(slot.period.lower, after)
            slot.save(update_fields=["period"])
    slots.filter(period__fully_gt=DateTimeTZRange(None, after)).delete()
