"""What orders brought in and cost. Costs need `finance.view_results` at the door that shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet, Sum

from core.money import ZERO, cents, percent_of
from core.selectors.rates import rate_on
from finance.choices import InvoiceKind
from finance.models import Invoice
from finance.selectors.bridge import BridgePart, margin_bridge
from sales.models import OrderCost, SalesOrder

__all__ = ["BridgePart", "OrderResult", "margin_bridge", "order_result", "order_results"]


@dataclass(frozen=True)
class OrderResult:
    """Revenue is the order's net less its credit notes; cost is what its cost ledger holds. Base currency."""

    order_id: int
    revenue: Decimal
    cost: Decimal

    @property
    def margin(self) -> Decimal:
        return self.revenue - self.cost

    @property
    def margin_pct(self) -> Decimal:
        """Margin in per cent of revenue, two places; zero without revenue."""
        return percent_of(self.margin, self.revenue)


def order_result(order_id: int, at: datetime | None = None) -> OrderResult:
    """The result of an order as of `at` (credit notes dated and costs that occurred up to it), or of now."""
    return order_results([order_id], at)[order_id]


def order_results(order_ids: Sequence[int], at: datetime | None = None) -> dict[int, OrderResult]:
    """The results of many orders in three statements (and one per order in a foreign currency)."""
    credited = _by_order(
        _until(Invoice.objects.posted().filter(kind=InvoiceKind.CREDIT_NOTE), at), order_ids, "net_amount"
    )
    costs = OrderCost.objects.all() if at is None else OrderCost.objects.filter(occurred_at__lte=at)
    spent = _by_order(costs, order_ids, "amount")
    orders = SalesOrder.objects.filter(pk__in=order_ids).select_related("organization")
    return {
        order.pk: OrderResult(
            order_id=order.pk,
            revenue=cents((order.net_amount - credited.get(order.pk, ZERO)) * _rate(order)),
            cost=spent.get(order.pk, ZERO),
        )
        for order in orders
    }


def _until(invoices: QuerySet[Invoice], at: datetime | None) -> QuerySet[Invoice]:
    return invoices if at is None else invoices.filter(issued_on__lte=at.date())


def _by_order(rows: QuerySet, order_ids: Sequence[int], field: str) -> dict[int, Decimal]:
    return dict(rows.filter(order__in=order_ids).order_by().values_list("order_id").annotate(Sum(field)))


def _rate(order: SalesOrder) -> Decimal:
    base = order.organization.currency_id
    if order.currency_id == base:
        return Decimal(1)
    return rate_on(order.currency_id, base, (order.confirmed_at or order.ordered_at).date())
