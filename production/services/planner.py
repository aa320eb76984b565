"""One planning run for a warehouse: netting level by level, work orders and what they need, purchase proposals."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core import quantities
from core.actors import SYSTEM, Actor, user_or_none
from core.models import Branch, Organization
from core.services.numbers import take_numbers
from inventory.choices import ItemType, Replenishment, SupplyKind
from inventory.models import Demand, Item, PurchaseOrder
from inventory.services import purchasing, reservations
from inventory.services.reservations import Coming, Need
from production.choices import WorkOrderStatus
from production.models import Operation, WorkCenter, WorkOrder, WorkOrderMaterial
from production.netting import Make, Netted, Want, net
from production.recipes import Recipe
from production.selectors.recipes import recipes_below
from production.selectors.workload import days_of
from production.services.keys import material_key, supply_key

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Place:
    """Where it is planned."""

    organization: Organization
    branch: Branch
    warehouse_id: int


class Planner:
    """One planning run; its wants are demands of the warehouse."""

    def __init__(self, place: Place, at: datetime, by: Actor) -> None:
        self.place, self.at, self.by = place, at, by
        self.warehouse_id = place.warehouse_id
        days = days_of({0: (place.organization.calendar_id, place.branch.calendar_id)})[0]
        self.on: date = days.handling.day_of(at)
        self.known: set[str] = set()
        self.fresh: dict[str, WorkOrderMaterial] = {}
        self.labels: dict[str, str] = {}
        self.recipes: dict[int, Recipe] = {}
        self.rates: dict[int, Decimal] = {}
        self.wanted_items: set[int] = set()
        self.started: list[WorkOrder] = []

    def read_recipes(self, item_ids: set[int]) -> dict[int, Recipe]:
        """The recipes in force of what we make of the items and of everything inside them."""
        self.recipes = recipes_below(item_ids, self.on, made_only=True)
        centers = {step.center_id for recipe in self.recipes.values() for step in recipe.steps}
        self.rates = dict(WorkCenter.objects.filter(pk__in=centers).values_list("pk", "rate_per_hour"))
        return self.recipes

    def net(self, wants: Sequence[Want]) -> Netted:
        """Cover the wants and everything below them; `read_recipes` comes first. Closed demands are passed over."""
        self.wanted_items |= {want.item_id for want in wants}
        fresh = set(self.fresh)
        known = set(Demand.objects.filter(key__in=[want.key for want in wants]).values_list("key", flat=True))
        self.known = known - fresh
        kept = [want for want in wants if want.key in known | fresh]
        netted = net(kept, self.recipes, cover=self._cover, start=self.start)
        self._warn_of_missing_recipes(netted)
        return netted

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

    def start(self, lots: Sequence[Make]) -> list[Want]:
        """Write the work orders of one level and peg them to those who wait for them."""
        numbers = take_numbers(
            "work_order", len(lots), organization=self.place.organization, on=self.on, branch=self.place.branch
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
        self.started += works
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
            organization=self.place.organization,
            branch=self.place.branch,
            warehouse_id=self.warehouse_id,
            number=number,
            status=WorkOrderStatus.PLANNED,
            item_id=lot.item_id,
            qty=lot.qty,
            bom_id=lot.recipe.bom_id,
            order_line_id=lot.line_id or None,
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

    def _warn_of_missing_recipes(self, netted: Netted) -> None:
        """What we make and nobody wrote a recipe for stays short: somebody should look."""
        short = {want.item_id for want, _qty in netted.buys}
        made = Item.objects.filter(pk__in=short, replenishment=Replenishment.MAKE) if short else Item.objects.none()
        if item_ids := list(made.values_list("pk", flat=True)):
            logger.warning("items to be made have no recipe", extra={"item_ids": item_ids})

    def propose_purchases(self, reason: str) -> list[PurchaseOrder]:
        """Draft purchases for what is short, and for the safety stock of everything bought that is touched."""
        bought = Item.objects.filter(pk__in=self.wanted_items - set(self.recipes), type=ItemType.GOODS)
        item_ids = sorted(bought.values_list("pk", flat=True))
        if not item_ids:
            return []
        return purchasing.propose_purchases(
            warehouse_id=self.warehouse_id, at=self.at, by=SYSTEM, item_ids=item_ids, reason=reason
        )
