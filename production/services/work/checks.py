"""Checks at the machine: looked at or measured, noted with who and when; without them a step is not finished."""

from __future__ import annotations

import logging
from datetime import datetime
from decimal import Decimal

from core import policy
from core.actors import Actor, user_or_none
from core.transactions import command
from production.choices import OperationStatus
from production.errors import ChecksOpen, NotACheckOfIt, OperationDone, ValueMissing
from production.models import CheckNote, Operation
from production.selectors.checks import checks_of
from production.services.work import state

logger = logging.getLogger(__name__)

LARGEST = Decimal(10) ** 8


@command
def note_check(
    *,
    operation_id: int,
    check_id: int,
    at: datetime,
    by: Actor,
    key: str,
    value: Decimal | None = None,
    is_done: bool = True,
) -> CheckNote:
    """Note that a check of an operation was done, with its `value` where it is measured; or take that back.

    Each note stays; the last one counts. The same `key` again answers with the first note. Locks the work order.
    Raises WorkOrderState, OperationDone, NotACheckOfIt, ValueMissing.
    """
    work = state.locked(Operation.objects.values_list("work_order_id", flat=True).get(pk=operation_id))
    policy.require(by, "production.report_time", work)
    source_key = f"production.check:{operation_id}:{key}"
    known = CheckNote.objects.filter(source_key=source_key).first()
    if known is not None:
        return known
    state.refuse_unless(work, state.OPEN)
    operation = Operation.objects.select_related("center", "work_order").get(pk=operation_id)
    name = operation.name or operation.center.name
    if operation.status == OperationStatus.DONE:
        raise OperationDone(name=name, number=work.number)
    asked = next((one.asked for one in checks_of([operation]).get(operation.pk, []) if one.pk == check_id), None)
    if asked is None:
        raise NotACheckOfIt(name=name, number=work.number)
    if asked.unit and is_done and (value is None or not value.is_finite() or abs(value) > LARGEST):
        raise ValueMissing(check=asked.text, unit=asked.unit)
    note = CheckNote.objects.create(
        operation=operation, bom_check=asked, is_done=is_done, value=value if asked.unit and is_done else None,
        occurred_at=at, by=user_or_none(by), source_key=source_key,
    )  # fmt: skip
    logger.info("check noted", extra={"operation_id": operation.pk, "check_id": asked.pk, "is_done": is_done})
    return note


def refuse_open_checks(operation: Operation) -> None:
    """Raise ChecksOpen where something of the operation was not looked at. The caller holds the order's lock."""
    missing = [one.asked.text for one in checks_of([operation]).get(operation.pk, []) if not one.is_done]
    if missing:
        raise ChecksOpen(checks=", ".join(missing))
