"""What goods would cost if they left now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.money import ZERO
from inventory import costing
from inventory.costing import Slice
from inventory.models import CostLayer
from inventory.selectors.stock.availability import availability


@dataclass(frozen=True)
class CostPreview:
    """The slices of cost layers that `covered_qty` would take, and their value (base currency).

    `last_unit_cost` is the unit cost of the last slice, None when stock covers nothing.
    """

    slices: tuple[Slice, ...]
    covered_qty: Decimal
    value: Decimal
    last_unit_cost: Decimal | None


def cost_preview(item_id: int, warehouse_id: int, qty: Decimal) -> CostPreview:
    """What `qty` of free goods would cost. See `cost_previews`."""
    return cost_previews({item_id: qty}, warehouse_id)[item_id]


def cost_previews(qtys: Mapping[int, Decimal], warehouse_id: int) -> dict[int, CostPreview]:
    """What quantities of free goods ({item: quantity}) would cost by the items' valuation; changes nothing.

    Goods that others reserved are expected to leave first and take the oldest layers with them. What stock does
    not cover is left to the caller, who knows what buying it costs. Four statements for any number of items.
    """
    present = availability(warehouse_id, list(qtys))
    layers: dict[int, list[CostLayer]] = {item_id: [] for item_id in qtys}
    rows = CostLayer.objects.filter(item__in=list(qtys), warehouse=warehouse_id, left_qty__gt=0)
    for layer in rows.with_repriced().order_by("received_at", "pk"):
        layers[layer.item_id].append(layer)
    found = {}
    for item_id, qty in qtys.items():
        there = present[item_id]
        found[item_id] = _preview(layers[item_id], there.on_hand - there.free, min(qty, there.free))
    return found


def _preview(layers: list[CostLayer], reserved: Decimal, qty: Decimal) -> CostPreview:
    costing.take(layers, reserved)
    slices = tuple(costing.take(layers, qty))
    return CostPreview(
        slices=slices,
        covered_qty=sum((part.qty for part in slices), Decimal(0)),
        value=sum((part.value for part in slices), ZERO),
        last_unit_cost=slices[-1].unit_cost if slices else None,
    )
