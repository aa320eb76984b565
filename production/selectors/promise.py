"""When can we deliver, what holds it up, and what if something came earlier? Nothing is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from inventory.choices import ItemType, SupplyKind, SupplyStatus
from inventory.models import Item, Supply, Warehouse
from inventory.selectors.stock import availability
from production.netting import Make, Want, net
from production.promising import Cause, Promise, PromisedOperation, Reason, promise_from
from production.selectors.recipes import recipes_below
from production.selectors.workload import Days, arrival, centers_from, days_of, lead_days_of, workload_of
from production.timetable import Job, Step, Wait, lay_out
from sales.models import SalesOrder

__all__ = [
    "Cause", "Promise", "PromisedOperation", "Reason", "promise_for_lines", "promise_for_order", "promises_for_orders",
]  # fmt: skip


def promise_for_order(order_id: int, at: datetime, lead_days: Mapping[int, int] | None = None) -> Promise:
    """The promise for an order as it is planned, laid out anew from `at` on.

    `lead_days` ({item: working days from `at`}) asks what would be if coming purchases of those items took that
    long. Work that has begun keeps its time; other orders keep theirs.
    """
    return promises_for_orders([order_id], at, lead_days)[order_id]


def promises_for_orders(
    order_ids: Sequence[int], at: datetime, lead_days: Mapping[int, int] | None = None
) -> dict[int, Promise]:
    """`promise_for_order` for several orders, laid out together, those confirmed first choosing first.

    A constant number of statements.
    """
    orders = list(SalesOrder.objects.filter(pk__in=order_ids).select_related("organization", "branch"))
    orders.sort(key=lambda order: (order.confirmed_at or order.ordered_at, order.pk))
    workload = workload_of(orders, at, lead_days)
    timetable = lay_out(workload.jobs, workload.centers, at)
    return {
        order.pk: promise_from(workload.goods[order.pk], timetable, workload.days[order.pk].handling, at)
        for order in orders
    }


def promise_for_lines(
    lines: Sequence[tuple[int, Decimal]],
    warehouse_id: int,
    at: datetime,
    lead_days: Mapping[int, int] | None = None,
) -> Promise:
    """ "Can we deliver?" for (item, quantity) lines that nobody has ordered yet.

    Plans in memory just as `plan_order` would: free stock, free coming goods, then making and buying, at the work
    centres' present load. Services are passed over. Statements depend on the depth of the recipes only.
    """
    warehouse = Warehouse.objects.select_related("branch__organization").get(pk=warehouse_id)
    branch = warehouse.branch
    days = days_of({0: (branch.organization.calendar_id, branch.calendar_id)})[0]
    goods = set(
        Item.objects.filter(pk__in=[item for item, _qty in lines], type=ItemType.GOODS).values_list("pk", flat=True)
    )
    roots = [
        Want(("line", number), item_id, qty, number, is_root=True)
        for number, (item_id, qty) in enumerate(lines)
        if item_id in goods
    ]
    recipes = recipes_below(goods, days.handling.day_of(at), made_only=True)
    items = goods | {part.item_id for recipe in recipes.values() for part in recipe.components}
    plan = _Imagined(warehouse_id, at, days, lead_days or {}, items)
    netted = net(roots, recipes, cover=plan.cover, start=plan.start)
    plan.buy(netted.buys)
    centers = centers_from({step.center_id for recipe in recipes.values() for step in recipe.steps}, at)
    timetable = lay_out(plan.jobs(), centers, at)
    return promise_from([wait for want in roots for wait in plan.waits[want.key]], timetable, days.handling, at)


@dataclass
class _Imagined:
    """A plan in memory: what is free is given away as it would be in the warehouse."""

    warehouse_id: int
    at: datetime
    days: Days
    lead_days: Mapping[int, int]
    items: Iterable[int]
    waits: dict[Hashable, list[Wait]] = field(default_factory=lambda: defaultdict(list))
    lots: list[tuple[Make, list[Want]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        item_ids = sorted(self.items)
        self.codes = dict(Item.objects.filter(pk__in=item_ids).values_list("pk", "sku"))
        self.stock = {pk: row.free for pk, row in availability(self.warehouse_id, item_ids).items()}
        self.terms = lead_days_of(item_ids)
        self.coming: dict[int, list[tuple[Wait, Decimal]]] = defaultdict(list)
        supplies = Supply.objects.filter(
            item_id__in=item_ids, warehouse_id=self.warehouse_id, status=SupplyStatus.OPEN
        ).select_related("work_order")
        for supply in sorted(supplies, key=lambda row: (row.due_on is None, row.due_on, row.pk)):
            free = supply.qty - supply.received_qty - supply.pegged_qty
            if free > 0:
                usable_at = arrival(
                    supply, self.at, self.days, self.lead_days.get(supply.item_id), self.terms.get(supply.item_id)
                )
                is_bought = supply.kind == SupplyKind.PURCHASE
                wait = Wait(supply.item_id, self.codes[supply.item_id], usable_at=usable_at, bought=is_bought)
                self.coming[supply.item_id].append((wait, free))

    def cover(self, wants: Sequence[Want]) -> list[Decimal]:
        return [self._cover(want) for want in wants]

    def _cover(self, want: Want) -> Decimal:
        left, code = want.qty, self.codes[want.item_id]
        part = min(self.stock.get(want.item_id, Decimal(0)), left)
        if part > 0:
            self.stock[want.item_id] -= part
            left -= part
            self.waits[want.key].append(Wait(want.item_id, code, usable_at=self.at, in_stock=True))
        coming = self.coming[want.item_id]
        while left > 0 and coming:
            wait, free = coming.pop(0)
            part = min(free, left)
            left -= part
            self.waits[want.key].append(wait)
            if free > part:
                coming.insert(0, (wait, free - part))
        return left

    def start(self, lots: Sequence[Make]) -> list[Want]:
        wants: list[Want] = []
        for lot in lots:
            number = len(self.lots)
            needs = [
                Want((number, part.position), part.item_id, lot.recipe.need_of_lot(part, lot.qty), lot.line_id)
                for part in lot.recipe.components
            ]
            self.lots.append((lot, needs))
            wants.extend(needs)
            for want, _qty in lot.shares:
                self.waits[want.key].append(Wait(lot.item_id, self.codes[lot.item_id], job=number))
        return wants

    def buy(self, buys: Iterable[tuple[Want, Decimal]]) -> None:
        """What is not there is bought now, at the first supplier's lead time."""
        for want, _qty in buys:
            lead = self.lead_days.get(want.item_id, self.terms.get(want.item_id, 0))
            usable_at = self.days.usable_at(self.days.after_lead(self.at, lead))
            self.waits[want.key].append(Wait(want.item_id, self.codes[want.item_id], usable_at=usable_at, bought=True))

    def jobs(self) -> list[Job]:
        return [
            Job(
                key=number,
                item_id=lot.item_id,
                code=self.codes[lot.item_id],
                qty=lot.qty,
                waits=tuple(wait for want in needs for wait in self.waits[want.key]),
                steps=tuple(
                    Step(step.sequence, step.name, step.center_id, lot.recipe.minutes(step, lot.qty))
                    for step in lot.recipe.steps
                ),
                rank=(0, number),
            )
            for number, (lot, needs) in enumerate(self.lots)
        ]
