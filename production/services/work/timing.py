from __future__ import annotations

import logging
from datetime import datetime
from decimal import Decimal

from core import policy
from core.actors import Actor, user_or_none
from core.money import cents
from core.transactions import command
from production.choices import OperationStatus, WipKind, WorkOrderStatus
from production.errors import PredecessorNotDone
from production.models import Operation, WipEntry
from production.scheduling import length_of
from production.services.work import state
from production.services.work.checks import refuse_open_checks

logger = logging.getLogger(__name__)


@command
def report_time(
    *,
    operation_id: int,
    minutes: Decimal,
    at: datetime,
    by: Actor,
    key: str,
    good_qty: Decimal = Decimal(0),
    scrap_qty: Decimal = Decimal(0),
    finished: bool = True,
) -> Operation:
    """Report `minutes` of work at an operation; they cost the centre's rate per hour, to the cent.

    `finished` ends the operation: the time it had booked after `at` is free again and the next one is ready.
    The same `key` again changes nothing. Locks the work order. Raises WorkOrderState, PredecessorNotDone, and
    when it would be finished JobIsBlocked and ChecksOpen.
    """
    work = state.locked(Operation.objects.values_list("work_order_id", flat=True).get(pk=operation_id))
    policy.require(by, "production.report_time", work)
    operation = Operation.objects.select_related("center", "work_order").get(pk=operation_id)
    source_key = f"production.time:{operation.pk}:{key}"
    if WipEntry.objects.filter(source_key=source_key).exists():
        return operation
    state.refuse_unless(work, [*state.OPEN, WorkOrderStatus.DONE])
    refuse_before_predecessor(operation)
    if finished and operation.status != OperationStatus.DONE:
        state.refuse_blocked(work, operation)
        refuse_open_checks(operation)
    state.start(work, at=at, by=by)
    amount = cents(minutes * operation.center.rate_per_hour / 60)
    WipEntry.objects.create(
        work_order=work,
        kind=WipKind.TIME,
        amount=amount,
        operation=operation,
        minutes=minutes,
        occurred_at=at,
        by=user_or_none(by),
        source_key=source_key,
    )
    _note(operation, minutes, amount, at=at, good_qty=good_qty, scrap_qty=scrap_qty, finished=finished)
    if finished:
        state.free_time([operation.pk], at)
        state.ready_next(work.pk)
    logger.info("time reported", extra={"operation_id": operation.pk, "minutes": str(minutes)})
    return operation


def refuse_before_predecessor(operation: Operation) -> None:
    before = Operation.objects.filter(work_order_id=operation.work_order_id, sequence__lt=operation.sequence)
    waiting = before.exclude(status=OperationStatus.DONE).order_by("-sequence").first()
    if waiting is not None:
        name = operation.name or str(operation.sequence)
        raise PredecessorNotDone(name=name, previous=waiting.name or str(waiting.sequence))


def _note(
    operation: Operation,
    minutes: Decimal,
    amount: Decimal,
    *,
    at: datetime,
    good_qty: Decimal,
    scrap_qty: Decimal,
    finished: bool,
) -> None:
    """Add a report to the operation's own figures; an operation that is done stays done, and nobody is at it."""
    operation.actual_minutes += minutes
    operation.actual_cost += amount
    operation.good_qty += good_qty
    operation.scrap_qty += scrap_qty
    operation.started_at = operation.started_at or at - length_of(minutes)
    if finished:
        operation.status, operation.done_at = OperationStatus.DONE, operation.done_at or at
        operation.running_since = operation.running_by = None
    elif operation.status != OperationStatus.DONE:
        operation.status = OperationStatus.RUNNING
    operation.save(
        update_fields=[
            "actual_minutes", "actual_cost", "good_qty", "scrap_qty", "started_at", "status", "done_at",
            "running_since", "running_by",
        ]
    )  # fmt: skip
