"""From an order's shortages to work orders, purchase proposals, a schedule and a promised date."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from core import events, policy, quantities
from core.actors import SYSTEM, Actor, user_or_none
from core.services import records
from core.services.numbers import take_numbers
from core.transactions import command
from inventory.choices import ItemType, Replenishment, SupplyKind
from inventory.models import Demand, Item
from inventory.services import purchasing, reservations
from inventory.services.reservations import Coming, Need
from production.choices import WorkOrderStatus
from production.errors import OrderNotConfirmed
from production.events import OrderPlanned
from production.models import Operation, WorkCenter, WorkOrder, WorkOrderMaterial
from production.netting import Make, Netted, Want, net
from production.recipes import Recipe
from production.selectors.recipes import recipes_below
from production.selectors.workload import OPEN_WORK, days_of
from production.services import scheduling
from production.services.keys import material_key, supply_key
from sales.choices import OrderStatus
from sales.models import OrderLine, SalesOrder

logger = logging.getLogger(__name__)

PLANNABLE = [OrderStatus.CONFIRMED, OrderStatus.IN_PROGRESS]


@command
def plan_order(*, order_id: int, at: datetime, by: Actor) -> list[WorkOrder]:
    """Plan all that a confirmed order lacks, on every level of the recipes, and promise its delivery.

    Each need is covered from free stock, then from free coming goods; the rest is made (a work order per order
    line, one per component) or proposed for purchase, together with the safety stock of what is touched. Then
    the operations get their time and the order its date. Planning again on unchanged data changes nothing;
    after a change it plans the difference. An order that is done or cancelled is left alone. Locks the order,
    then (in inventory) balances and the warehouse, then the work centres. The number of statements depends on
    the depth of the recipes only. Returns the work orders of the order. Raises OrderNotConfirmed, NoFreeTime.
    """
    order = SalesOrder.objects.locked().select_related("organization", "branch").get(pk=order_id)
    policy.require(by, "production.plan_order", order)
    if order.status == OrderStatus.DRAFT:
        raise OrderNotConfirmed(number=order.number)
    if order.status in PLANNABLE and order.warehouse_id is not None:
        planner = _Planner(order, at, by)
        netted = planner.net()
        planner.warn_of_missing_recipes(netted)
        bought = planner.propose_purchases()
        if netted.makes or bought or order.promised_on is None:
            scheduling.schedule_orders(order_ids=[order.pk], at=at, by=SYSTEM)
            events.publish(OrderPlanned(order_id=order.pk))
            logger.info("order planned", extra={"order_id": order.pk, "work_orders": len(netted.makes)})
    return list(WorkOrder.objects.filter(order_line__order=order).order_by("pk"))


class _Planner:
    """One planning run of one order; its wants are demands of the warehouse."""

    def __init__(self, order: SalesOrder, at: datetime, by: Actor) -> None:
        self.order, self.at, self.by = order, at, by
        self.warehouse_id: int = order.warehouse_id or 0
        days = days_of({0: (order.organization.calendar_id, order.branch.calendar_id)})[0]
        self.on: date = days.handling.day_of(at)
        self.known: set[str] = set()
        self.fresh: dict[str, WorkOrderMaterial] = {}
        self.labels: dict[str, str] = {}
        self.recipes: dict[int, Recipe] = {}
        self.rates: dict[int, Decimal] = {}
        self.wanted_items: set[int] = set()

    def net(self) -> Netted:
        wants = self._open_wants()
        self.known = {str(want.key) for want in wants}
        self.recipes = recipes_below({want.item_id for want in wants}, self.on, made_only=True)
        centers = {step.center_id for recipe in self.recipes.values() for step in recipe.steps}
        self.rates = dict(WorkCenter.objects.filter(pk__in=centers).values_list("pk", "rate_per_hour"))
        return net(wants, self.recipes, cover=self._cover, start=self._start)

    def _open_wants(self) -> list[Want]:
        """What the order's lines want, then what its open work orders still need."""
        lines = OrderLine.objects.filter(order=self.order, item__type=ItemType.GOODS).order_by("position")
        wants = [Want(line.demand_key, line.item_id, line.qty, line.pk, is_root=True) for line in lines]
        materials = WorkOrderMaterial.objects.filter(
            work_order__order_line__order=self.order, work_order__status__in=OPEN_WORK
        ).select_related("work_order")
        for row in materials.order_by("pk"):
            wants.append(Want(material_key(row.pk), row.item_id, row.qty, row.work_order.order_line_id or 0))
        self.wanted_items |= {want.item_id for want in wants}
        kept = set(Demand.objects.filter(key__in=[want.key for want in wants]).values_list("key", flat=True))
        return [want for want in wants if want.key in kept]

    def _cover(self, wants: Sequence[Want]) -> list[Decimal]:
        """Set aside what is free or coming; the answer is what is short of each want."""
        keys = [str(want.key) for want in wants]
        if keys[0] in self.known:
            coverages = reservations.cover_demands(keys=keys, by=SYSTEM)
        else:
            needs = [
                Need(
                    key=key,
                    item_id=want.item_id,
                    warehouse_id=self.warehouse_id,
                    qty=want.qty,
                    label=self.labels[key],
                )
                for key, want in zip(keys, wants, strict=True)
            ]
            coverages = reservations.reserve_goods(needs=needs, by=SYSTEM, partial=True)
            for coverage in coverages:
                self.fresh[coverage.key].demand_id = coverage.demand_id
            WorkOrderMaterial.objects.bulk_update([self.fresh[key] for key in keys], ["demand"])
        short = {coverage.key: coverage.short for coverage in coverages}
        return [short.get(key, Decimal(0)) for key in keys]

    def _start(self, lots: Sequence[Make]) -> list[Want]:
        """Write the work orders of one level and peg them to those who wait for them."""
        numbers = take_numbers(
            "work_order", len(lots), organization=self.order.organization, on=self.on, branch=self.order.branch
        )
        works = WorkOrder.objects.bulk_create(
            [self._work_order(lot, number) for lot, number in zip(lots, numbers, strict=True)]
        )
        materials = WorkOrderMaterial.objects.bulk_create(
            [
                WorkOrderMaterial(
                    work_order=work,
                    position=part.position,
                    item_id=part.item_id,
                    qty=lot.recipe.need_of_lot(part, lot.qty),
                )
                for work, lot in zip(works, lots, strict=True)
                for part in lot.recipe.components
            ]
        )
        Operation.objects.bulk_create(
            [
                self._operation(work, lot, number)
                for work, lot in zip(works, lots, strict=True)
                for number in range(len(lot.recipe.steps))
            ]
        )
        self._announce(works, lots)
        lines = {work.pk: work.order_line_id or 0 for work in works}
        wants = []
        for row in materials:
            key = material_key(row.pk)
            self.fresh[key], self.labels[key] = row, row.work_order.number
            wants.append(Want(key, row.item_id, row.qty, lines[row.work_order_id]))
        self.wanted_items |= {want.item_id for want in wants}
        return wants

    def _work_order(self, lot: Make, number: str) -> WorkOrder:
        return WorkOrder(
            organization=self.order.organization,
            branch=self.order.branch,
            warehouse_id=self.warehouse_id,
            number=number,
            status=WorkOrderStatus.PLANNED,
            item_id=lot.item_id,
            qty=lot.qty,
            bom_id=lot.recipe.bom_id,
            order_line_id=lot.line_id,
            planned_at=self.at,
            created_by=user_or_none(self.by),
        )

    def _operation(self, work: WorkOrder, lot: Make, number: int) -> Operation:
        step = lot.recipe.steps[number]
        minutes = lot.recipe.minutes(step, lot.qty)
        return Operation(
            work_order=work,
            sequence=step.sequence,
            name=step.name,
            center_id=step.center_id,
            minutes=minutes,
            planned_cost=quantities.qty(minutes * self.rates[step.center_id] / 60),
        )

    def _announce(self, works: Sequence[WorkOrder], lots: Sequence[Make]) -> None:
        """Make the goods to come known to the stock, for those who wait for them."""
        supplies = reservations.register_supplies(
            supplies=[
                Coming(
                    key=supply_key(work.pk),
                    kind=SupplyKind.MAKE,
                    item_id=work.item_id,
                    warehouse_id=self.warehouse_id,
                    qty=work.qty,
                    label=work.number,
                )
                for work in works
            ],
            by=SYSTEM,
        )
        for work in works:
            work.supply = supplies[supply_key(work.pk)]
        WorkOrder.objects.bulk_update(works, ["supply"])
        reservations.peg_supplies(
            pegs=[
                (str(want.key), supply_key(work.pk), qty)
                for work, lot in zip(works, lots, strict=True)
                for want, qty in lot.shares
            ],
            by=SYSTEM,
        )

    def warn_of_missing_recipes(self, netted: Netted) -> None:
        """What we make and nobody wrote a recipe for stays short: somebody should look."""
        short = {want.item_id for want, _qty in netted.buys}
        made = Item.objects.filter(pk__in=short, replenishment=Replenishment.MAKE) if short else Item.objects.none()
        if item_ids := list(made.values_list("pk", flat=True)):
            logger.warning("items to be made have no recipe", extra={"item_ids": item_ids})

    def propose_purchases(self) -> bool:
        """Draft purchases for what is short, and for the safety stock of everything bought that is touched."""
        bought = Item.objects.filter(pk__in=self.wanted_items - set(self.recipes), type=ItemType.GOODS)
        item_ids = sorted(bought.values_list("pk", flat=True))
        if not item_ids:
            return False
        purchases = purchasing.propose_purchases(
            warehouse_id=self.warehouse_id, at=self.at, by=SYSTEM, item_ids=item_ids, reason=self.order.number
        )
        records.link(self.order, *purchases)  # the order's thread also shows what refills the safety stock
        return bool(purchases)
