"""Recipes as plain values, and the order in which their items have to be looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from core import quantities
from core.money import CENT

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Component:
    item_id: int
    position: int
    qty: Decimal
    scrap_pct: Decimal


@dataclass(frozen=True)
class RecipeStep:
    sequence: int
    name: str
    center_id: int
    setup_minutes: Decimal
    run_minutes: Decimal


@dataclass(frozen=True)
class Recipe:
    """An active recipe of an item: what goes in and what is done, per batch of `batch_qty`."""

    bom_id: int
    item_id: int
    batch_qty: Decimal
    components: tuple[Component, ...]
    steps: tuple[RecipeStep, ...]

    def per_unit(self, component: Component) -> Decimal:
        """What one unit of the item needs of a component, scrap included; not rounded."""
        return component.qty * (1 + component.scrap_pct / HUNDRED) / self.batch_qty

    def need(self, component: Component, qty: Decimal) -> Decimal:
        """What `qty` of the item needs of a component, scrap included, in four places."""
        return quantities.qty(component.qty * qty * (HUNDRED + component.scrap_pct) / (HUNDRED * self.batch_qty))

    def need_of_lot(self, component: Component, qty: Decimal) -> Decimal:
        """`need`, but never rounded away to nothing."""
        return max(self.need(component, qty), quantities.STEP)

    def minutes(self, step: RecipeStep, qty: Decimal) -> Decimal:
        """Set-up once plus run time for `qty`, in minutes with two places."""
        return (step.setup_minutes + step.run_minutes * qty / self.batch_qty).quantize(CENT, rounding=ROUND_HALF_UP)


def low_level_codes(roots: Iterable[int], recipes: Mapping[int, Recipe]) -> dict[int, int]:
    """The deepest level at which each item occurs below the roots (themselves at least 0).

    Netting item by item in this order meets an item only when all its parents are known. Recipes have no cycle.
    """
    codes: dict[int, int] = {}
    frontier = set(roots)
    level = 0
    while frontier and level <= len(recipes) + 1:
        codes.update(dict.fromkeys(frontier, level))
        frontier = {part.item_id for item_id in frontier if item_id in recipes for part in recipes[item_id].components}
        level += 1
    return codes
