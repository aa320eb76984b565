"""Stock against its levels and at standard cost, for the warehouse's daily look."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from django.db.models import Count, DecimalField, F, OuterRef, Q, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from core.quantities import NOTHING
from inventory.models import Item, StandardCost, StockBalance


@dataclass(frozen=True)
class PlaceStock:
    """What lies at one place: kinds of items, units, and their standard cost (unrounded)."""

    location_id: int
    code: str
    name: str
    items: int
    qty: Decimal
    value: Decimal


@dataclass(frozen=True)
class LevelRow:
    item_id: int
    sku: str
    name: str
    on_hand: Decimal
    level: Decimal


def stock_at_standard_cost(warehouse_ids: Collection[int] | None = None, on: date | None = None) -> list[PlaceStock]:
    """Stock per place at standard cost (the item's own, or the one valid on a day). One statement."""
    rows = StockBalance.objects.filter(location__warehouse__isnull=False)
    if warehouse_ids is not None:
        rows = rows.filter(location__warehouse__in=warehouse_ids)
    cost: Combinable = F("item__standard_cost")
    if on is not None:
        dated = StandardCost.objects.filter(item=OuterRef("item"), valid__contains=on).values("cost")[:1]
        cost = Coalesce(Subquery(dated), cost)
    exact = DecimalField(max_digits=30, decimal_places=10)
    grouped = (
        rows.values("location", "location__code", "location__name")
        .annotate(items=Count("item", distinct=True), units=Sum("qty"), worth=Sum(F("qty") * cost, output_field=exact))
        .order_by("location")
    )
    return [
        PlaceStock(
            location_id=row["location"],
            code=row["location__code"],
            name=row["location__name"],
            items=row["items"],
            qty=row["units"],
            value=row["worth"],
        )
        for row in grouped
    ]


def items_below(
    level: Literal["reorder_point", "min_stock"] = "reorder_point",
    warehouse_ids: Collection[int] | None = None,
    *,
    stocked_only: bool = True,
) -> list[LevelRow]:
    """Items of which less is on hand than their level says, over all places. One statement.

    `stocked_only` leaves out items that have never lain anywhere.
    """
    where = Q() if warehouse_ids is None else Q(balances__location__warehouse__in=warehouse_ids)
    rows = Item.objects.annotate(
        places=Count("balances", filter=where), on_hand=Coalesce(Sum("balances__qty", filter=where), NOTHING)
    ).filter(on_hand__lt=F(level))
    if stocked_only:
        rows = rows.filter(places__gt=0)
    return [
        LevelRow(item_id=row.pk, sku=row.sku, name=row.name, on_hand=row.on_hand, level=getattr(row, level))
        for row in rows.order_by("sku")
    ]
