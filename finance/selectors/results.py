"""What orders brought in and cost. Doors that show it to people start from `results_visible_to`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from core.actors import Actor
from core.money import ZERO, cents, percent_of
from core.selectors.rates import rate_on
from finance.choices import InvoiceKind
from finance.models import Invoice, InvoiceLine
from finance.selectors.bridge import BridgePart, margin_bridge
from inventory.models import GoodsReceiptLine, LandedCostShare
from sales.models import SalesOrder
from sales.selectors.results import order_costs

__all__ = ["BridgePart", "OrderResult", "margin_bridge", "order_result", "order_results", "results_visible_to"]


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


def results_visible_to(user: Actor, order_ids: Sequence[int], at: datetime | None = None) -> dict[int, OrderResult]:
    """The results of those orders whose cost and margin `user` may see (`finance.view_results`)."""
    orders = SalesOrder.objects.visible_to(user, "finance.view_results").filter(pk__in=order_ids)
    return order_results(list(orders.values_list("pk", flat=True)), at)


def order_results(order_ids: Sequence[int], at: datetime | None = None) -> dict[int, OrderResult]:
    """The results of many orders in three statements (and one per order in a foreign currency)."""
    notes = Invoice.objects.posted().filter(kind=InvoiceKind.CREDIT_NOTE, order__in=order_ids)
    if at is not None:
        notes = notes.filter(issued_on__lte=at.date())
    credited = dict(notes.order_by().values_list("order_id").annotate(Sum("net_amount")))
    spent = order_costs(order_ids, at=at)
    orders = SalesOrder.objects.filter(pk__in=order_ids).select_related("organization")
    return {
        order.pk: OrderResult(
            order_id=order.pk,
            revenue=cents((order.net_amount - credited.get(order.pk, ZERO)) * _rate(order)),
            cost=spent.get(order.pk, ZERO),
        )
        for order in orders
    }


def _rate(order: SalesOrder) -> Decimal:
    base = order.organization.currency_id
    if order.currency_id == base:
        return Decimal(1)
    return rate_on(order.currency_id, base, (order.confirmed_at or order.ordered_at).date())


def received_values(lines: Sequence[InvoiceLine]) -> dict[int, Decimal]:
    """At what value the goods and costs of a bill's lines were received; lines that say neither count at their order.

    One statement for the deliveries, one for the costs.
    """
    receipts = {line.receipt_line_id for line in lines if line.receipt_line_id and not line.landed_cost_id}
    values = dict(GoodsReceiptLine.objects.filter(pk__in=receipts).values_list("pk", "value"))
    costs = {line.landed_cost_id for line in lines if line.landed_cost_id}
    shares = {
        (cost, line): amount
        for cost, line, amount in LandedCostShare.objects.filter(cost__in=costs).values_list("cost", "line", "amount")
    }
    found: dict[int, Decimal] = {}
    for line in lines:
        if line.landed_cost_id is not None and line.receipt_line_id is not None:
            found[line.pk] = shares.get((line.landed_cost_id, line.receipt_line_id), line.net_amount)
        elif line.landed_cost_id is not None:
            found[line.pk] = line.net_amount
        elif line.receipt_line_id is not None:
            found[line.pk] = values.get(line.receipt_line_id, line.net_amount)
        elif line.purchase_line is not None:
            found[line.pk] = cents(line.qty * line.purchase_line.price)
    return found
