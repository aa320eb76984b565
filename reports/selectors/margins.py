"""What many orders brought and cost, added up by the database: the set-wise side of finance's order results."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, DecimalField, F, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Round

from core.money import ZERO, percent_of
from core.remembered import remembered
from finance.choices import InvoiceKind
from finance.models import Invoice
from finance.selectors.results import order_results
from sales.choices import OrderStatus
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
    """Results of orders added up by a field of theirs, or all together under None; two statements, any number.

    Orders in a foreign currency cost a statement each, as they do in `order_results`.
    """
    some_foreign, sums = _added(_net(orders, by), _moved(orders, at, by), by)
    foreign = dict(orders.exclude(currency=HOME).order_by().values_list("pk", by or "pk")) if some_foreign else {}
    return _with_foreign(sums, foreign, at, by)


def margin_of_client(client_id: int, since: datetime, user: Any) -> Margin | None:
    """The same for the client's orders since then that are done and that the user may see; None without any."""
    some_foreign, sums = _added(_net_of(client_id, since, user), _moved_of(client_id, since, user), "")
    foreign = {}
    if some_foreign:
        foreign = dict(_done(client_id, since, user).exclude(currency=HOME).order_by().values_list("pk", "pk"))
    return _with_foreign(sums, foreign, None, "").get(None)


def _done(client_id: Any, since: Any, user: Any) -> QuerySet[SalesOrder]:
    return SalesOrder.objects.visible_to(user).filter(client=client_id, status=OrderStatus.DONE, ordered_at__gte=since)


@remembered
def _net_of(client_id: Any, since: Any, user: Any) -> QuerySet[Any, Any]:
    return _net(_done(client_id, since, user), "")


@remembered
def _moved_of(client_id: Any, since: Any, user: Any) -> QuerySet[Any, Any]:
    return _moved(_done(client_id, since, user), None, "")


def _net(orders: QuerySet[SalesOrder], by: str) -> QuerySet[Any, Any]:
    """Rows of what orders promise: which, whether in the currency of the house, sum and number.

    A net with more than two places is rounded once, after its credit notes, which are whole cents.
    """
    is_home = Case(When(currency=HOME, then=Value(1)), default=Value(0), output_field=IntegerField())
    rows = orders.order_by().annotate(is_home=is_home, of=F(by) if by else Value(0)).values("of", "is_home")
    total = Sum(Round(F("net_amount"), 2, output_field=MONEY))
    return rows.annotate(total=total, n=Count("pk")).values_list("of", "is_home", "total", "n")


def _moved(orders: QuerySet[SalesOrder], at: datetime | None, by: str) -> QuerySet[Any, Any]:
    """Rows of what was credited and what was spent on the orders in the currency of the house; see `_sums`."""
    home = orders.filter(currency=HOME).order_by()
    notes = Invoice.objects.posted().filter(kind=InvoiceKind.CREDIT_NOTE, order__in=home.values("pk"))
    if at is not None:
        notes = notes.filter(issued_on__lte=at.date())
    spent = costs_until(at).filter(order__in=home.values("pk"))
    return _sums(notes, "net_amount", 0, by).union(_sums(spent, "amount", 1, by), all=True)


def _added(net: Iterable[Any], moved: Iterable[Any], by: str) -> tuple[bool, dict[Any, list[Any]]]:
    """Whether orders in other currencies are among them, and revenue, cost and number of the others by field."""
    sums: dict[Any, list[Any]] = defaultdict(lambda: [ZERO, ZERO, 0])
    some_foreign = False
    for of, is_home, total, number in net:
        if is_home:
            one = sums[of if by else None]
            one[0], one[2] = one[0] + (total or ZERO), one[2] + number
        else:
            some_foreign = True
    for of, place, total in moved:
        sums[of if by else None][place] += (total or ZERO) * (1 if place else -1)
    return some_foreign, sums


def _with_foreign(
    sums: dict[Any, list[Any]], foreign: dict[int, Any], at: datetime | None, by: str
) -> dict[Any, Margin]:
    for pk, result in (order_results(list(foreign), at) if foreign else {}).items():
        one = sums[foreign[pk] if by else None]
        one[0], one[1], one[2] = one[0] + result.revenue, one[1] + result.cost, one[2] + 1
    return {name: Margin(*values) for name, values in sums.items() if values[2] or any(values[:2])}


def _sums(rows: QuerySet[Any], amount: str, place: int, by: str) -> QuerySet[Any, Any]:
    """Rows of orders added up by a field of the order: which one, where the sum belongs (0 revenue, 1 cost), and it."""
    of = F(f"order__{by}") if by else Value(0)
    marked = rows.order_by().annotate(of=of, place=Value(place)).values("of", "place")
    return marked.annotate(total=Sum(F(amount), output_field=MONEY)).values_list("of", "place", "total")
