"""What has to be made for some orders and what it waits for: the input of the scheduler, read set-wise.

Fifteen statements at most, whatever the number of orders, levels and components.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Max
from psycopg2.extras import DateTimeTZRange

from core import calendars
from core.calendars import Calendar
from inventory.choices import DemandStatus, ItemType, PegStatus, ReceiptStatus, SupplyKind
from inventory.models import Demand, GoodsReceiptLine, Peg, Supply
from inventory.selectors.stock import supplier_terms
from production.choices import OperationStatus, WorkOrderStatus
from production.models import CenterSlot, Operation, WorkCenter, WorkOrder, WorkOrderMaterial
from production.scheduling import Center
from production.timetable import Job, Step, Wait
from sales.models import OrderLine, SalesOrder

OPEN_WORK = [WorkOrderStatus.PLANNED, WorkOrderStatus.RELEASED, WorkOrderStatus.STARTED]
MOVABLE = [OperationStatus.WAITING, OperationStatus.READY]
RECENT = timedelta(days=30)  # goods that came longer ago are usable whatever the calendar


@dataclass(frozen=True)
class Days:
    """The calendars that turn deliveries into moments: lead days by the company's, goods by the branch's."""

    buying: Calendar
    handling: Calendar

    def usable_at(self, came_on: date) -> datetime:
        """Goods can be used from the opening of the working day after they came."""
        return self.handling.opening(self.handling.next_working_day(came_on))

    def after_lead(self, at: datetime, lead_days: int) -> date:
        return self.buying.add_working_days(self.buying.day_of(at), lead_days)


@dataclass
class Workload:
    """Open jobs, the goods each order waits for, and the work centres with their load. `days` go by `root_of`."""

    jobs: list[Job]
    goods: dict[int, list[Wait]]
    days: dict[int, Days]
    centers: dict[int, Center]
    work_orders: dict[int, WorkOrder]
    operations: dict[int, Operation]


def days_of(branches: Mapping[int, tuple[int, int]]) -> dict[int, Days]:
    """Calendars by key, given {key: (company calendar, branch calendar)}, in three statements."""
    loaded = calendars.load_many(list({pk for pair in branches.values() for pk in pair}))
    return {key: Days(loaded[buying], loaded[handling]) for key, (buying, handling) in branches.items()}


def workload_of(
    orders: Sequence[SalesOrder],
    at: datetime,
    lead_days: Mapping[int, int] | None = None,
    for_stock: Sequence[WorkOrder] = (),
) -> Workload:
    """Read what the orders (with organisation and branch) have open at `at`, and work `for_stock` behind them.

    `lead_days` asks "what if": coming purchases of those items are counted as due that many working days from
    `at`. Operations that run or are done keep their times; others are to be placed again.
    """
    order_ids = [order.pk for order in orders]
    roots = {order.pk: (order.organization.calendar_id, order.branch.calendar_id) for order in orders}
    roots |= {root_of(work): (work.organization.calendar_id, work.branch.calendar_id) for work in for_stock}
    days = days_of(roots)
    lines = list(
        OrderLine.objects.filter(order_id__in=order_ids, item__type=ItemType.GOODS)
        .select_related("item")
        .order_by("order_id", "position")
    )
    works = _open_work_orders(order_ids) | {work.pk: work for work in for_stock}
    materials = list(
        WorkOrderMaterial.objects.filter(work_order_id__in=works)
        .select_related("item")
        .order_by("work_order_id", "position")
    )
    line_demands = {row.key: row for row in Demand.objects.filter(key__in=[line.demand_key for line in lines])}
    demand_ids = [row.pk for row in line_demands.values()] + [row.demand_id for row in materials if row.demand_id]
    item_ids = {line.item_id for line in lines} | {row.item_id for row in materials}
    waits = _Waits(demand_ids, works, at, lead_days or {}, sorted(item_ids))
    operations = _operations(works)

    goods: dict[int, list[Wait]] = {order.pk: [] for order in orders}
    for line in lines:
        demand = line_demands.get(line.demand_key)
        if demand is not None:
            goods[line.order_id].extend(waits.of(demand.pk, line.item_id, line.item.sku, days[line.order_id]))
    needs: dict[int, list[Wait]] = defaultdict(list)
    for row in materials:
        if row.demand_id:
            root = root_of(works[row.work_order_id])
            needs[row.work_order_id].extend(waits.of(row.demand_id, row.item_id, row.item.sku, days[root]))
    rank = {root: number for number, root in enumerate(roots)}
    jobs = [
        Job(
            key=work.pk,
            item_id=work.item_id,
            code=work.item.sku,
            qty=work.qty,
            waits=tuple(needs[work.pk]),
            steps=tuple(_step(operation, at) for operation in operations.get(work.pk, [])),
            rank=(rank[root_of(work)], work.pk),
        )
        for work in works.values()
    ]
    every = {operation.pk: operation for rows in operations.values() for operation in rows}
    movable = [key for key, operation in every.items() if operation.status in MOVABLE]
    centers = centers_from({operation.center_id for operation in every.values()}, at, without=movable)
    return Workload(jobs, goods, days, centers, works, every)


def root_of(work: WorkOrder) -> int:
    """The sales order it is made for; work for stock stands for itself, below zero."""
    return work.order_line.order_id if work.order_line else -work.pk


def _open_work_orders(order_ids: Sequence[int]) -> dict[int, WorkOrder]:
    rows = WorkOrder.objects.filter(order_line__order_id__in=order_ids, status__in=OPEN_WORK)
    return {row.pk: row for row in rows.select_related("item", "order_line", "supply").order_by("pk")}


def _operations(works: Iterable[int]) -> dict[int, list[Operation]]:
    found: dict[int, list[Operation]] = defaultdict(list)
    for row in Operation.objects.filter(work_order_id__in=list(works)).order_by("work_order_id", "sequence"):
        found[row.work_order_id].append(row)
    return found


def _step(operation: Operation, at: datetime) -> Step:
    fixed = None
    if operation.status not in MOVABLE:
        start = operation.started_at or operation.starts_at or at
        end = operation.done_at or max(operation.ends_at or at, at)
        fixed = (start, max(start, end))
    return Step(operation.sequence, operation.name, operation.center_id, operation.minutes, operation.pk, fixed)


def centers_from(center_ids: Iterable[int], since: datetime, *, without: Sequence[int] = ()) -> dict[int, Center]:
    """Work centres with what is taken from `since` on, leaving out the slots of the operations `without`."""
    rows = list(WorkCenter.objects.filter(pk__in=list(center_ids)))
    loaded = calendars.load_many(list({row.calendar_id for row in rows}))
    found = {row.pk: Center(row.pk, row.code, loaded[row.calendar_id], row.capacity) for row in rows}
    slots = CenterSlot.objects.filter(center_id__in=found, period__overlap=DateTimeTZRange(since, None))
    if without:
        slots = slots.exclude(operation_id__in=without)
    for slot in slots.order_by("center_id", "lane", "period"):
        found[slot.center_id].taken.setdefault(slot.lane, []).append((slot.period.lower, slot.period.upper))
    return found


class _Waits:
    """What each demand waits for, by its pegs; what no peg covers has to be bought or planned from now on."""

    def __init__(
        self,
        demand_ids: Sequence[int],
        works: Mapping[int, WorkOrder],
        at: datetime,
        lead_days: Mapping[int, int],
        item_ids: Sequence[int],
    ) -> None:
        self.at, self.lead_days = at, lead_days
        self.terms = lead_days_of(item_ids) if item_ids else {}
        self.jobs = {work.supply_id: work.pk for work in works.values() if work.supply_id}
        self.demands = Demand.objects.in_bulk(list(demand_ids))
        self.pegs: dict[int, list[Peg]] = defaultdict(list)
        pegs = Peg.objects.filter(demand_id__in=demand_ids, status=PegStatus.OPEN).select_related("supply__work_order")
        for peg in pegs.order_by("demand_id", "pk"):
            self.pegs[peg.demand_id].append(peg)
        self.came = self._came(demand_ids)

    def _came(self, demand_ids: Sequence[int]) -> dict[int, datetime]:
        """When the last goods came in that were bought for each demand."""
        received = GoodsReceiptLine.objects.filter(
            order_line__supply__pegs__demand_id__in=demand_ids,
            receipt__status=ReceiptStatus.POSTED,
            receipt__received_at__gt=self.at - RECENT,
            receipt__received_at__lte=self.at,
        )
        rows = received.values_list("order_line__supply__pegs__demand_id").annotate(Max("receipt__received_at"))
        return dict(rows.order_by())

    def of(self, demand_id: int, item_id: int, code: str, days: Days) -> list[Wait]:
        demand = self.demands[demand_id]
        if demand.status != DemandStatus.OPEN:
            return []
        waits: list[Wait] = []
        for peg in self.pegs[demand_id]:
            if peg.supply is None:
                waits.append(self._stock(demand_id, item_id, code, days))
            elif peg.supply_id in self.jobs:
                waits.append(Wait(item_id, code, job=self.jobs[peg.supply_id]))
            else:
                usable_at, is_bought = self._coming(peg.supply, item_id, days), peg.supply.kind == SupplyKind.PURCHASE
                waits.append(Wait(item_id, code, usable_at=usable_at, bought=is_bought))
        if demand.qty - demand.done_qty - demand.pegged_qty > Decimal(0):
            lead = self.lead_days.get(item_id, self.terms.get(item_id, 0))
            due_on = days.after_lead(self.at, lead)
            waits.append(Wait(item_id, code, usable_at=days.usable_at(due_on), bought=True))
        return waits

    def _stock(self, demand_id: int, item_id: int, code: str, days: Days) -> Wait:
        came_at = self.came.get(demand_id)
        if came_at is not None:
            usable_at = days.usable_at(days.handling.day_of(came_at))
            if usable_at > self.at:
                return Wait(item_id, code, usable_at=usable_at, bought=True)
        return Wait(item_id, code, usable_at=self.at, in_stock=True)

    def _coming(self, supply: Supply, item_id: int, days: Days) -> datetime:
        return arrival(supply, self.at, days, self.lead_days.get(item_id), self.terms.get(item_id))


def arrival(supply: Supply, at: datetime, days: Days, what_if: int | None, lead_days: int | None) -> datetime:
    """The moment coming goods can be used.

    What should have come by now is expected today; what has no date yet, after its lead time. `what_if` puts
    another lead time in the place of a purchase's date. A work order's goods are usable when it ends.
    """
    if supply.kind == SupplyKind.MAKE:
        work = getattr(supply, "work_order", None)
        if work is not None and work.ends_at is not None:
            return max(work.ends_at, at)
    elif what_if is not None:
        return days.usable_at(days.after_lead(at, what_if))
    if supply.due_on is None:
        return days.usable_at(days.after_lead(at, lead_days or 0))
    return days.usable_at(max(supply.due_on, days.buying.day_of(at)))


def lead_days_of(item_ids: Sequence[int]) -> dict[int, int]:
    """How many working days the first supplier of each item takes (one statement)."""
    return {item_id: terms.lead_days for item_id, terms in supplier_terms(list(item_ids)).items()}
