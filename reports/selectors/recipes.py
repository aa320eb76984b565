"""Recipes counted, and one product's explosion summed up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet

from inventory.models import Item
from production.choices import BOMStatus
from production.models import BOM, BOMLine
from production.selectors.boms import BOMRow, explode


def lines_in_force(boms: QuerySet[BOM] | None = None) -> QuerySet[BOMLine]:
    """The lines of active recipes."""
    return BOMLine.objects.filter(bom__in=(BOM.objects.all() if boms is None else boms).filter(status=BOMStatus.ACTIVE))


def assemblies(boms: QuerySet[BOM] | None = None) -> QuerySet[Item]:
    """Items with an active recipe."""
    active = (BOM.objects.all() if boms is None else boms).filter(status=BOMStatus.ACTIVE)
    return Item.objects.filter(pk__in=active.order_by().values("item"))


def final_products(boms: QuerySet[BOM] | None = None) -> QuerySet[Item]:
    """Assemblies that go into no other: the tops of the trees."""
    used = BOMLine.objects.filter(item=OuterRef("pk"), bom__status=BOMStatus.ACTIVE)
    return assemblies(boms).exclude(Exists(used))


@dataclass(frozen=True)
class LevelSums:
    level: int
    rows: int
    qty: Decimal


@dataclass(frozen=True)
class Explosion:
    """All components of one product over all levels. `leaf_cost` is at standard cost, unrounded."""

    rows: int
    depth: int
    components: dict[int, Decimal]
    leaves: dict[int, Decimal]
    levels: list[LevelSums]
    leaf_cost: Decimal


def explosion(item_id: int, on: date, qty: Decimal = Decimal(1)) -> Explosion:
    """The recipe tree of `qty` of an item on a day, with every branch counted, and its leaves' cost."""
    rows = explode(item_id, qty, on)
    leaves = _totals([row for row in rows if row.is_leaf])
    costs = dict(Item.objects.filter(pk__in=leaves).values_list("pk", "standard_cost"))
    depth = max((row.level for row in rows), default=0)
    return Explosion(
        rows=len(rows),
        depth=depth,
        components=_totals(rows),
        leaves=leaves,
        levels=[_level(rows, level) for level in range(1, depth + 1)],
        leaf_cost=sum((amount * costs[item] for item, amount in leaves.items()), Decimal(0)),
    )


def _totals(rows: Sequence[BOMRow]) -> dict[int, Decimal]:
    totals: dict[int, Decimal] = {}
    for row in rows:
        totals[row.item_id] = totals.get(row.item_id, Decimal(0)) + row.qty
    return totals


def _level(rows: Sequence[BOMRow], level: int) -> LevelSums:
    found = [row.qty for row in rows if row.level == level]
    return LevelSums(level, len(found), sum(found, Decimal(0)))
