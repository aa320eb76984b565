"""Calls for help from the shop floor: made once, seen until somebody answered."""

from __future__ import annotations

import logging
from datetime import datetime

from core import events, policy
from core.actors import Actor, user_or_none
from core.transactions import command
from production.events import HelpWanted
from production.models import HelpCall, Operation, WorkCenter

logger = logging.getLogger(__name__)


@command
def call_for_help(*, center_id: int, at: datetime, by: Actor, operation_id: int | None = None) -> HelpCall:
    """Call the production lead to a work centre; a call that is not answered yet is not made twice.

    Locks the work centre.
    """
    center = WorkCenter.objects.locked().get(pk=center_id)
    policy.require(by, "production.report_time", center)
    known = HelpCall.objects.filter(center=center, answered_at=None).first()
    if known is not None:
        return known
    here = Operation.objects.filter(pk=operation_id or 0, center=center).values_list("pk", flat=True).first()
    call = HelpCall.objects.create(center=center, operation_id=here, called_at=at, called_by=user_or_none(by))
    events.publish(HelpWanted(call_id=call.pk))
    logger.info("help wanted", extra={"center_id": center.pk})
    return call


@command
def answer_call(*, call_id: int, at: datetime, by: Actor) -> HelpCall:
    """Somebody came: the call is seen no more. A second call changes nothing."""
    call = HelpCall.objects.locked().prefetch_related("center").get(pk=call_id)
    policy.require(by, "production.report_time", call.center)
    if call.answered_at is None:
        call.answered_at, call.answered_by = max(at, call.called_at), user_or_none(by)
        call.save(update_fields=["answered_at", "answered_by"])
    return call
