"""What many orders brought and cost, added up by the database: the set-wise side of finance's order results."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, DecimalField, F, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Round

from core.money import ZERO, percent_of
from finance.choices import InvoiceKind
from finance.models import Invoice
from finance.selectors.results import order_results
from sales.models import SalesOrder
from sales.selectors.results import costs_until

MONEY = DecimalField(max_digits=24, decimal_places=6)
NONE = Value(Decimal(0), output_field=MONEY)
HOME = F("organization__currency")


@dataclass(frozen=True)
class Margin:
    """Revenue less credit notes, and cost, of some orders; base currency, to the cent."""

    revenue: Decimal = ZERO
    cost: Decimal = ZERO
    orders: int = 0

    @property
    def amount(self) -> Decimal:
        return self.revenue - self.cost

    @property
    def pct(self) -> Decimal:
        return percent_of(self.amount, self.revenue)


def with_results(orders: QuerySet[SalesOrder], at: datetime | None = None) -> QuerySet[Any]:
    """Orders with their `revenue`, `spent` and `margin` as of `at` (or of now), as `order_results` tells them.

    Orders in the currency of their organisation are computed by the database, the few others one by one.
    """
    notes = Invoice.objects.posted().filter(kind=InvoiceKind.CREDIT_NOTE, order=OuterRef("pk"))
    if at is not None:
        notes = notes.filter(issued_on__lte=at.date())
    credited = notes.order_by().values("order").annotate(total=Sum("net_amount")).values("total")
    spent = costs_until(at).filter(order=OuterRef("pk")).order_by().values("order").annotate(total=Sum("amount"))
    foreign = list(orders.exclude(currency=HOME).order_by().values_list("pk", flat=True))
    known = order_results(foreign, at) if foreign else {}
    revenue: Combinable = Round(F("net_amount") - Coalesce(Subquery(credited), NONE, output_field=MONEY), 2)
    if known:
        whens = [When(pk=pk, then=Value(result.revenue, output_field=MONEY)) for pk, result in known.items()]
        revenue = Case(*whens, default=revenue, output_field=MONEY)
    cost = Coalesce(Subquery(spent.values("total")), NONE, output_field=MONEY)
    return orders.annotate(revenue=revenue, spent=cost).annotate(margin=F("revenue") - F("spent"))


def margins(orders: QuerySet[SalesOrder], at: datetime | None = None, *, by: str = "") -> dict[Any, Margin]:
    """Results of orders added up by a field of theirs, or all together under None; four statements, any number.

    Orders in a foreign currency cost a statement each, as they do in `order_results`.
    """
    key = by or None
    sums: dict[Any, list[Any]] = defaultdict(lambda: [ZERO, ZERO, 0])
    home = orders.filter(currency=HOME).order_by()
    notes = Invoice.objects.posted().filter(kind=InvoiceKind.CREDIT_NOTE, order__in=home.values("pk"))
    if at is not None:
        notes = notes.filter(issued_on__lte=at.date())
    # A net with more than two places is rounded once, after its credit notes, which are whole cents.
    net = _sums(home, Round(F("net_amount"), 2, output_field=MONEY), key, "")
    credited = _sums(notes.order_by(), F("net_amount"), key, "order__")
    spent = _sums(costs_until(at).filter(order__in=home.values("pk")).order_by(), F("amount"), key, "order__")
    for sign, place, rows in ((1, 0, net), (-1, 0, credited), (1, 1, spent)):
        for name, amount, count in rows:
            sums[name][place] += sign * amount
            sums[name][2] += count if rows is net else 0
    foreign = dict(orders.exclude(currency=HOME).order_by().values_list("pk", key or "pk"))
    for pk, result in (order_results(list(foreign), at) if foreign else {}).items():
        one = sums[foreign[pk] if key else None]
        one[0], one[1], one[2] = one[0] + result.revenue, one[1] + result.cost, one[2] + 1
    return {name: Margin(*values) for name, values in sums.items() if values[2] or any(values[:2])}


def _sums(rows: QuerySet[Any], amount: Combinable, key: str | None, way: str) -> list[tuple[Any, Decimal, int]]:
    sums = {"total": Sum(amount, output_field=MONEY), "n": Count("pk")}
    if key is None:
        found = rows.aggregate(**sums)
        return [(None, found["total"] or ZERO, found["n"])]
    return [(row[way + key], row["total"] or ZERO, row["n"]) for row in rows.values(way + key).annotate(**sums)]
