"""Orders and revenue: by year, month, channel, seller, territory, item and offer.

Revenue is net, before tax and freight. Amounts are those of the documents, unrounded: imported history is exact
to four places (its lines to six), own orders to the cent. Statement counts do not depend on what lies behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, tzinfo
from decimal import Decimal
from typing import Literal

from django.db.models import CharField, Count, DecimalField, F, Q, QuerySet, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Abs, ExtractMonth, ExtractYear

from reports.selectors.period import EVERYTHING, Scope, bounds
from sales.choices import OrderStatus
from sales.models import OrderLine, SalesOrder

NOTHING = Decimal(0)
EXACT = DecimalField(max_digits=30, decimal_places=10)
COUNTED = (OrderStatus.CONFIRMED, OrderStatus.IN_PROGRESS, OrderStatus.DONE)
Side = Literal["year", "month", "channel", "territory", "owner", "client", "legal_entity", "branch"]


def _computed(side: Side, zone: tzinfo) -> dict[str, Combinable]:
    """The sides that are computed from the moment of the order; a month comes with its year."""
    year: dict[str, Combinable] = {"side_year": ExtractYear("ordered_at", tzinfo=zone)}
    if side == "year":
        return year
    return {**year, "side_month": ExtractMonth("ordered_at", tzinfo=zone)} if side == "month" else {}


@dataclass(frozen=True)
class OrderSums:
    """How many orders, and their amounts; `key` holds the values of the sides asked for, in that order."""

    key: tuple[object, ...]
    orders: int
    net: Decimal
    tax: Decimal
    freight: Decimal
    gross: Decimal


def orders(scope: Scope = EVERYTHING) -> QuerySet[SalesOrder]:
    """Confirmed and later orders (no drafts, no cancelled ones) of a scope, by the day they were ordered."""
    return scope.within(SalesOrder.objects.filter(status__in=COUNTED), "ordered_at")


def order_sums(*sides: Side, scope: Scope = EVERYTHING, only: Q | None = None) -> list[OrderSums]:
    """Orders summed along sides, sorted by them; without sides one row over all (zeros when there are none)."""
    rows = orders(scope)
    if only is not None:
        rows = rows.filter(only)
    sums = {
        "count": Count("pk"),
        "net": Sum("net_amount", default=NOTHING),
        "tax": Sum("tax_amount", default=NOTHING),
        "freight": Sum("freight_amount", default=NOTHING),
        "gross": Sum("gross_amount", default=NOTHING),
    }
    if not sides:
        found = [rows.aggregate(**sums)]
        keys: list[str] = []
    else:
        keys, zone = [], scope.zone
        for side in sides:
            computed = _computed(side, zone)
            rows = rows.annotate(**computed)
            keys += list(computed) or [side]
        found = list(rows.order_by(*keys).values(*keys).annotate(**sums))
    return [
        OrderSums(
            key=tuple(row[key] for key in keys),
            orders=row["count"],
            net=row["net"],
            tax=row["tax"],
            freight=row["freight"],
            gross=row["gross"],
        )
        for row in found
    ]


def orders_with_gap(scope: Scope = EVERYTHING, *, above: Decimal = Decimal("0.01")) -> QuerySet[SalesOrder]:
    """Imported orders whose stated net misses the sum of their lines by more than `above`."""
    return orders(scope).annotate(gap_size=Abs("line_gap")).filter(gap_size__gt=above).order_by("pk")


def order_lines(scope: Scope = EVERYTHING) -> QuerySet[OrderLine]:
    """The lines of the orders of a scope."""
    return OrderLine.objects.filter(order__in=orders(scope).order_by())


DISCOUNT = F("qty") * F("unit_price") * F("discount_pct") / Value(Decimal(100), output_field=EXACT)


@dataclass(frozen=True)
class LineSums:
    """Lines with their units, net and the discount given on them (quantity × price × discount)."""

    label: str
    lines: int
    units: Decimal
    net: Decimal
    discount: Decimal


def _line_sums(rows: QuerySet[OrderLine], side: Combinable) -> list[LineSums]:
    grouped = (
        rows.order_by()
        .values(label=side)
        .annotate(
            lines=Count("pk"),
            units=Sum("qty", default=NOTHING),
            net=Sum("net_amount", default=NOTHING),
            discount=Sum(DISCOUNT, default=NOTHING, output_field=EXACT),
        )
        .order_by("label")
    )
    return [LineSums(**row) for row in grouped]


def line_sums(scope: Scope = EVERYTHING) -> LineSums:
    """All lines of a scope together."""
    found = _line_sums(order_lines(scope), Value("", output_field=CharField()))
    return found[0] if found else LineSums("", 0, NOTHING, NOTHING, NOTHING)


def lines_by_offer(scope: Scope = EVERYTHING) -> list[LineSums]:
    """Lines by the special offer they were sold under; an empty label is no offer."""
    return _line_sums(order_lines(scope), F("offer"))


@dataclass(frozen=True)
class ItemSales:
    item_id: int
    sku: str
    name: str
    revenue: Decimal
    units: Decimal


def item_sales(scope: Scope = EVERYTHING) -> list[ItemSales]:
    """Revenue (after discount, before tax) and units of every sold item, by item."""
    grouped = (
        order_lines(scope)
        .order_by()
        .values("item_id", "item__sku", "item__name")
        .annotate(revenue=Sum("net_amount"), units=Sum("qty"))
        .order_by("item_id")
    )
    return [
        ItemSales(row["item_id"], row["item__sku"], row["item__name"], row["revenue"], row["units"]) for row in grouped
    ]


def top_items(
    scope: Scope = EVERYTHING, *, by: Literal["revenue", "units"] = "revenue", count: int = 10
) -> list[ItemSales]:
    """The items that sold most, equals in the order in which they were created."""
    return sorted(item_sales(scope), key=lambda row: (-getattr(row, by), row.item_id))[:count]


def monthly_units(year: int, scope: Scope = EVERYTHING) -> dict[int, list[Decimal]]:
    """Units per calendar month of a year, January first, for every item sold in it; a month without sale is 0."""
    zone = scope.zone
    month = ExtractMonth("order__ordered_at", tzinfo=zone)
    since, until = bounds(date(year, 1, 1), date(year, 12, 31), zone)
    lines = order_lines(scope).filter(order__ordered_at__gte=since, order__ordered_at__lt=until)
    found: dict[int, list[Decimal]] = {}
    for item, number, units in lines.order_by().values_list("item_id", month).annotate(units=Sum("qty")):
        found.setdefault(item, [NOTHING] * 12)[number - 1] = units
    return dict(sorted(found.items()))
