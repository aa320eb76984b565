"""How much of a client's credit is used."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import DecimalField, ExpressionWrapper, F, Sum
from django.db.models.functions import Greatest

from core.choices import Origin
from core.money import ZERO, cents
from sales.choices import OrderStatus
from sales.models import OrderLine

OPEN = (OrderStatus.CONFIRMED, OrderStatus.IN_PROGRESS, OrderStatus.DONE)


def uninvoiced_orders(client_id: int) -> Decimal:
    """Gross value of what a client ordered and was not invoiced yet, to the cent (one statement)."""
    share = Greatest(F("qty") - F("invoiced_qty"), Decimal(0)) / F("qty")
    gross = ExpressionWrapper(
        F("net_amount") * share * (Decimal(1) + F("tax_percent") / Decimal(100)),
        output_field=DecimalField(max_digits=24, decimal_places=6),
    )
    lines = OrderLine.objects.filter(order__client=client_id, order__status__in=OPEN, order__origin=Origin.OWN)
    return cents(lines.aggregate(total=Sum(gross))["total"] or ZERO)
