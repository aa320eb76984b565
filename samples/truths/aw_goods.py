"""Products, recipes and stock."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from inventory.choices import Replenishment
from inventory.models import Item, Location, Warehouse
from inventory.selectors import stock
from production.models import BOM, BOMLine
from reports.selectors import recipes
from samples.truths.aw import of_source, source_ids
from samples.truths.registry import NotLoaded, answers

AS_OF = date(2014, 6, 30)  # the end of the source; every open line of a recipe holds then


def _items() -> Any:
    return of_source(Item.objects.all(), "product")


@answers("aw.products")
def products() -> int:
    return _items().count()


@answers("aw.products_finished")
def finished_products() -> int:
    return _items().filter(is_sold=True).count()


@answers("aw.products_made")
def made_products() -> int:
    return _items().filter(replenishment=Replenishment.MAKE).count()


@answers("aw.bom_rows")
def bom_rows() -> int:
    """A row without an assembly became the head of a recipe, every other row one of its lines."""
    heads = of_source(BOM.objects.all(), "bom").count()
    return BOMLine.objects.filter(bom__in=of_source(BOM.objects.all())).count() + heads


@answers("aw.bom_rows_open")
def open_bom_rows() -> int:
    """The lines in force, and one row for each final product."""
    boms = of_source(BOM.objects.all())
    return recipes.lines_in_force(boms).count() + recipes.final_products(boms).count()


@answers("aw.bom_assemblies")
def bom_assemblies() -> int:
    return recipes.assemblies(of_source(BOM.objects.all())).count()


def _explosion() -> recipes.Explosion:
    bike = of_source(Item.objects.all(), "product").filter(external_key="aw.product:749").first()
    if bike is None:
        raise NotLoaded("product 749 is not loaded")
    return recipes.explosion(bike.pk, AS_OF)


@answers("aw.bom_749.summary")
def bom_summary() -> dict[str, Any]:
    found = _explosion()
    return {
        "rows": found.rows,
        "depth": found.depth,
        "distinct_components": len(found.components),
        "distinct_leaves": len(found.leaves),
        "leaf_cost": found.leaf_cost,
    }


@answers("aw.bom_749.by_level")
def bom_by_level() -> list[dict[str, Any]]:
    return [{"level": row.level, "rows": row.rows, "qty": row.qty} for row in _explosion().levels]


@answers("aw.bom_749.components")
def bom_components() -> list[dict[str, Any]]:
    ids = source_ids(Item, "product")
    found = _explosion().components
    skus = dict(Item.objects.filter(pk__in=found).values_list("pk", "sku"))
    rows = sorted((ids[item], skus[item], qty) for item, qty in found.items())
    return [{"product_id": number, "product_number": sku, "qty": qty} for number, sku, qty in rows]


def _warehouses() -> list[int]:
    places = of_source(Location.objects.all(), "location")
    return list(Warehouse.objects.filter(locations__in=places).distinct().values_list("pk", flat=True))


@answers("aw.stock_per_location")
def stock_per_location() -> list[dict[str, Any]]:
    ids = source_ids(Location, "location")
    found = [row for row in stock.stock_at_standard_cost(_warehouses()) if row.location_id in ids]
    return [
        {
            "location": ids[row.location_id],
            "name": row.name,
            "products": row.items,
            "units": row.qty,
            "value": row.value,
        }
        for row in sorted(found, key=lambda row: ids[row.location_id])
    ]


@answers("aw.stock_total")
def stock_total() -> dict[str, Any]:
    places = stock.stock_at_standard_cost(_warehouses())
    kept = Item.objects.filter(balances__location__warehouse__in=_warehouses()).distinct().count()
    return {
        "products": kept,
        "units": sum((place.qty for place in places), Decimal(0)),
        "value": sum((place.value for place in places), Decimal(0)),
    }


@answers("aw.stock_below_reorder")
def stock_below_levels() -> dict[str, int]:
    return {
        "below_reorder": len(stock.items_below("reorder_point", _warehouses())),
        "below_safety": len(stock.items_below("min_stock", _warehouses())),
    }
