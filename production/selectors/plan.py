"""Open orders with their dates: what was promised, what is possible now, and what holds them up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import F, QuerySet
from django.utils import timezone

from core.actors import Actor
from core.choices import Origin
from inventory.choices import ItemType
from production.choices import OperationStatus
from production.models import Operation, WorkCenter, WorkOrder
from production.promising import Promise
from production.selectors.load import load_by_center
from production.selectors.materials import Readiness, readiness_of
from production.selectors.promise import promises_for_orders
from production.selectors.workload import OPEN_WORK
from sales.choices import OrderStatus
from sales.models import SalesOrder

PROMISED = [OrderStatus.CONFIRMED, OrderStatus.IN_PROGRESS]
NOTHING = Decimal(0)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Planned:
    """An open order: its promise as it stands, and the one that is possible now."""

    order: SalesOrder
    promise: Promise
    runs: bool

    @property
    def late_days(self) -> int:
        """Days later than promised; early ones count nothing."""
        now, promised = self.promise.deliver_on, self.order.promised_on
        return max((now - promised).days, 0) if now and promised else 0

    @property
    def after_wish(self) -> int:
        """Days later than the client wished."""
        now, wished = self.promise.deliver_on, self.order.wished_on
        return max((now - wished).days, 0) if now and wished else 0

    @property
    def moved(self) -> bool:
        return self.promise.deliver_on != self.order.promised_on


def open_orders(user: Actor) -> QuerySet[SalesOrder]:
    """Orders with goods that are promised and did not leave yet, the next to deliver first."""
    rows = SalesOrder.objects.visible_to(user, "sales.view_salesorder").filter(
        status__in=PROMISED, lines__item__type=ItemType.GOODS, lines__shipped_qty__lt=F("lines__qty")
    )
    return (
        rows.distinct()
        .select_related("client", "organization", "branch")
        .order_by(F("promised_on").asc(nulls_first=True), "pk")
    )


def planned(orders: Sequence[SalesOrder], at: datetime) -> list[Planned]:
    """The orders laid out together from `at` on. A constant number of statements."""
    ids = [order.pk for order in orders]
    promises = promises_for_orders(ids, at) if ids else {}
    running = set(running_orders(ids))
    return [Planned(order, promises[order.pk], order.pk in running) for order in orders]


def running_orders(order_ids: Iterable[int]) -> list[int]:
    """Those of the orders whose work runs (one statement)."""
    rows = Operation.objects.filter(
        work_order__order_line__order_id__in=list(order_ids), status=OperationStatus.RUNNING
    )
    return list(rows.values_list("work_order__order_line__order_id", flat=True).distinct())


@dataclass(frozen=True)
class ForStock:
    """Open work that no order asks for: when it is needed, when it ends by the plan, and what it waits for."""

    work: WorkOrder
    ready: Readiness

    @property
    def late_days(self) -> int:
        """Days after it is needed."""
        ends_on = timezone.localtime(self.work.ends_at).date() if self.work.ends_at else None
        return max((ends_on - self.work.due_on).days, 0) if ends_on and self.work.due_on else 0


def work_for_stock(user: Actor, most: int) -> list[ForStock]:
    """Open work for stock, what is needed first before the rest (three statements)."""
    rows = WorkOrder.objects.visible_to(user).filter(order_line=None, origin=Origin.OWN, status__in=OPEN_WORK)
    works = list(rows.select_related("item__unit").order_by(F("due_on").asc(nulls_last=True), "pk")[:most])
    ready = readiness_of([work.pk for work in works]) if works else {}
    return [ForStock(work, ready.get(work.pk, Readiness())) for work in works]


@dataclass
class WeekLoad:
    """Hours of a work centre in one week."""

    since: date
    planned: Decimal = NOTHING
    open: Decimal = NOTHING

    @property
    def percent(self) -> int:
        return round(100 * self.planned / self.open) if self.open else (100 if self.planned else 0)

    @property
    def shown(self) -> int:
        return min(self.percent, 100)

    @property
    def tone(self) -> str:
        return "bad" if self.percent > 100 else "warn" if self.percent >= 90 else "ok"


@dataclass
class CenterWeeks:
    center: WorkCenter
    weeks: list[WeekLoad] = field(default_factory=list)


def load_by_week(user: Actor, since: date, weeks: int) -> list[CenterWeeks]:
    """Load by centre and week from the Monday `since` on (six statements)."""
    centers = list(WorkCenter.objects.visible_to(user).filter(is_active=True).order_by("code"))
    mondays = [since + timedelta(days=7 * number) for number in range(weeks)]
    found = {center.pk: {monday: WeekLoad(monday) for monday in mondays} for center in centers}
    for load in load_by_center(since, since + timedelta(days=7 * weeks - 1), list(found)):
        week = found[load.center_id][load.day - timedelta(days=load.day.weekday())]
        week.planned += load.planned_minutes
        week.open += load.open_minutes - load.blocked_minutes
    for rows in found.values():
        for week in rows.values():
            week.planned, week.open = _hours(week.planned), _hours(week.open)
    return [CenterWeeks(center, list(found[center.pk].values())) for center in centers]


def _hours(minutes: Decimal) -> Decimal:
    return (minutes / 60).quantize(Decimal("0.1"))


def numbers_of(promise: Promise) -> dict[int, str]:
    """The numbers of the work orders in a plan, by key of their job (one statement)."""
    keys = {int(str(row.job)) for row in promise.operations}
    return dict(WorkOrder.objects.filter(pk__in=keys).values_list("pk", "number")) if keys else {}


def bought_items(order_id: int) -> list[tuple[int, str, str]]:
    """What is bought for an order and not all here yet: item, SKU and name, for "what if it came sooner?"."""
    from inventory.choices import PegStatus, SupplyKind
    from inventory.models import Demand, Item, Peg
    from production.models import WorkOrderMaterial
    from sales.models import OrderLine

    lines = OrderLine.objects.filter(order_id=order_id)
    materials = WorkOrderMaterial.objects.filter(work_order__order_line__order_id=order_id, demand__isnull=False)
    demands = Demand.objects.filter(key__in=[line.demand_key for line in lines]).values_list("pk", flat=True)
    wanted = [*demands, *materials.values_list("demand_id", flat=True)]
    pegs = Peg.objects.filter(demand_id__in=wanted, status=PegStatus.OPEN)
    coming = set(pegs.filter(supply__kind=SupplyKind.PURCHASE).values_list("demand__item_id", flat=True))
    found: dict[int, Decimal] = defaultdict(Decimal)
    for item_id, qty, done, pegged in Demand.objects.filter(pk__in=wanted, status="open").values_list(
        "item_id", "qty", "done_qty", "pegged_qty"
    ):
        found[item_id] += qty - done - pegged
    ids = coming | {item_id for item_id, short in found.items() if short > 0}
    return list(Item.objects.filter(pk__in=ids).order_by("sku").values_list("pk", "sku", "name"))
