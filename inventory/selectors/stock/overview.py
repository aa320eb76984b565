"""The list of stock: what of each item lies in some warehouses, is promised, comes, lasts and is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import DecimalField, F, Min, Sum, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from core.quantities import NOTHING
from core.remembered import Given, remembered_for_all
from inventory.choices import DemandStatus, SupplyStatus
from inventory.models import CostLayer, Demand, StockBalance, StockMove, Supply, WorthChange
from inventory.selectors.stock.as_of import StockRow, stock_as_of

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


class Lying(NamedTuple):
    """What lies of an item: in the past nobody knows what of it was set aside."""

    on_hand: Decimal = NOTHING
    reserved: Decimal | None = NOTHING
    places: tuple[str, ...] = ()

    @property
    def available(self) -> Decimal | None:
        return None if self.reserved is None else self.on_hand - self.reserved


def _of(rows: Any, items: Given, warehouses: Given, warehouse: str = "warehouse") -> Any:
    """The rows of some items in some warehouses, one an item."""
    there = {"item__any": items.each, f"{warehouse}__any": warehouses.each}
    return rows.filter(**there).order_by().values_list("item")


@remembered_for_all
def _ask_lying(items: Given, warehouses: Given) -> Any:
    rows = _of(StockBalance.objects.filter(qty__gt=0), items, warehouses, "location__warehouse")
    codes = ArrayAgg("location__code", distinct=True, order_by="location__code")
    return rows.annotate(on_hand=Sum("qty"), kept=Sum("reserved"), codes=codes)


@remembered_for_all
def _ask_coming(items: Given, warehouses: Given) -> Any:
    left = Greatest(F("qty") - F("received_qty"), NOTHING, output_field=_QTY)
    rows = _of(Supply.objects.filter(status=SupplyStatus.OPEN), items, warehouses)
    return rows.annotate(total=Sum(left, output_field=_QTY), day=Min("due_on"))


@remembered_for_all
def _ask_lacking(items: Given, warehouses: Given) -> Any:
    left = Sum(F("qty") - F("done_qty") - F("pegged_qty"), output_field=_QTY)
    return _of(Demand.objects.filter(status=DemandStatus.OPEN), items, warehouses).annotate(total=left)


@remembered_for_all
def _ask_gone(items: Given, warehouses: Given, since: Given) -> Any:
    """What left the warehouses for good lately; moves between them and moves taken back do not count."""
    for_good = {"to_location__warehouse__isnull": True, "reversal_of__isnull": True, "reversed_by__isnull": True}
    rows = StockMove.objects.filter(occurred_at__gte=since, **for_good)
    return _of(rows, items, warehouses, "from_location__warehouse").annotate(total=Sum("qty"))


@remembered_for_all
def _ask_values(items: Given, warehouses: Given) -> Any:
    return _of(CostLayer.objects.filter(left_qty__gt=0), items, warehouses).annotate(total=Sum("left_value"))


@remembered_for_all
def _ask_value(warehouses: Given) -> Any:
    """What all stock of some warehouses is worth, in one row: of its few changes, not of all layers."""
    rows = WorthChange.objects.filter(warehouse__any=warehouses.each).order_by()
    return rows.annotate(all=Value(1)).values("all").annotate(total=Sum("amount")).values_list("total", flat=True)


class Parts:
    """The stock of some items, each part read when it is first asked for, with one statement for all of them."""

    nothing = Lying()

    def __init__(self, item_ids: Sequence[int], view: StockView, *, with_value: bool) -> None:
        self.item_ids, self.view, self.with_value = frozenset(item_ids), view, with_value

    @property
    def _where(self) -> tuple[frozenset[int], tuple[int, ...]]:
        return self.item_ids, self.view.warehouse_ids

    @cached_property
    def lying(self) -> dict[int, Lying]:
        return {item: Lying(qty, kept, tuple(codes)) for item, qty, kept, codes in _ask_lying(*self._where)}

    @cached_property
    def coming(self) -> dict[int, tuple[Decimal, date | None]]:
        return {item: (total, day) for item, total, day in _ask_coming(*self._where)}

    @cached_property
    def lacking(self) -> dict[int, Decimal]:
        return dict(_ask_lacking(*self._where))

    @cached_property
    def gone(self) -> dict[int, Decimal]:
        return dict(_ask_gone(*self._where, timezone.now() - LOOKED_BACK))

    @cached_property
    def values(self) -> dict[int, Decimal]:
        return dict(_ask_values(*self._where))


class PastParts(Parts):
    """As it was, or as it was known: only what lay there and what it was worth."""

    nothing = Lying(reserved=None)

    @cached_property
    def _rows(self) -> list[StockRow]:
        at = self.view.at or self.view.known_at or timezone.now()
        found = stock_as_of(
            at, self.view.known_at, item_ids=self.item_ids, warehouse_ids=self.view.warehouse_ids, by=("item",)
        )
        return [row for row in found if row.item_id is not None]

    @cached_property
    def lying(self) -> dict[int, Lying]:
        return {row.item_id: Lying(row.qty, None) for row in self._rows if row.item_id is not None}

    @cached_property
    def values(self) -> dict[int, Decimal]:
        return {row.item_id: row.value or Decimal(0) for row in self._rows if row.item_id is not None}

    coming: dict[int, tuple[Decimal, date | None]] = {}  # type: ignore[assignment]
    lacking: dict[int, Decimal] = {}  # type: ignore[assignment]
    gone: dict[int, Decimal] = {}  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class ItemStock:
    """Quantities in the base unit, value in base currency. In the past only `on_hand` and `value` are known.

    `available` is on hand minus reserved; `short` is wanted and neither set aside nor coming; `used` left the
    warehouses in the last ninety days.
    """

    item_id: int
    parts: Parts

    @property
    def lying(self) -> Lying:
        return self.parts.lying.get(self.item_id, self.parts.nothing)

    @property
    def on_hand(self) -> Decimal:
        return self.lying.on_hand

    @property
    def reserved(self) -> Decimal | None:
        return self.lying.reserved

    @property
    def places(self) -> tuple[str, ...]:
        return self.lying.places

    @property
    def available(self) -> Decimal | None:
        return self.lying.available

    @property
    def incoming(self) -> Decimal:
        return self.parts.coming.get(self.item_id, (NOTHING, None))[0]

    @property
    def next_on(self) -> date | None:
        return self.parts.coming.get(self.item_id, (NOTHING, None))[1]

    @property
    def short(self) -> Decimal:
        return self.parts.lacking.get(self.item_id, NOTHING)

    @property
    def used(self) -> Decimal:
        return self.parts.gone.get(self.item_id, NOTHING)

    @property
    def value(self) -> Decimal | None:
        return self.parts.values.get(self.item_id, Decimal(0)) if self.parts.with_value else None

    @property
    def lasts(self) -> int | None:
        """For how many days the available goods last at the pace of the last ninety days."""
        available, used = self.available, self.used
        if available is None or used <= 0:
            return None
        return max(int(available * LOOKED_BACK.days / used), 0)


def stock_of_items(item_ids: Sequence[int], view: StockView, *, with_value: bool) -> dict[int, ItemStock]:
    """The stock of items; every one asked for is answered. What is asked of them costs five statements at most."""
    parts = (PastParts if view.is_past else Parts)(item_ids, view, with_value=with_value)
    return {pk: ItemStock(pk, parts) for pk in item_ids}


def value_of_stock(view: StockView, items: Any = None) -> Decimal:
    """What the stock of these items (a queryset; all by default) is worth, to the cent. At most three statements."""
    if view.is_past:
        at = view.at or view.known_at or timezone.now()
        ids = None if items is None else list(items.values_list("pk", flat=True))
        rows = stock_as_of(at, view.known_at, item_ids=ids, warehouse_ids=view.warehouse_ids, by=())
        return (rows[0].value or Decimal(0)) if rows else Decimal(0)
    if items is None:
        return next(iter(_ask_value(view.warehouse_ids)), None) or Decimal(0)
    layers = CostLayer.objects.filter(left_qty__gt=0, warehouse__in=view.warehouse_ids)
    layers = layers.filter(item__in=items.order_by().values("pk"))
    return layers.aggregate(total=Sum("left_value"))["total"] or Decimal(0)
