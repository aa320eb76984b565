"""The lots of an item in a warehouse."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.quantities import NOTHING
from inventory.models import CostLayer, Item, StockBalance


@dataclass(frozen=True)
class LotRow:
    """Goods of one lot at one place, since when they lie there, and what one of them cost."""

    lot: str
    lot_state: str
    place: str
    warehouse: str
    qty: Decimal
    reserved: Decimal
    since: datetime | None
    unit_cost: Decimal | None


def lots_of(item: Item, warehouse_ids: Sequence[int]) -> list[LotRow]:
    """Where an item lies, lot by lot, the oldest first (two statements)."""
    layers: dict[tuple[int, int | None], list[CostLayer]] = defaultdict(list)
    open_layers = CostLayer.objects.filter(item=item, warehouse__in=warehouse_ids, left_qty__gt=0)
    for layer in open_layers.order_by("received_at", "pk"):
        layers[layer.warehouse_id, layer.lot_id].append(layer)
    rows = StockBalance.objects.filter(item=item, location__warehouse__in=warehouse_ids, qty__gt=0)
    found = []
    for row in rows.select_related("location__warehouse", "lot"):
        behind = layers[row.location.warehouse_id or 0, row.lot_id]
        qty = sum((layer.left_qty for layer in behind), NOTHING)
        value = sum((layer.left_value for layer in behind), Decimal(0))
        found.append(
            LotRow(
                lot=row.lot.code if row.lot else "",
                lot_state=row.lot.get_status_display() if row.lot and row.lot.status != "free" else "",
                place=row.location.code,
                warehouse=str(row.location.warehouse),
                qty=row.qty,
                reserved=row.reserved,
                since=behind[0].received_at if behind else None,
                unit_cost=value / qty if qty else None,
            )
        )
    return sorted(found, key=lambda row: (row.since is None, row.since, row.place))
