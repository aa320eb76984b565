"""A job cannot go on: reported with its cause, told to the production lead, lifted when it can."""

from __future__ import annotations

import logging
from datetime import datetime

from core import events, policy
from core.actors import user_or_none
from core.models import User
from core.transactions import command
from production.choices import BlockCause
from production.errors import CauseMissing
from production.events import JobBlocked
from production.models import Blockage, Operation
from production.services.work import state
from production.services.work.running import pause_operation

logger = logging.getLogger(__name__)


@command
def block_operation(*, operation_id: int, cause: str, at: datetime, by: User, note: str = "") -> Blockage:
    """Say that a job cannot go on: its clock stops, and the production lead hears why.

    One that is blocked already keeps its first cause. Locks the work order. Raises WorkOrderState, OperationDone,
    CauseMissing (no cause, or "something else" without a word).
    """
    work = state.locked(Operation.objects.values_list("work_order_id", flat=True).get(pk=operation_id))
    policy.require(by, "production.report_time", work)
    known = Blockage.objects.filter(operation=operation_id, lifted_at=None).first()
    if known is not None:
        return known
    state.refuse_unless(work, state.OPEN)
    note = " ".join(note.split())[:200]
    if cause not in BlockCause.values or (cause == BlockCause.OTHER and not note):
        raise CauseMissing()
    operation = pause_operation(operation_id=operation_id, at=at, by=by)
    blockage = Blockage.objects.create(
        operation=operation, cause=cause, note=note, reported_at=at, reported_by=user_or_none(by)
    )
    events.publish(JobBlocked(blockage_id=blockage.pk))
    logger.info("job blocked", extra={"operation_id": operation.pk, "cause": cause})
    return blockage


@command
def unblock_operation(*, operation_id: int, at: datetime, by: User) -> Operation:
    """The job can go on; it waits paused until somebody starts it. A second call changes nothing.

    Locks the work order.
    """
    work = state.locked(Operation.objects.values_list("work_order_id", flat=True).get(pk=operation_id))
    policy.require(by, "production.report_time", work)
    if state.lift_blockages(Blockage.objects.filter(operation=operation_id), at=at, by=by):
        logger.info("job unblocked", extra={"operation_id": operation_id})
    return Operation.objects.select_related("center", "work_order").get(pk=operation_id)
