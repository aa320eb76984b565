"""What lines would cost: material from stock and suppliers, time at the centres."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.money import ZERO, cents, unit_price
from core.selectors.rates import rate_on
from inventory.models import Item
from inventory.selectors.stock import CostPreview, availability, cost_previews, supplier_terms
from production.models import WorkCenter
from production.netting import Make, Want, net
from production.recipes import Recipe
from production.selectors.recipes import recipes_below
from sales.choices import EstimateKind
from sales.services.estimates import CostPart

NOTHING = Decimal(0)
Key = tuple[str, int, str]  # kind, product, code


def key_of(part: CostPart) -> Key:
    """How the planner's screen names a part of the proposal."""
    return part.kind, part.for_item_id, part.code


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
