"""Cost layers of the warehouses: made by what comes in, used by what goes out.

The caller holds the balances of the items and warehouses (see `balances`), so layers change under his lock only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet, Sum, Window
from django.db.models.functions import Cast

from core.inserting import insert_rows, maker
from core.money import ZERO
from core.remembered import remembered_for_all
from core.updating import add_to_rows
from inventory import costing
from inventory.choices import Valuation
from inventory.models import CostLayer, Item, LayerUse, StockMove

_new_layer, _new_use = maker(CostLayer), maker(LayerUse)

LayerKey = tuple[int, int, int | None]  # item, warehouse, lot


@dataclass(frozen=True)
class Incoming:
    """Goods that a move brought into a warehouse, worth `value`; `received_at` is their age for first in, first out."""

    move: StockMove
    warehouse_id: int
    qty: Decimal
    value: Decimal
    received_at: datetime


def key_of(layer: CostLayer) -> LayerKey:
    return (layer.item_id, layer.warehouse_id, layer.lot_id)


def add_layers(incoming: Sequence[Incoming], items: Mapping[int, Item]) -> None:
    """One layer per receipt, or more in the pool of an averaged item (at most four statements)."""
    singles = [part for part in incoming if items[part.move.item_id].valuation == Valuation.FIFO]
    pooled = [part for part in incoming if items[part.move.item_id].valuation == Valuation.AVERAGE]
    if singles:
        insert_rows(
            [
                _new_layer(
                    item_id=part.move.item_id,
                    warehouse_id=part.warehouse_id,
                    lot_id=part.move.lot_id,
                    move_id=part.move.pk,
                    received_at=part.received_at,
                    qty=part.qty,
                    value=part.value,
                    left_qty=part.qty,
                    left_value=part.value,
                )
                for part in singles
            ]
        )
    if pooled:
        _fill_pools(pooled)


def _fill_pools(incoming: Sequence[Incoming]) -> None:
    pools = _pools({_layer_key(part): part.received_at for part in incoming})
    deltas: dict[int, dict[str, Decimal]] = {}
    for part in incoming:
        change = deltas.setdefault(
            pools[_layer_key(part)].pk, dict.fromkeys(("qty", "left_qty", "value", "left_value"), Decimal(0))
        )
        for field in ("qty", "left_qty"):
            change[field] += part.qty
        for field in ("value", "left_value"):
            change[field] += part.value
    add_to_rows(CostLayer, deltas)


def _layer_key(part: Incoming) -> LayerKey:
    return (part.move.item_id, part.warehouse_id, part.move.lot_id)


def _pools(wanted: Mapping[LayerKey, datetime]) -> dict[LayerKey, CostLayer]:
    found = _existing_pools(wanted)
    missing = {key: since for key, since in wanted.items() if key not in found}
    if missing:
        CostLayer.objects.bulk_create(
            [
                CostLayer(
                    item_id=item, warehouse_id=warehouse, lot_id=lot, pooled=True, received_at=since,
                    qty=Decimal(0), value=ZERO, left_qty=Decimal(0), left_value=ZERO,
                )
                for (item, warehouse, lot), since in missing.items()
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        found = _existing_pools(wanted)
    return found


def _existing_pools(wanted: Iterable[LayerKey]) -> dict[LayerKey, CostLayer]:
    keys = set(wanted)
    rows = CostLayer.objects.filter(
        pooled=True, item__in={item for item, _, _ in keys}, warehouse__in={warehouse for _, warehouse, _ in keys}
    ).locked()
    return {key_of(row): row for row in rows if key_of(row) in keys}


def lock_open(wants: Mapping[LayerKey, Decimal]) -> dict[LayerKey, list[CostLayer]]:
    """Lock the layers from which the wanted quantities will be taken, oldest first (one statement).

    Of an item with a thousand open layers only the oldest that can matter are read.
    """
    found: dict[LayerKey, list[CostLayer]] = {key: [] for key in wants}
    if not wants:
        return found
    items, warehouses = {item for item, _, _ in wants}, {warehouse for _, warehouse, _ in wants}
    for layer in _reached(items, warehouses, max(wants.values())):
        if key_of(layer) in found:
            found[key_of(layer)].append(layer)
    return found


@remembered_for_all
def _reached(items: Any, warehouses: Any, wanted: Any) -> QuerySet[CostLayer]:
    older = Window(
        Sum("left_qty"),
        partition_by=[F("item"), F("warehouse"), F("lot")],
        order_by=[F("received_at").asc(), F("pk").asc()],
    )
    reached = (
        CostLayer.objects.filter(item__any=items, warehouse__any=warehouses, left_qty__gt=0)
        .annotate(before=older - F("left_qty"))
        .filter(before__lt=Cast(wanted, CostLayer._meta.get_field("left_qty")))
        .values("pk")
    )
    return CostLayer.objects.filter(pk__in=reached).with_repriced().locked()


def write_uses(slices: Iterable[tuple[StockMove, costing.Slice]]) -> list[LayerUse]:
    """Store what moves took from layers and lower the layers (two statements)."""
    taken = list(slices)
    deltas: dict[int, dict[str, Decimal]] = {}
    for _move, part in taken:
        change = deltas.setdefault(part.layer_id, {"left_qty": Decimal(0), "left_value": ZERO})
        change["left_qty"] -= part.qty
        change["left_value"] -= part.value
    add_to_rows(CostLayer, deltas)
    return insert_rows(
        [_new_use(layer_id=part.layer_id, move_id=move.pk, qty=part.qty, value=part.value) for move, part in taken]
    )
