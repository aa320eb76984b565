"""How much of an order has gone out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Avg, DecimalField, F, QuerySet, Sum
from django.db.models.expressions import Value
from django.db.models.functions import Least

from core.remembered import remembered_for_all
from sales.choices import OrderStatus
from sales.models import OrderLine

SHARE = DecimalField(max_digits=30, decimal_places=10)


@remembered_for_all
def _sums(orders: Any) -> QuerySet[Any, Any]:
    share = Least(F("shipped_qty") / F("qty"), Value(Decimal(1)), output_field=SHARE)
    sent = Sum(F("net_amount") * share, output_field=SHARE)
    rows = OrderLine.objects.filter(order__in=orders.each).exclude(order__status=OrderStatus.CANCELLED).order_by()
    sums = rows.values("order").annotate(net=Sum("net_amount"), sent=sent, alike=Avg(share))
    return sums.values_list("order", "net", "sent", "alike")


def delivered_shares(order_ids: Sequence[int]) -> dict[int, int]:
    """What of each order is shipped or performed, in whole per cent of its net value rounded down; one statement.

    Where the lines are worth nothing each counts alike. A cancelled order, and one without lines, is absent.
    """
    return {order: int((sent / net if net > 0 else alike) * 100) for order, net, sent, alike in _sums(list(order_ids))}
