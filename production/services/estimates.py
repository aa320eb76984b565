"""Answering what something would cost: material at the layers it would come from, work at the centres' rates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from core import policy
from core.actors import Actor
from core.calendars import Calendar
from core.money import ZERO, cents, unit_price
from core.selectors.rates import rate_on
from core.transactions import command
from inventory.choices import ItemType
from inventory.models import Item, Warehouse
from inventory.selectors.stock import CostPreview, availability, cost_previews, supplier_terms
from production.errors import EstimateWithoutGoods, NoWarehouse, ProposalChanged
from production.models import WorkCenter
from production.netting import Make, Want, net
from production.promising import Promise
from production.recipes import Recipe
from production.selectors.promise import promise_for_lines
from production.selectors.recipes import recipes_below
from production.selectors.workload import days_of
from sales.choices import EstimateKind, EstimateStatus
from sales.models import EstimateRequest
from sales.services import estimates as asked
from sales.services.estimates import CostPart

Extra = tuple[int, EstimateKind, Decimal]
NOTHING = Decimal(0)


Key = tuple[str, int, str]  # kind, product, code


def key_of(part: CostPart) -> Key:
    """How the planner's screen names a part of the proposal."""
    return part.kind, part.for_item_id, part.code


@dataclass(frozen=True)
class Proposal:
    """What production would answer: the parts of the cost and the lead time in working days."""

    parts: tuple[CostPart, ...]
    lead_days: int | None
    promise: Promise

    @property
    def total(self) -> Decimal:
        return sum((part.amount for part in self.parts), ZERO)


def propose(*, request: EstimateRequest, at: datetime, warehouse_id: int | None = None) -> Proposal:
    """Work out what a request would cost and how long it would take. Nothing is written.

    Material comes from free stock at the cost of its layers, the rest at the first supplier's price; parts that
    are made and not in stock are resolved into their material and work. The lead time is that of "Can we
    deliver?", in working days. Raises EstimateWithoutGoods, NoWarehouse.
    """
    lines = list(request.lines.select_related("item").order_by("pk"))
    goods = [(line.item_id, line.qty) for line in lines if line.item.type == ItemType.GOODS]
    if not goods:
        raise EstimateWithoutGoods()
    warehouse = _warehouse(request, warehouse_id)
    branch = warehouse.branch
    days = days_of({0: (branch.organization.calendar_id, branch.calendar_id)})[0]
    costing = Costing(goods, warehouse.pk, days.handling.day_of(at), branch.organization.currency_id)
    parts = tuple(costing.parts())
    promise = promise_for_lines(goods, warehouse.pk, at)
    lead_days = _working_days(days.handling, days.handling.day_of(at), promise.deliver_on)
    return Proposal(parts, lead_days, promise)


@command
def answer_request(
    *,
    request_id: int,
    at: datetime,
    by: Actor,
    extra: Sequence[Extra] = (),
    remark: str = "",
    warehouse_id: int | None = None,
    adjusted: Mapping[Key, Decimal] | None = None,
    lead_days: int | None = None,
    seen_total: Decimal | None = None,
) -> EstimateRequest:
    """Answer a request with the proposal, as the planner changed it.

    `extra` adds what production cannot know (item, kind, amount); `adjusted` gives parts of the proposal another
    amount, `lead_days` another time. `seen_total` is the total of the proposal the planner looked at: when stock or
    prices have changed it since, nothing is answered. An answered request stays as it is. Raises
    EstimateWithoutGoods, NoWarehouse, ProposalChanged.
    """
    request = EstimateRequest.objects.locked().select_related("deal__branch").get(pk=request_id)
    policy.require(by, "production.answer_estimate", request)
    if request.status == EstimateStatus.ANSWERED:
        return request
    proposal = propose(request=request, at=at, warehouse_id=warehouse_id)
    if seen_total is not None and seen_total != proposal.total:
        raise ProposalChanged()
    changed = adjusted or {}
    parts = [replace(part, amount=cents(changed.get(key_of(part), part.amount))) for part in proposal.parts]
    parts += [CostPart(for_item_id=item, kind=kind, amount=cents(amount)) for item, kind, amount in extra]
    return asked.answer_estimate(
        request_id=request.pk,
        costs=parts,
        lead_days=proposal.lead_days if lead_days is None else lead_days,
        remark=remark,
        at=at,
        by=by,
    )


@command
def refuse_request(*, request_id: int, remark: str, at: datetime, by: Actor) -> EstimateRequest:
    """Say that it cannot be made, and why. A second call changes nothing. Raises EstimateClosed when answered."""
    request = EstimateRequest.objects.locked().get(pk=request_id)
    policy.require(by, "production.answer_estimate", request)
    return asked.refuse_estimate(request_id=request.pk, remark=remark, at=at, by=by)


def _warehouse(request: EstimateRequest, warehouse_id: int | None) -> Warehouse:
    """The warehouse to plan for: the one named, else the oldest active one of the deal's branch."""
    warehouses = Warehouse.objects.select_related("branch__organization").filter(is_active=True)
    if warehouse_id is not None:
        return warehouses.get(pk=warehouse_id)
    found = warehouses.filter(branch=request.deal.branch).order_by("pk").first()
    if found is None:
        raise NoWarehouse(branch=request.deal.branch)
    return found


def _working_days(calendar: Calendar, start: date, end: date | None) -> int | None:
    """Working days after `start` up to and with `end`."""
    if end is None:
        return None
    return sum(calendar.works_on(start + timedelta(days=number)) for number in range(1, (end - start).days + 1))


@dataclass
class _Taken:
    """What one product takes of one item: so much from stock, so much to be bought."""

    stock: Decimal = NOTHING
    bought: Decimal = NOTHING


class Costing:
    """The cost of several products that share one stock, in the order asked. Constant statements per level."""

    def __init__(self, goods: Sequence[tuple[int, Decimal]], warehouse_id: int, on: date, currency: str) -> None:
        self.goods, self.on, self.currency = goods, on, currency
        self.warehouse_id = warehouse_id
        self.recipes: dict[int, Recipe] = recipes_below([item for item, _qty in goods], on, made_only=True)
        items = {item for item, _qty in goods}
        items |= {part.item_id for recipe in self.recipes.values() for part in recipe.components}
        self.items = Item.objects.in_bulk(sorted(items))
        self.free = {pk: row.free for pk, row in availability(warehouse_id, sorted(items)).items()}
        self.taken: list[dict[int, _Taken]] = []
        self.minutes: list[dict[int, Decimal]] = []

    def parts(self) -> list[CostPart]:
        """The cost parts of every product: material by item, then work by centre."""
        for item_id, qty in self.goods:
            self._resolve(item_id, qty)
        materials = self._materials()
        centers = WorkCenter.objects.in_bulk({key for minutes in self.minutes for key in minutes})
        found: list[CostPart] = []
        for number, (item_id, _qty) in enumerate(self.goods):
            found += materials[number]
            for center_id, minutes in self.minutes[number].items():
                rate = centers[center_id].rate_per_hour / 60
                found.append(
                    CostPart(
                        for_item_id=item_id,
                        kind=EstimateKind.WORK,
                        amount=cents(minutes * rate),
                        code=centers[center_id].code,
                        qty=minutes,
                        last_price=unit_price(rate),
                    )
                )
        return found

    def _resolve(self, item_id: int, qty: Decimal) -> None:
        taken: dict[int, _Taken] = defaultdict(_Taken)
        minutes: dict[int, Decimal] = defaultdict(Decimal)

        def cover(wants: Sequence[Want]) -> list[Decimal]:
            short = []
            for want in wants:
                part = max(min(self.free.get(want.item_id, NOTHING), want.qty), NOTHING)
                if part:
                    self.free[want.item_id] -= part
                    taken[want.item_id].stock += part
                short.append(want.qty - part)
            return short

        def start(lots: Sequence[Make]) -> list[Want]:
            for lot in lots:
                for step in lot.recipe.steps:
                    minutes[step.center_id] += lot.recipe.minutes(step, lot.qty)
            return [
                Want((lot.item_id, part.position), part.item_id, lot.recipe.need_of_lot(part, lot.qty), 0)
                for lot in lots
                for part in lot.recipe.components
            ]

        netted = net([Want("root", item_id, qty, 0, is_root=True)], self.recipes, cover=cover, start=start)
        for want, short in netted.buys:
            taken[want.item_id].bought += short
        self.taken.append(taken)
        self.minutes.append(minutes)

    def _materials(self) -> list[list[CostPart]]:
        totals: dict[int, Decimal] = defaultdict(Decimal)
        for taken in self.taken:
            for item_id, part in taken.items():
                totals[item_id] += part.stock
        previews = cost_previews(totals, self.warehouse_id) if totals else {}
        prices = self._prices(totals, previews)
        used: dict[int, Decimal] = defaultdict(Decimal)
        found = []
        for (for_item_id, _qty), taken in zip(self.goods, self.taken, strict=True):
            parts = []
            for item_id, part in taken.items():
                before, used[item_id] = used[item_id], used[item_id] + part.stock
                stock = _worth(previews[item_id], used[item_id]) - _worth(previews[item_id], before)
                last = None if part.bought else previews[item_id].last_unit_cost
                parts.append(
                    CostPart(
                        for_item_id=for_item_id,
                        kind=EstimateKind.MATERIAL,
                        amount=stock + cents(part.bought * prices[item_id]),
                        code=self.items[item_id].sku,
                        item_id=item_id,
                        qty=part.stock + part.bought,
                        last_price=prices[item_id] if last is None else last,
                    )
                )
            found.append(parts)
        return found

    def _prices(self, item_ids: Iterable[int], previews: Mapping[int, CostPreview]) -> dict[int, Decimal]:
        """What buying one unit costs: the first supplier's price in our currency, else the standard or last cost."""
        terms = supplier_terms(list(item_ids))
        foreign = {term.currency_id for term in terms.values()} - {self.currency}
        rates = {code: rate_on(code, self.currency, self.on) for code in sorted(foreign)} | {self.currency: Decimal(1)}
        prices = {}
        for item_id in item_ids:
            if item_id in terms:
                prices[item_id] = unit_price(terms[item_id].price * rates[terms[item_id].currency_id])
            else:
                prices[item_id] = self.items[item_id].standard_cost or previews[item_id].last_unit_cost or ZERO
        return prices


def _worth(preview: CostPreview, qty: Decimal) -> Decimal:
    """The value of the first `qty` of the slices; whole slices keep their cents."""
    worth = ZERO
    for part in preview.slices:
        if qty <= 0:
            break
        worth += part.value if qty >= part.qty else cents(part.value * qty / part.qty)
        qty -= part.qty
    return worth
