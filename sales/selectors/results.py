"""What orders bring and cost, as sales knows it; what was invoiced is finance's to say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet, Sum

from core.money import ZERO, cents
from sales.models import OrderCost, OrderLine


def order_revenue(order_id: int) -> Decimal:
    """Net of the order's lines, to the cent."""
    return cents(OrderLine.objects.filter(order=order_id).aggregate(total=Sum("net_amount"))["total"] or ZERO)


def order_costs(
    order_ids: Iterable[int], *, at: datetime | None = None, known_at: datetime | None = None
) -> dict[int, Decimal]:
    """What each order cost up to a moment; an order without costs is absent (one statement)."""
    rows = costs_until(at, known_at=known_at).filter(order__in=list(order_ids)).values("order")
    return {row["order"]: row["total"] for row in rows.annotate(total=Sum("amount"))}


def order_cost(order_id: int, at: datetime | None = None) -> Decimal:
    """What an order cost up to a moment (None: all that is known)."""
    return order_costs([order_id], at=at).get(order_id, ZERO)


def costs_by_kind(order_id: int, at: datetime | None = None) -> dict[str, Decimal]:
    """The order's cost by OrderCostKind."""
    rows = costs_until(at).filter(order=order_id).values("kind").annotate(total=Sum("amount")).order_by("kind")
    return {row["kind"]: row["total"] for row in rows}


def costs_until(at: datetime | None, *, known_at: datetime | None = None) -> QuerySet[OrderCost]:
    """Cost rows that happened up to `at` and were recorded up to `known_at`; None does not limit."""
    costs = OrderCost.objects.all()
    if at is not None:
        costs = costs.filter(occurred_at__lte=at)
    return costs if known_at is None else costs.filter(recorded_at__lte=known_at)
