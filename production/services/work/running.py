"""At the machine: start, pause, go on, count pieces, finish. Time is what the clock says between start and pause."""

from __future__ import annotations

import logging
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.db import IntegrityError, transaction

from core import calendars, policy, quantities
from core.actors import Actor, user_or_none
from core.models import User
from core.money import CENT
from core.transactions import command
from production.choices import OperationStatus, WorkOrderStatus
from production.errors import (
    AlreadyRunning,
    BusyElsewhere,
    MaterialNotIssued,
    NothingCounted,
    OperationDone,
    ReasonMissing,
    TooManyPieces,
)
from production.models import Operation, PieceCount, WorkOrder
from production.services.work import output, state, timing

logger = logging.getLogger(__name__)

NOTHING = quantities.NOTHING


@command
def start_operation(*, operation_id: int, at: datetime, by: User) -> Operation:
    """Somebody begins at an operation, or goes on after a pause; from now on its time runs.

    Who is at it already changes nothing. Locks the work order. Raises WorkOrderState, PredecessorNotDone,
    OperationDone, JobIsBlocked, AlreadyRunning (somebody else is at it) and BusyElsewhere (he is at another one).
    """
    work, operation = _locked(operation_id)
    policy.require(by, "production.report_time", work)
    if operation.running_by_id == by.pk:
        return operation
    state.refuse_unless(work, state.OPEN)
    _refuse_done(work, operation)
    if operation.running_by_id is not None:
        raise AlreadyRunning(name=_name(operation), who=operation.running_by)
    state.refuse_blocked(work, operation)
    timing.refuse_before_predecessor(operation)
    other = Operation.objects.filter(running_by=by).select_related("center", "work_order").first()
    if other is not None:
        raise BusyElsewhere(name=_name(other), number=other.work_order.number)
    state.start(work, at=at, by=by)
    operation.status, operation.running_since, operation.running_by = OperationStatus.RUNNING, at, by
    operation.started_at = operation.started_at or at
    try:
        with transaction.atomic():
            operation.save(update_fields=["status", "running_since", "running_by", "started_at"])
    except IntegrityError as error:  # he pressed start at another tablet in the same moment
        raise BusyElsewhere(name=_name(operation), number=work.number) from error
    logger.info("operation started", extra={"operation_id": operation.pk})
    return operation


@command
def pause_operation(*, operation_id: int, at: datetime, by: User) -> Operation:
    """Stop the clock of an operation and report what it took; it can go on later. Pausing twice reports once.

    Whoever may report time may pause it, also for a colleague who went home. Locks the work order. Raises
    OperationDone where somebody has finished it meanwhile.
    """
    work, operation = _locked(operation_id)
    policy.require(by, "production.report_time", work)
    _refuse_done(work, operation)
    if operation.running_since is None:
        return operation
    return _stop_the_clock(operation, at=at, by=by, finished=False)


@command
def count_pieces(
    *,
    operation_id: int,
    at: datetime,
    by: User,
    key: str,
    good: Decimal = NOTHING,
    scrap: Decimal = NOTHING,
    reason_id: int | None = None,
) -> Operation:
    """Count pieces of an operation: good ones, and scrap with its reason. The same `key` again counts nothing.

    Locks the work order. Raises NothingCounted, ReasonMissing, OperationDone, and TooManyPieces when more pieces
    than the work order has would have gone through.
    """
    work, operation = _locked(operation_id)
    policy.require(by, "production.report_time", work)
    source_key = f"production.count:{operation.pk}:{key}"
    if PieceCount.objects.filter(source_key=source_key).exists():
        return operation
    good, scrap = quantities.qty(good), quantities.qty(scrap)
    state.refuse_unless(work, state.OPEN)
    _refuse_done(work, operation)
    if good < 0 or scrap < 0 or not good + scrap:
        raise NothingCounted()
    if scrap and reason_id is None:
        raise ReasonMissing()
    left = work.qty - operation.good_qty - operation.scrap_qty
    if good + scrap > left:
        raise TooManyPieces(
            wanted=quantities.show(good + scrap), left=quantities.show(left), number=work.number, name=_name(operation)
        )
    PieceCount.objects.create(
        operation=operation, good=good, scrap=scrap, reason_id=reason_id if scrap else None, occurred_at=at,
        by=user_or_none(by), source_key=source_key,
    )  # fmt: skip
    operation.good_qty += good
    operation.scrap_qty += scrap
    operation.save(update_fields=["good_qty", "scrap_qty"])
    return operation


@command
def finish_operation(*, operation_id: int, at: datetime, by: User) -> Operation:
    """The operation is done: its clock stops, its time is reported, the next one is ready.

    With the last operation the goods are made: its good pieces go into stock at their cost, and what was scrapped
    on the way is scrapped. Nobody counted? Then all pieces that are left are good. Finishing twice changes nothing.
    Locks the work order, then (in inventory) balances and layers. Raises WorkOrderState, PredecessorNotDone,
    JobIsBlocked, ChecksOpen, and MaterialNotIssued when goods would come out of nothing.
    """
    work, operation = _locked(operation_id)
    policy.require(by, "production.report_time", work)
    if operation.status == OperationStatus.DONE:
        return operation
    state.refuse_unless(work, state.OPEN)
    timing.refuse_before_predecessor(operation)
    is_last = not work.operations.filter(sequence__gt=operation.sequence).exists()
    if is_last:
        _refuse_without_material(work)
    if not operation.good_qty and not operation.scrap_qty:
        operation = count_pieces(operation_id=operation.pk, at=at, by=by, key="all", good=_all_left(work, operation))
    operation = _stop_the_clock(operation, at=at, by=by, finished=True)
    if is_last:
        _put_out(work, operation, at=at, by=by)
    logger.info("operation finished", extra={"operation_id": operation.pk})
    return operation


def stop_clocks(work: WorkOrder, *, at: datetime, by: Actor) -> None:
    """Stop every clock that still runs at a work order and report its time. The caller holds the order's lock."""
    for operation in work.operations.filter(running_since__isnull=False).select_related("center"):
        _stop_the_clock(operation, at=at, by=by, finished=False)


def worked_minutes(operation: Operation, since: datetime, until: datetime) -> Decimal:
    """The minutes between two moments; a clock that was left on overnight counts the centre's working time only."""
    calendar = calendars.load(operation.center.calendar_id)
    if calendar.day_of(since) != calendar.day_of(until):
        return Decimal(calendar.working_minutes(since, until))
    seconds = Decimal(max(int((until - since).total_seconds()), 0))
    return (seconds / 60).quantize(CENT, rounding=ROUND_HALF_UP)


def _locked(operation_id: int) -> tuple[WorkOrder, Operation]:
    """The work order under its lock, and the operation as it is under that lock."""
    work = state.locked(Operation.objects.values_list("work_order_id", flat=True).get(pk=operation_id))
    return work, Operation.objects.select_related("center", "running_by").get(pk=operation_id)


def _refuse_done(work: WorkOrder, operation: Operation) -> None:
    if operation.status == OperationStatus.DONE:
        raise OperationDone(name=_name(operation), number=work.number)


def _refuse_without_material(work: WorkOrder) -> None:
    missing = work.materials.filter(issued_qty=0).select_related("item").order_by("position").first()
    if missing is not None:
        raise MaterialNotIssued(sku=missing.item.sku, number=work.number)


def _stop_the_clock(operation: Operation, *, at: datetime, by: Actor, finished: bool) -> Operation:
    """Report what ran, under a key of its own, and leave the operation without anybody at it."""
    since = operation.running_since
    minutes = worked_minutes(operation, since, at) if since else Decimal(0)
    if minutes or finished:
        key = f"run:{(since or at).isoformat()}"
        operation = timing.report_time(
            operation_id=operation.pk, minutes=minutes, at=at, by=by, key=key, finished=finished
        )
    if since is not None:
        operation.running_since = operation.running_by = None
        operation.save(update_fields=["running_since", "running_by"])
    return operation


def _all_left(work: WorkOrder, operation: Operation) -> Decimal:
    """The pieces that reached this operation: all of the order but those scrapped before it."""
    before = work.operations.filter(sequence__lt=operation.sequence).values_list("scrap_qty", flat=True)
    return max(work.qty - sum(before, NOTHING), NOTHING)


def _put_out(work: WorkOrder, last: Operation, *, at: datetime, by: User) -> None:
    work.refresh_from_db()
    if work.status not in state.OPEN:
        return
    left = work.qty - work.made_qty - work.scrapped_qty
    good = min(max(last.good_qty - work.made_qty, NOTHING), left)
    wrong = sum(work.operations.values_list("scrap_qty", flat=True), NOTHING)
    scrap = min(max(wrong - work.scrapped_qty, NOTHING), left - good)
    if good + scrap and work.status != WorkOrderStatus.DONE:
        output.report_output(
            work_order_id=work.pk, qty=good, scrap_qty=scrap, at=at, by=by, key=f"finish:{last.pk}:{at.isoformat()}"
        )


def _name(operation: Operation) -> str:
    return operation.name or operation.center.name
