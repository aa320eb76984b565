"""Netting over all levels of recipes, item by item in low-level-code order. Pure but for its two questions.

Needs of a level are covered by what is there and what is coming anyway; the rest of an item is made in one lot
(needs of order lines each in a lot of their own) or, without a recipe, left to be bought. Making raises the needs
of the next level. An item is met only when all its parents are known, so nothing is netted twice.
(Orlicky, "Material Requirements Planning", 1975: low-level coding and net requirements.)
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from production.recipes import Recipe, low_level_codes


@dataclass(frozen=True)
class Want:
    """`qty` of an item is needed; `key` names the demand. `line_id` is the order line at the root, 0 without one."""

    key: Hashable
    item_id: int
    qty: Decimal
    line_id: int
    is_root: bool = False


@dataclass(frozen=True)
class Make:
    """One lot to be made, and how much of it is meant for whom; without shares it goes into free stock."""

    item_id: int
    qty: Decimal
    recipe: Recipe
    shares: tuple[tuple[Want, Decimal], ...]

    @property
    def line_id(self) -> int:
        """The order line at the root; 0 for what is made for stock."""
        return self.shares[0][0].line_id if self.shares else 0


@dataclass(frozen=True)
class Netted:
    """Lots to make, parents first, and what has to be bought for whom."""

    makes: tuple[Make, ...]
    buys: tuple[tuple[Want, Decimal], ...]


Cover = Callable[[Sequence[Want]], Sequence[Decimal]]
Start = Callable[[Sequence[Make]], Sequence[Want]]


def net(roots: Sequence[Want], recipes: Mapping[int, Recipe], *, cover: Cover, start: Start) -> Netted:
    """Net the roots and everything below them.

    `cover` sets aside what it can for each want, in order, and says what is short; it is asked once per level.
    `start` takes up the lots of a level and says what they want, in order.
    """
    levels = _levels(low_level_codes([want.item_id for want in roots], recipes))
    pending: dict[int, list[tuple[Want, Decimal]]] = {}
    makes: list[Make] = []
    buys: list[tuple[Want, Decimal]] = []

    def arrive(wants: Sequence[Want]) -> None:
        for want, short in zip(wants, cover(wants) if wants else (), strict=True):
            if short > 0:
                pending.setdefault(want.item_id, []).append((want, short))

    arrive(roots)
    for items in levels:
        lots: list[Make] = []
        for item_id in items:
            shares = pending.pop(item_id, [])
            if item_id in recipes:
                lots.extend(_lots(recipes[item_id], shares))
            else:
                buys.extend(shares)
        makes.extend(lots)
        arrive(start(lots) if lots else ())
    return Netted(tuple(makes), tuple(buys))


def _levels(codes: Mapping[int, int]) -> list[list[int]]:
    depth = max(codes.values(), default=-1) + 1
    return [sorted(item_id for item_id, code in codes.items() if code == level) for level in range(depth)]


def _lots(recipe: Recipe, shares: Sequence[tuple[Want, Decimal]]) -> list[Make]:
    """A lot per order line that wants the item itself, and one for all that need it as a component."""
    own = [[share] for share in shares if share[0].is_root]
    others = [share for share in shares if not share[0].is_root]
    return [
        Make(recipe.item_id, sum((qty for _want, qty in lot), Decimal(0)), recipe, tuple(lot))
        for lot in [*own, *([others] if others else [])]
    ]
