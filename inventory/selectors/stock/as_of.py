"""Stock as of any moment, by both clocks: what had happened then, and what the system knew of it then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from django.db.models import Q, QuerySet, Sum

from core.money import ZERO
from core.quantities import NOTHING
from inventory.choices import AdjustmentTarget
from inventory.models import StockMove, ValueAdjustmentPart

Axis = Literal["item", "warehouse", "location", "lot"]

_IN = {"item": "item_id", "warehouse": "to_location__warehouse_id", "location": "to_location_id", "lot": "lot_id"}
_OUT = {**_IN, "warehouse": "from_location__warehouse_id", "location": "from_location_id"}
_ADJUSTED = {
    "item": "adjustment__layer__item_id",
    "warehouse": "adjustment__layer__warehouse_id",
    "lot": "adjustment__layer__lot_id",
}


@dataclass(frozen=True)
class StockRow:
    """Quantity (base unit) and value (base currency) of one combination of the axes asked for.

    `value` is None by place: goods that change their place inside a warehouse keep their layers, so only the
    warehouse has a value.
    """

    qty: Decimal
    value: Decimal | None
    item_id: int | None = None
    warehouse_id: int | None = None
    location_id: int | None = None
    lot_id: int | None = None


def stock_value_as_of(
    at: datetime, known_at: datetime | None = None, warehouse_ids: Collection[int] | None = None
) -> Decimal:
    """What the stock was worth at `at`, to the cent, as known at `known_at` (now when not given). Three statements."""
    rows = stock_as_of(at, known_at, warehouse_ids=warehouse_ids, by=())
    return (rows[0].value or ZERO) if rows else ZERO


def stock_as_of(
    at: datetime,
    known_at: datetime | None = None,
    item_ids: Collection[int] | None = None,
    warehouse_ids: Collection[int] | None = None,
    by: Sequence[Axis] = ("item",),
) -> list[StockRow]:
    """Stock at `at` summed along the axes of `by`, as known at `known_at`; empty combinations are left out.

    Quantities and values are the sums of moves and of later value adjustments. Three statements, whatever lies
    behind them. Sorted by the axes.
    """
    with_value = "location" not in by
    sums: dict[tuple[Any, ...], list[Decimal]] = defaultdict(lambda: [NOTHING, ZERO])
    for sign, fields, rows in _moved(at, known_at, item_ids, warehouse_ids):
        for *key, qty, value in _grouped(rows, [fields[axis] for axis in by], "qty", "value"):
            sums[tuple(key)][0] += sign * (qty or NOTHING)
            sums[tuple(key)][1] += sign * (value or ZERO)
    if with_value:
        parts = _adjusted(at, known_at, item_ids, warehouse_ids)
        for *key, amount in _grouped(parts, [_ADJUSTED[axis] for axis in by], "amount"):
            sums[tuple(key)][1] += amount or ZERO
    found = [
        StockRow(qty, value if with_value else None, **{f"{axis}_id": pk for axis, pk in zip(by, key, strict=True)})
        for key, (qty, value) in sums.items()
        if qty or (with_value and value)
    ]
    return sorted(found, key=lambda row: tuple(getattr(row, f"{axis}_id") or 0 for axis in by))


def _grouped(rows: QuerySet[Any], axes: list[str], *summed: str) -> Iterable[tuple[Any, ...]]:
    """Sums of columns per combination of axes; without axes one row over all."""
    sums = {f"sum_{column}": Sum(column) for column in summed}
    if not axes:
        return [tuple(rows.aggregate(**sums).values())]
    return rows.order_by().values_list(*axes).annotate(**sums)


def _moved(
    at: datetime,
    known_at: datetime | None,
    item_ids: Collection[int] | None,
    warehouse_ids: Collection[int] | None,
) -> list[tuple[int, dict[str, str], QuerySet[StockMove]]]:
    """Moves into warehouses and moves out of them; those that stay inside one cancel out in both."""
    happened = Q(occurred_at__lte=at)
    if known_at is not None:
        happened &= Q(recorded_at__lte=known_at)
    if item_ids is not None:
        happened &= Q(item__in=item_ids)
    came, went = Q(to_location__warehouse__isnull=False), Q(from_location__warehouse__isnull=False)
    if warehouse_ids is not None:
        came, went = Q(to_location__warehouse__in=warehouse_ids), Q(from_location__warehouse__in=warehouse_ids)
    return [
        (1, _IN, StockMove.objects.filter(happened & came)),
        (-1, _OUT, StockMove.objects.filter(happened & went)),
    ]


def _adjusted(
    at: datetime,
    known_at: datetime | None,
    item_ids: Collection[int] | None,
    warehouse_ids: Collection[int] | None,
) -> QuerySet[ValueAdjustmentPart]:
    happened = Q(target=AdjustmentTarget.STOCK, adjustment__occurred_at__lte=at)
    if known_at is not None:
        happened &= Q(adjustment__recorded_at__lte=known_at)
    if item_ids is not None:
        happened &= Q(adjustment__layer__item__in=item_ids)
    if warehouse_ids is not None:
        happened &= Q(adjustment__layer__warehouse__in=warehouse_ids)
    return ValueAdjustmentPart.objects.filter(happened)
