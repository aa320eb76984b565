"""Orders of a period: ordered, shipped, and what they earned."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Round
from django.utils.translation import gettext_lazy as _

from core.money import ZERO
from reports.definitions.parts import MONEY, ONE, parts
from reports.indicators import Indicator, Params, Rows, register
from reports.selectors import sales
from reports.selectors.margins import Margin, margins, with_results
from reports.selectors.sides import lines_of
from sales.choices import OrderStatus, ShipmentStatus
from sales.models import SalesOrder, Shipment, ShipmentLine

# The share of an order line that left, to the cent.
SHIPPED = Round(F("order_line__net_amount") * F("qty") / F("order_line__qty"), 2, output_field=MONEY)


def ordered(params: Params) -> QuerySet[SalesOrder]:
    return params.of_owner(sales.orders(params.scope))


def finished(params: Params) -> QuerySet[SalesOrder]:
    """Own orders that were completed in the period."""
    orders = SalesOrder.objects.filter(status=OrderStatus.DONE, origin="own")
    return params.of_owner(params.scope.within(orders, "done_at"))


def shipped(params: Params) -> QuerySet[ShipmentLine]:
    """The lines of what left in the period."""
    shipments = params.scope.within(Shipment.objects.exclude(status=ShipmentStatus.DRAFT), "shipped_at")
    return ShipmentLine.objects.filter(shipment__in=params.of_owner(shipments, "order__owner").order_by().values("pk"))


def earned(params: Params) -> Margin:
    """The result of the orders finished in the period, as it stood at its end."""
    return margins(finished(params), params.evening).get(None, Margin())


def _finished_records(params: Params) -> Sequence[Rows]:
    return [parts(with_results(finished(params), params.evening), F("margin"), F("revenue"))]


def _order_margin(params: Params) -> Decimal:
    return margins(ordered(params).filter(origin="own")).get(None, Margin()).amount


def _order_margin_records(params: Params) -> Sequence[Rows]:
    return [parts(with_results(ordered(params).filter(origin="own")), F("margin"))]


def _sum(rows: QuerySet[Any], amount: Any) -> Decimal:
    return rows.order_by().aggregate(total=Sum(amount))["total"] or ZERO


register(
    Indicator(
        "revenue", _("Revenue ordered"), "money", "sales.view_salesorder",
        lambda p: _sum(ordered(p), "net_amount"), lambda p: [parts(ordered(p), F("net_amount"))],
        help=_("Net of the orders of the period, without drafts and cancelled ones."),
    ),
    Indicator(
        "sales", _("Sales by line"), "money", "sales.view_salesorder",
        lambda p: _sum(lines_of(p.scope, p.only), "net_amount"),
        lambda p: [parts(lines_of(p.scope, p.only), F("net_amount"))],
        help=_("Net of the lines of the orders of the period, after discounts and before tax."),
    ),
    Indicator(
        "orders", _("Orders"), "count", "sales.view_salesorder",
        lambda p: Decimal(ordered(p).count()), lambda p: [parts(ordered(p), ONE)],
        help=_("Orders of the period, without drafts and cancelled ones."),
    ),
    Indicator(
        "shipped_amount", _("Shipped"), "money", "sales.view_shipment",
        lambda p: _sum(shipped(p), SHIPPED), lambda p: [parts(shipped(p), SHIPPED)],
        help=_("Net of the goods that left in the period, by the share of each order line."),
    ),
    Indicator(
        "finished_margin", _("Margin of finished orders"), "money", "reports.view_costs",
        lambda p: earned(p).amount, lambda p: [parts(with_results(finished(p), p.evening), F("margin"))],
        help=_("Revenue less credit notes and costs of the orders completed in the period, as known at its end."),
    ),
    Indicator(
        "margin_pct", _("Gross margin, %"), "percent", "reports.view_costs",
        lambda p: earned(p).pct, _finished_records,
        part_label=_("Margin"), help=_("Margin of the orders completed in the period, of their revenue."),
    ),
    Indicator(
        "order_margin", _("Margin of orders"), "money", "reports.view_costs", _order_margin, _order_margin_records,
        help=_("Revenue less credit notes and all costs so far of the orders of the period, finished or not."),
    ),
)  # fmt: skip
