"""Looking through recipes of several levels: down, up, and what a product costs by them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from core import quantities
from core.money import unit_price
from inventory.models import Item
from production.choices import BOMStatus
from production.errors import BomCycle
from production.models import BOMLine, WorkCenter
from production.recipes import Recipe, low_level_codes
from production.selectors.recipes import active_boms, recipes_below

__all__ = [
    "BOMRow", "CostRow", "RolledCost", "WhereUsedRow", "active_boms", "cycle", "explode", "explode_recipes",
    "roll_up_cost", "where_used",
]  # fmt: skip


@dataclass(frozen=True)
class BOMRow:
    """One component in one place of the tree. `path` runs from the product down to it, `level` 1 is direct."""

    level: int
    path: tuple[int, ...]
    item_id: int
    qty: Decimal
    is_leaf: bool


def explode(item_id: int, qty: Decimal, on: date) -> list[BOMRow]:
    """Every component of `qty` of an item, in tree order, scrap included, by the recipes in force on a day.

    Quantities are multiplied unrounded and shown with four places. Three statements per level.
    """
    return explode_recipes(item_id, qty, recipes_below([item_id], on))


def explode_recipes(item_id: int, qty: Decimal, recipes: dict[int, Recipe]) -> list[BOMRow]:
    """`explode` for recipes that are read already. Raises BomCycle."""
    rows: list[BOMRow] = []

    def walk(parent: int, amount: Decimal, path: tuple[int, ...]) -> None:
        recipe = recipes.get(parent)
        for part in recipe.components if recipe else ():
            if part.item_id in path:
                raise cycle([*path, part.item_id])
            need = amount * recipe.per_unit(part) if recipe else amount
            below = (*path, part.item_id)
            rows.append(BOMRow(len(path), below, part.item_id, quantities.qty(need), part.item_id not in recipes))
            walk(part.item_id, need, below)

    walk(item_id, Decimal(qty), (item_id,))
    return rows


def cycle(path: Sequence[int]) -> BomCycle:
    """The refusal of a path that comes back to where it has been, with the items named."""
    names = dict(Item.objects.filter(pk__in=path).values_list("pk", "sku"))
    return BomCycle(sku=names[path[-1]], path=" → ".join(names[key] for key in path), through=path[1])


@dataclass(frozen=True)
class WhereUsedRow:
    """A product that contains the item; `qty` of the item goes into one of it by this path (upwards)."""

    level: int
    path: tuple[int, ...]
    item_id: int
    qty: Decimal


def where_used(item_id: int, on: date) -> list[WhereUsedRow]:
    """Everything an item goes into on a day, directly (level 1) and further up. One statement per level."""
    above: dict[int, list[tuple[int, Decimal]]] = {}
    frontier, seen = {item_id}, set()
    while frontier:
        seen |= frontier
        lines = BOMLine.objects.filter(
            Q(valid__isnull=True) | Q(valid__contains=on),
            item_id__in=frontier,
            bom__status=BOMStatus.ACTIVE,
            bom__valid__contains=on,
        ).select_related("bom")
        frontier = set()
        for line in lines.order_by("bom__item_id", "position"):
            per_unit = line.qty * (1 + line.scrap_pct / 100) / line.bom.batch_qty
            above.setdefault(line.item_id, []).append((line.bom.item_id, per_unit))
            frontier.add(line.bom.item_id)
        frontier -= seen
    rows: list[WhereUsedRow] = []

    def climb(part: int, amount: Decimal, path: tuple[int, ...]) -> None:
        for parent, per_unit in above.get(part, []):
            if parent in path:
                raise cycle([*path, parent])
            rows.append(WhereUsedRow(len(path), (*path, parent), parent, quantities.qty(amount * per_unit)))
            climb(parent, amount * per_unit, (*path, parent))

    climb(item_id, Decimal(1), (item_id,))
    return rows


@dataclass(frozen=True)
class CostRow:
    """A leaf with its quantity, or a work centre with its minutes, and what they cost (six places)."""

    code: str
    qty: Decimal
    amount: Decimal


@dataclass(frozen=True)
class RolledCost:
    """The cost of a quantity by recipe: bought leaves at standard cost, work at the rates of the centres."""

    materials: tuple[CostRow, ...]
    work: tuple[CostRow, ...]

    @property
    def material(self) -> Decimal:
        return sum((row.amount for row in self.materials), Decimal(0))

    @property
    def labour(self) -> Decimal:
        return sum((row.amount for row in self.work), Decimal(0))

    @property
    def total(self) -> Decimal:
        return self.material + self.labour


def roll_up_cost(item_id: int, qty: Decimal, on: date) -> RolledCost:
    """What making `qty` of an item would cost, each part of it made in one lot. Currency of the company.

    Three statements per level and two more.
    """
    recipes = recipes_below([item_id], on)
    needs, minutes = _totals({item_id: Decimal(qty)}, recipes)
    leaves = [key for key in needs if key not in recipes]
    items = Item.objects.in_bulk(leaves)
    centers = WorkCenter.objects.in_bulk(list(minutes))
    return RolledCost(
        materials=tuple(
            CostRow(items[key].sku, quantities.qty(needs[key]), unit_price(needs[key] * items[key].standard_cost))
            for key in leaves
        ),
        work=tuple(
            CostRow(centers[key].code, spent, unit_price(spent * centers[key].rate_per_hour / 60))
            for key, spent in minutes.items()
        ),
    )


def _totals(roots: dict[int, Decimal], recipes: dict[int, Recipe]) -> tuple[dict[int, Decimal], dict[int, Decimal]]:
    """Needs per item and minutes per centre below the roots, nothing netted."""
    codes = low_level_codes(roots, recipes)
    needs = dict(roots)
    minutes: dict[int, Decimal] = {}
    for item_id in _by_code(codes):
        recipe = recipes.get(item_id)
        if recipe is None:
            continue
        for step in recipe.steps:
            spent = recipe.minutes(step, needs[item_id])
            minutes[step.center_id] = minutes.get(step.center_id, Decimal(0)) + spent
        for part in recipe.components:
            needs[part.item_id] = needs.get(part.item_id, Decimal(0)) + needs[item_id] * recipe.per_unit(part)
    return needs, minutes


def _by_code(codes: dict[int, int]) -> Iterable[int]:
    return sorted(codes, key=lambda key: (codes[key], key))
