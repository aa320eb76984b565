"""Setting up work centres and taking their time away: downtime, maintenance, work that nobody planned here."""

from __future__ import annotations

import logging
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, QuerySet
from psycopg2.extras import DateTimeTZRange

from core import policy
from core.actors import Actor, user_or_none
from core.transactions import command
from production.errors import CenterTaken, LanesInUse
from production.models import CenterSlot, Operation, WorkCenter, WorkOrder
from production.selectors.workload import MOVABLE
from production.services import scheduling

logger = logging.getLogger(__name__)


@command
def create_work_center(
    *,
    branch_id: int,
    code: str,
    name: str,
    calendar_id: int,
    rate_per_hour: Decimal,
    by: Actor,
    capacity: int = 1,
) -> WorkCenter:
    """Set up a work centre: `capacity` jobs at once, each hour of one costs `rate_per_hour` (base currency)."""
    policy.require(by, "production.edit_workcenter")
    return WorkCenter.objects.create(
        branch_id=branch_id,
        code=code,
        name=name,
        calendar_id=calendar_id,
        rate_per_hour=rate_per_hour,
        capacity=capacity,
        created_by=user_or_none(by),
    )


@command
def change_work_center(
    *, center_id: int, changes: dict[str, Any], at: datetime, by: Actor, version: int | None = None
) -> WorkCenter:
    """Change columns of a work centre; the same values again change nothing. A new rate counts from now on.

    Locks the centre. Raises StaleVersion, and LanesInUse when fewer jobs at once are wanted than are planned.
    """
    center = WorkCenter.objects.locked().get(pk=center_id)
    policy.require(by, "production.edit_workcenter", center)
    center.expect_version(version)
    different = {name: value for name, value in changes.items() if getattr(center, name) != value}
    if "capacity" in different:
        _refuse_lost_lanes(center, different["capacity"], at)
    for name, value in different.items():
        setattr(center, name, value)
    if different:
        center.updated_by = user_or_none(by)
        center.save(update_fields=[*different, "updated_by"])
    return center


def _refuse_lost_lanes(center: WorkCenter, capacity: int, at: datetime) -> None:
    beyond = CenterSlot.objects.filter(center=center, lane__gt=capacity, period__overlap=DateTimeTZRange(at, None))
    used = beyond.aggregate(most=Max("lane"))["most"]
    if used:
        raise LanesInUse(center=center.name, used=used)


@command
def block_center(
    *,
    center_id: int,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    at: datetime,
    by: Actor,
    lane: int | None = None,
) -> list[CenterSlot]:
    """Take a stretch of time from a work centre, from one lane or (None) from all, for a reason.

    Planned work that has not begun moves out of the way: it is placed anew from `at` on and its orders are promised
    again. The same block a second time changes nothing. Locks the centre. Raises CenterTaken when the time is
    blocked already or work that has begun runs there.
    """
    center = WorkCenter.objects.locked().get(pk=center_id)
    policy.require(by, "production.edit_workcenter", center)
    period = DateTimeTZRange(starts_at, ends_at)
    lanes = [lane] if lane else list(range(1, center.capacity + 1))
    taken = CenterSlot.objects.filter(center=center, lane__in=lanes, period__overlap=period)
    same = list(taken.filter(period=period, reason=reason, operation=None))
    if len(same) == len(lanes):
        return same
    _refuse_fixed(center, taken)
    moved = list(Operation.objects.filter(slots__in=taken).distinct())
    CenterSlot.objects.filter(operation__in=moved).delete()
    slots = CenterSlot.objects.bulk_create(
        [CenterSlot(center=center, lane=number, period=period, reason=reason) for number in lanes]
    )
    works = dict(WorkOrder.objects.filter(operations__in=moved).values_list("pk", "order_line__order_id"))
    scheduling.schedule_orders(order_ids=sorted({order for order in works.values() if order}), at=at, by=by)
    scheduling.schedule_stock_work(work_order_ids=[pk for pk, order in works.items() if not order], at=at, by=by)
    logger.info("work centre blocked", extra={"center_id": center.pk, "moved": len(moved)})
    return slots


def _refuse_fixed(center: WorkCenter, taken: QuerySet[CenterSlot]) -> None:
    fixed = taken.exclude(operation__status__in=MOVABLE).select_related("operation").first()
    if fixed is not None:
        raise CenterTaken(center=center.name, reason=fixed.reason or str(fixed.operation))


@command
def unblock_center(*, slot_id: int, by: Actor) -> None:
    """Give blocked time back. What was planned around it stays where it is until it is planned again."""
    slot = CenterSlot.objects.locked().select_related("center").filter(pk=slot_id, operation=None).first()
    if slot is None:
        return
    policy.require(by, "production.edit_workcenter", slot.center)
    slot.delete()
