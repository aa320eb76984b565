"""Items by importance and steadiness: ABC of what they brought, XYZ of what was sold month by month."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from core.money import ZERO
from inventory.models import CostLayer
from reports.selectors import abc, sales, xyz
from reports.selectors.period import Scope

NOTHING = Decimal(0)
LETTERS, STEADINESS = "ABC", "XYZ"


@dataclass(frozen=True)
class Sold:
    """An item's revenue in a period, and its units in each of its months."""

    item_id: int
    sku: str
    name: str
    revenue: Decimal
    units: tuple[Decimal, ...]


def months_of(first: date, last: date) -> list[date]:
    """The first days of the months from that of `first` to that of `last`."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    start = first.year * 12 + first.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(start, start + count)]


def sold_items(scope: Scope) -> list[Sold]:
    """Every item sold in the scope (both days are named) with its months, by item (one statement)."""
    if scope.first is None or scope.last is None:
        raise ValueError("a scope with both days is needed")
    months = {month: place for place, month in enumerate(months_of(scope.first, scope.last))}
    zone = scope.zone
    month = TruncMonth("order__ordered_at", tzinfo=zone)
    rows = (
        sales.order_lines(scope)
        .order_by()
        .values_list("item_id", "item__sku", "item__name", month)
        .annotate(revenue=Sum("net_amount"), units=Sum("qty"))
    )
    found: dict[int, tuple[str, str, list[Decimal], list[Decimal]]] = {}
    for item, sku, name, at, revenue, units in rows:
        row = found.setdefault(item, (sku, name, [NOTHING], [NOTHING] * len(months)))
        row[2][0] += revenue
        row[3][months[date(at.year, at.month, 1)]] += units
    return [
        Sold(item, sku, name, revenue[0], tuple(units)) for item, (sku, name, revenue, units) in sorted(found.items())
    ]


@dataclass(frozen=True)
class Parameters:
    """The conventions of a classification, as `abc.classify` and `xyz.classify_series` take them."""

    a_limit: Decimal = abc.A_LIMIT
    b_limit: Decimal = abc.B_LIMIT
    including: bool = True
    x_limit: Decimal = xyz.X_LIMIT
    y_limit: Decimal = xyz.Y_LIMIT
    sample: bool = False


@dataclass(frozen=True)
class Classified:
    """An item with both classes."""

    sold: Sold
    abc: abc.AbcRow
    xyz: xyz.XyzRow

    @property
    def cell(self) -> str:
        return self.abc.letter + self.xyz.letter


def classify(sold: Collection[Sold], how: Parameters | None = None) -> list[Classified]:
    """Both classes of every item, the largest first. Pure arithmetic."""
    how = how or Parameters()
    by_item = {one.item_id: one for one in sold}
    rows = abc.classify(
        [(one.item_id, one.revenue) for one in sold],
        a_limit=how.a_limit, b_limit=how.b_limit, including=how.including,
    )  # fmt: skip
    return [
        Classified(
            by_item[row.key], row,
            xyz.classify_series(
                by_item[row.key].units, x_limit=how.x_limit, y_limit=how.y_limit, sample=how.sample
            ),
        )
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One of the nine: how many items, and their share of the revenue in per cent, unrounded."""

    name: str
    items: int
    share: Decimal
    item_ids: tuple[int, ...]


def cells(rows: Collection[Classified]) -> list[Cell]:
    """The nine cells, AX first, CZ last."""
    total = sum((max(row.sold.revenue, NOTHING) for row in rows), NOTHING)
    found: dict[str, list[Any]] = {a + x: [NOTHING, []] for a in LETTERS for x in STEADINESS}
    for row in rows:
        found[row.cell][0] += max(row.sold.revenue, NOTHING)
        found[row.cell][1].append(row.sold.item_id)
    return [
        Cell(name, len(ids), amount * 100 / total if total else NOTHING, tuple(ids))
        for name, (amount, ids) in found.items()
    ]


def stock_of(item_ids: Collection[int], warehouse_ids: Collection[int] | None = None) -> Decimal:
    """What lies in stock of some items now, at cost (one statement)."""
    layers = CostLayer.objects.filter(item__in=item_ids, left_value__gt=0)
    if warehouse_ids is not None:
        layers = layers.filter(warehouse__in=warehouse_ids)
    return layers.aggregate(total=Sum("left_value"))["total"] or ZERO
