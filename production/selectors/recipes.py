"""Reading recipes for many items and all levels at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Case, IntegerField, Prefetch, Q, QuerySet, Value, When

from inventory.choices import Replenishment
from production.choices import BOMStatus
from production.models import BOM, BOMLine, BOMOperation
from production.recipes import Component, Recipe, RecipeStep


def active_boms(item_ids: Iterable[int], on: date) -> QuerySet[BOM]:
    """The recipe in force for each of the items on a day: the active version, else the one retired later."""
    return (
        BOM.objects.filter(
            item_id__in=list(item_ids), valid__contains=on, status__in=[BOMStatus.ACTIVE, BOMStatus.RETIRED]
        )
        .annotate(
            rank=Case(When(status=BOMStatus.ACTIVE, then=Value(0)), default=Value(1), output_field=IntegerField())
        )
        .order_by("item_id", "rank", "-revision")
        .distinct("item_id")
    )


def recipes_of(item_ids: Iterable[int], on: date, *, made_only: bool = False) -> dict[int, Recipe]:
    """The recipes in force of some items (three statements). `made_only` leaves out what we buy."""
    boms = active_boms(item_ids, on)
    if made_only:
        boms = boms.filter(item__replenishment=Replenishment.MAKE)
    lines = BOMLine.objects.filter(Q(valid__isnull=True) | Q(valid__contains=on)).order_by("position")
    steps = BOMOperation.objects.order_by("sequence")
    found = {}
    for bom in boms.prefetch_related(Prefetch("lines", queryset=lines), Prefetch("operations", queryset=steps)):
        found[bom.item_id] = Recipe(
            bom_id=bom.pk,
            item_id=bom.item_id,
            batch_qty=bom.batch_qty,
            components=tuple(Component(row.item_id, row.position, row.qty, row.scrap_pct) for row in bom.lines.all()),
            steps=tuple(
                RecipeStep(row.sequence, row.name, row.center_id, row.setup_minutes, row.run_minutes)
                for row in bom.operations.all()
            ),
        )
    return found


def recipes_below(item_ids: Iterable[int], on: date, *, made_only: bool = False) -> dict[int, Recipe]:
    """The recipes of the items and of everything inside them: three statements per level, however wide."""
    found: dict[int, Recipe] = {}
    seen: set[int] = set()
    frontier = set(item_ids)
    while frontier:
        seen |= frontier
        level = recipes_of(frontier, on, made_only=made_only)
        found.update(level)
        frontier = {part.item_id for recipe in level.values() for part in recipe.components} - seen
    return found
