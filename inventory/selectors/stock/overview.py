"""The list of stock: what of each item lies in some warehouses, is promised, comes, lasts and is worth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, Min, Sum
from django.db.models.functions import Greatest
from django.utils import timezone

from core.quantities import NOTHING
from inventory.choices import DemandStatus, SupplyStatus
from inventory.models import CostLayer, Demand, Item, StockBalance, StockMove, Supply
from inventory.selectors.stock.as_of import stock_as_of

LOOKED_BACK = timedelta(days=90)
_QTY = DecimalField(max_digits=18, decimal_places=4)


@dataclass(frozen=True)
class StockView:
    """Which stock is looked at: of which warehouses, and now or as of a moment, by one clock or both."""

    warehouse_ids: tuple[int, ...]
    at: datetime | None = None
    known_at: datetime | None = None

    @property
    def is_past(self) -> bool:
        return self.at is not None or self.known_at is not None


@dataclass
class ItemStock:
    """Quantities in the base unit, value in base currency. In the past only `on_hand` and `value` are known.

    `available` is on hand minus reserved; `short` is wanted and neither set aside nor coming; `used` left the
    warehouses in the last ninety days.
    """

    on_hand: Decimal = NOTHING
    reserved: Decimal | None = NOTHING
    incoming: Decimal = NOTHING
    next_on: date | None = None
    short: Decimal = NOTHING
    used: Decimal = NOTHING
    value: Decimal | None = None
    places: list[str] = field(default_factory=list)

    @property
    def available(self) -> Decimal | None:
        return None if self.reserved is None else self.on_hand - self.reserved

    @property
    def lasts(self) -> int | None:
        """For how many days the available goods last at the pace of the last ninety days."""
        if self.available is None or self.used <= 0:
            return None
        return max(int(self.available * LOOKED_BACK.days / self.used), 0)


def stock_of_items(item_ids: Sequence[int], view: StockView, *, with_value: bool) -> dict[int, ItemStock]:
    """The stock of items; every one asked for is answered. Six statements for any number of them, three as of a day."""
    if view.is_past:
        return _as_it_was(item_ids, view, with_value=with_value)
    found = {pk: ItemStock(value=Decimal(0) if with_value else None) for pk in item_ids}
    where = {"item__in": list(item_ids), "warehouse__in": view.warehouse_ids}
    balances = StockBalance.objects.filter(
        item__in=list(item_ids), location__warehouse__in=view.warehouse_ids, qty__gt=0
    )
    for item, code, qty, reserved in balances.order_by("location__code").values_list(
        "item", "location__code", "qty", "reserved"
    ):
        row = found[item]
        row.on_hand += qty
        row.reserved = (row.reserved or NOTHING) + reserved
        if code not in row.places:
            row.places.append(code)
    coming = Greatest(F("qty") - F("received_qty"), NOTHING, output_field=_QTY)
    for item, qty, day in _grouped(
        Supply.objects.filter(status=SupplyStatus.OPEN, **where),
        total=Sum(coming, output_field=_QTY),
        day=Min("due_on"),
    ):
        found[item].incoming, found[item].next_on = qty, day
    lacking = Sum(F("qty") - F("done_qty") - F("pegged_qty"), output_field=_QTY)
    for item, qty in _grouped(Demand.objects.filter(status=DemandStatus.OPEN, **where), total=lacking):
        found[item].short = qty
    for item, qty in _grouped(_gone(item_ids, view.warehouse_ids), total=Sum("qty")):
        found[item].used = qty
    if with_value:
        layers = CostLayer.objects.filter(left_qty__gt=0, **where)
        for item, value in _grouped(layers, total=Sum("left_value")):
            found[item].value = value
    return found


def _grouped(rows: Any, **sums: Any) -> Iterable[Any]:
    return rows.order_by().values_list("item").annotate(**sums)


def _gone(item_ids: Sequence[int], warehouse_ids: Collection[int]) -> Any:
    """What left the warehouses for good lately; moves between them and moves taken back do not count."""
    return StockMove.objects.filter(
        item__in=list(item_ids),
        occurred_at__gte=timezone.now() - LOOKED_BACK,
        from_location__warehouse__in=warehouse_ids,
        to_location__warehouse__isnull=True,
        reversal_of__isnull=True,
        reversed_by__isnull=True,
    )


def _as_it_was(item_ids: Sequence[int], view: StockView, *, with_value: bool) -> dict[int, ItemStock]:
    found = {pk: ItemStock(reserved=None, value=Decimal(0) if with_value else None) for pk in item_ids}
    at = view.at or view.known_at or timezone.now()
    for row in stock_as_of(at, view.known_at, item_ids=list(item_ids), warehouse_ids=view.warehouse_ids, by=("item",)):
        if row.item_id is not None:
            found[row.item_id].on_hand = row.qty
            found[row.item_id].value = row.value if with_value else None
    return found


def value_of_stock(view: StockView, items: Any = None) -> Decimal:
    """What the stock of these items (a queryset; all by default) is worth, to the cent. At most three statements."""
    if view.is_past:
        at = view.at or view.known_at or timezone.now()
        ids = None if items is None else list(items.values_list("pk", flat=True))
        rows = stock_as_of(at, view.known_at, item_ids=ids, warehouse_ids=view.warehouse_ids, by=())
        return (rows[0].value or Decimal(0)) if rows else Decimal(0)
    layers = CostLayer.objects.filter(left_qty__gt=0, warehouse__in=view.warehouse_ids)
    if items is not None:
        layers = layers.filter(item__in=items.order_by().values("pk"))
    return layers.aggregate(total=Sum("left_value"))["total"] or Decimal(0)


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
