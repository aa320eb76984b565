"""Giving operations their time at the work centres and orders their promised dates, again when things move."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from psycopg2.extras import DateTimeTZRange

from core import policy
from core.actors import SYSTEM, Actor
from core.transactions import command
from inventory.choices import PegStatus
from inventory.models import Demand, Peg
from inventory.services import reservations
from production.choices import OperationStatus
from production.errors import WorkRuns
from production.models import CenterSlot, Operation, WorkCenter, WorkOrder
from production.promising import Promise, promise_from
from production.selectors.workload import MOVABLE, OPEN_WORK, Workload, root_of, workload_of
from production.timetable import TimedStep, Timetable, lay_out
from sales.choices import OrderStatus
from sales.models import OrderLine, SalesOrder
from sales.services import fulfilment

logger = logging.getLogger(__name__)

PROMISED = [OrderStatus.CONFIRMED, OrderStatus.IN_PROGRESS]
SlotKey = tuple[int, int, int, datetime, datetime]  # operation, centre, lane, from, to


@command
def schedule_orders(*, order_ids: Sequence[int], at: datetime, by: Actor) -> dict[int, Promise]:
    """Place the operations of open orders that have not begun anew, from `at` on, and promise the dates.

    Orders that were confirmed earlier choose first; work of other orders is not touched. On unchanged data the
    second call finds the same places and writes nothing. Locks the orders, their work orders, then the work
    centres. Raises NoFreeTime. An inner step: the caller has checked the right of his own verb.
    """
    orders = list(
        SalesOrder.objects.filter(pk__in=order_ids, status__in=PROMISED)
        .select_related("organization", "branch")
        .locked()
    )
    if not orders:
        return {}
    orders.sort(key=lambda order: (order.confirmed_at or order.ordered_at, order.pk))
    _lock_work(WorkOrder.objects.filter(order_line__order__in=orders))
    workload = workload_of(orders, at)
    timetable = lay_out(workload.jobs, workload.centers, at)
    _write_slots(workload, timetable)
    _write_times(workload, timetable)
    promises = {}
    for order in orders:
        promise = promise_from(workload.goods[order.pk], timetable, workload.days[order.pk].handling, at)
        promises[order.pk] = promise
        if promise.deliver_on is not None and promise.deliver_on != order.promised_on:
            fulfilment.set_promise(order_id=order.pk, promised_on=promise.deliver_on, at=at, by=SYSTEM)
    return promises


@command
def replan_orders(
    *, order_ids: Sequence[int], at: datetime, by: Actor, over_running: bool = False
) -> dict[int, Promise]:
    """Give the work of open orders new times from `at` on and promise their dates anew, because somebody asks.

    What runs keeps its time. Because everything behind it may move, it has to be said (`over_running`) when work of
    these orders runs. On unchanged data a second call writes nothing. Raises WorkRuns, NoFreeTime.
    """
    for order in SalesOrder.objects.filter(pk__in=order_ids, status__in=PROMISED).select_related("branch"):
        policy.require(by, "production.plan_order", order)
    running = Operation.objects.filter(work_order__order_line__order_id__in=order_ids, status=OperationStatus.RUNNING)
    at_work = running.select_related("center", "work_order").order_by("pk").first()
    if at_work is not None and not over_running:
        raise WorkRuns(name=at_work.name or at_work.center.name, number=at_work.work_order.number)
    return schedule_orders(order_ids=order_ids, at=at, by=by)


@command
def schedule_stock_work(*, work_order_ids: Iterable[int], at: datetime, by: Actor) -> list[WorkOrder]:
    """Place the operations of open work for stock that have not begun anew, from `at` on.

    Together with them goes other work for stock that waits for what they make. What is needed first chooses first;
    work of sales orders is not touched. On unchanged data the second call writes nothing. Locks the work orders, then
    the work centres. Raises NoFreeTime. An inner step: the caller has checked the right of his own verb.
    """
    wanted = _with_what_waits(set(work_order_ids))
    works = _lock_work(WorkOrder.objects.filter(pk__in=wanted, order_line=None))
    if works:
        works.sort(key=lambda work: (work.due_on or date.max, work.pk))
        workload = workload_of([], at, for_stock=works)
        timetable = lay_out(workload.jobs, workload.centers, at)
        _write_slots(workload, timetable)
        _write_times(workload, timetable)
    return works


def _with_what_waits(work_order_ids: set[int]) -> set[int]:
    """The work orders and work for stock whose material they make, upwards (one statement per level)."""
    found, frontier = set(work_order_ids), set(work_order_ids)
    while frontier:
        above = WorkOrder.objects.filter(
            order_line=None,
            status__in=OPEN_WORK,
            materials__demand__pegs__status=PegStatus.OPEN,
            materials__demand__pegs__supply__work_order__in=frontier,
        )
        frontier = set(above.values_list("pk", flat=True)) - found
        found |= frontier
    return found


def _lock_work(rows: Any) -> list[WorkOrder]:
    """Hold open work orders, then their centres: two planners cannot give away the same minutes."""
    found = rows.filter(status__in=OPEN_WORK).select_related("item", "supply", "organization", "branch")
    works = list(found.locked())
    centers = Operation.objects.filter(work_order__in=works).values("center_id")
    list(WorkCenter.objects.filter(pk__in=centers).locked())
    return works


def _slots_of(timed: TimedStep) -> Iterable[SlotKey]:
    if timed.placement is None or timed.step.key is None:
        return ()
    lane = timed.placement.lane
    return [(timed.step.key, timed.step.center_id, lane, start, end) for start, end in timed.placement.stretches]


def _write_slots(workload: Workload, timetable: Timetable) -> None:
    """Replace the slots of operations that have not begun; those that stay are not touched."""
    movable = [key for key, operation in workload.operations.items() if operation.status in MOVABLE]
    stored: dict[SlotKey, int] = {
        (slot.operation_id or 0, slot.center_id, slot.lane, slot.period.lower, slot.period.upper): slot.pk
        for slot in CenterSlot.objects.filter(operation_id__in=movable)
    }
    wanted = {slot for timed in timetable.steps() for slot in _slots_of(timed)}
    gone = [pk for key, pk in stored.items() if key not in wanted]
    if gone:
        CenterSlot.objects.filter(pk__in=gone).delete()
    CenterSlot.objects.bulk_create(
        [
            CenterSlot(operation_id=operation_id, center_id=center_id, lane=lane, period=DateTimeTZRange(start, end))
            for operation_id, center_id, lane, start, end in sorted(wanted - set(stored))
        ]
    )


def _write_times(workload: Workload, timetable: Timetable) -> None:
    operations = []
    for timed in timetable.steps():
        row = workload.operations[timed.step.key or 0]
        if timed.placement is not None and (row.starts_at, row.ends_at) != (timed.start, timed.end):
            row.starts_at, row.ends_at = timed.start, timed.end
            operations.append(row)
    Operation.objects.bulk_update(operations, ["starts_at", "ends_at"])
    works: list[WorkOrder] = []
    moved: dict[str, date | None] = {}
    for key, job in timetable.jobs.items():
        work = workload.work_orders[int(str(key))]
        if (work.starts_at, work.ends_at) == (job.start, job.end):
            continue
        work.starts_at, work.ends_at = job.start, job.end
        ends_on = workload.days[root_of(work)].handling.day_of(job.end)
        work.due_on = work.due_on or ends_on
        works.append(work)
        if work.supply is not None and work.supply.due_on != ends_on:
            moved[work.supply.key] = ends_on
    WorkOrder.objects.bulk_update(works, ["starts_at", "ends_at", "due_on"])
    if moved:
        reservations.move_supplies(days=moved, by=SYSTEM)


def schedule_waiting(*, demand_keys: Iterable[str], at: datetime, by: Actor) -> dict[int, Promise]:
    """Place all anew that hangs on these demands: orders first, then work for stock. An inner step."""
    keys = list(demand_keys)
    promises = schedule_orders(order_ids=orders_of_demands(keys), at=at, by=by)
    schedule_stock_work(work_order_ids=stock_work_of_demands(keys), at=at, by=by)
    return promises


def demands_waiting_for(supply_ids: Iterable[int]) -> list[str]:
    """The keys of the demands that are pegged to any of these supplies (one statement)."""
    demands = Demand.objects.filter(pegs__in=Peg.objects.filter(supply_id__in=list(supply_ids)))
    return list(demands.values_list("key", flat=True).distinct())


def orders_of_demands(keys: Sequence[str]) -> list[int]:
    """Open orders behind demands of order lines and of materials (three statements)."""
    found = set(OrderLine.objects.filter(pk__in=_ids(keys, "sales.line")).values_list("order_id", flat=True))
    works = WorkOrder.objects.filter(materials__in=_ids(keys, "production.material"), order_line__isnull=False)
    found |= set(works.values_list("order_line__order_id", flat=True))
    return sorted(SalesOrder.objects.filter(pk__in=found, status__in=PROMISED).values_list("pk", flat=True))


def stock_work_of_demands(keys: Sequence[str]) -> list[int]:
    """Open work for stock behind demands of its materials (one statement)."""
    works = WorkOrder.objects.filter(
        materials__in=_ids(keys, "production.material"), order_line=None, status__in=OPEN_WORK
    )
    return sorted(works.values_list("pk", flat=True).distinct())


def _ids(keys: Sequence[str], app: str) -> list[int]:
    return [int(pk) for kind, _colon, pk in (key.partition(":") for key in keys) if kind == app]


@command
def follow_supplies(*, supply_ids: Sequence[int], at: datetime, by: Actor) -> dict[int, Promise]:
    """Coming goods moved, came in or fell away: place the work that hangs on them anew and promise again.

    Touches only the orders and the work for stock that these supplies are pegged to. A second call changes nothing.
    """
    keys = demands_waiting_for(supply_ids)
    if not keys:
        return {}
    promises = schedule_waiting(demand_keys=keys, at=at, by=by)
    if promises:
        logger.info("promises followed supplies", extra={"order_ids": sorted(promises)})
    return promises
