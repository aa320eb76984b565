"""I5 and I2: what an order says it shipped, performed and cost is what its documents and moves say."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from core.choices import Origin
from core.ledgers import Finding, checks
from inventory.choices import ItemType, MoveKind
from sales.choices import OrderCostKind, OrderStatus
from sales.models import OrderCost, OrderLine, SalesOrder, ShipmentLine

AMOUNT = DecimalField(max_digits=24, decimal_places=4)
NOTHING = Value(Decimal(0), output_field=AMOUNT)


def _sum(rows: QuerySet[Any], field: str, per: str) -> Coalesce:
    """The sum of a field over the rows that belong to the outer one; zero when there are none."""
    sums = rows.order_by().values(per).annotate(total=Sum(field)).values("total")
    return Coalesce(Subquery(sums, output_field=AMOUNT), NOTHING)


@checks("I5", "sales: shipped equals the shipment lines and their moves")
def shipped_as_documented() -> Iterable[Finding]:
    goods = OrderLine.objects.filter(order__origin=Origin.OWN, item__type=ItemType.GOODS)
    lines = ShipmentLine.objects.filter(order_line=OuterRef("pk"))
    found = goods.annotate(documented=_sum(lines, "qty", "order_line"), moved=_sum(lines, "move__qty", "order_line"))
    for line in found.exclude(shipped_qty=F("documented"), documented=F("moved")).order_by("pk"):
        yield Finding(
            "I5", "shipped", f"order line {line.pk}",
            f"says {line.shipped_qty}, its shipment lines {line.documented}, their moves {line.moved}",
        )  # fmt: skip


@checks("I5", "sales: shipped and invoiced stay within ordered")
def within_ordered() -> Iterable[Finding]:
    limit = F("qty") + F("tolerance_qty")
    broken = OrderLine.objects.filter(order__origin=Origin.OWN).filter(
        Q(shipped_qty__gt=limit) | Q(invoiced_qty__gt=limit) | Q(shipped_qty__lt=0) | Q(invoiced_qty__lt=0)
    )
    for line in broken.order_by("pk"):
        yield Finding(
            "I5", "ordered", f"order line {line.pk}",
            f"{line.qty} ordered, {line.shipped_qty} shipped, {line.invoiced_qty} invoiced",
        )  # fmt: skip


@checks("I5", "sales: shipment lines match their moves one to one")
def shipments_match_moves() -> Iterable[Finding]:
    wrong = ShipmentLine.objects.exclude(
        qty=F("move__qty"), order_line__item=F("move__item"), move__kind=MoveKind.SHIPMENT
    )
    for line in wrong.order_by("pk"):
        yield Finding("I5", "shipment lines", f"shipment line {line.pk}", "is not what its stock move says")


@checks("I5", "sales: orders are done when, and only when, every line is fulfilled")
def done_orders() -> Iterable[Finding]:
    open_lines = OrderLine.objects.filter(order=OuterRef("pk"), shipped_qty__lt=F("qty"))
    own = SalesOrder.objects.filter(origin=Origin.OWN).annotate(is_open=Exists(open_lines))
    wrong = own.filter(
        Q(status=OrderStatus.DONE, is_open=True)
        | Q(status__in=[OrderStatus.CONFIRMED, OrderStatus.IN_PROGRESS], is_open=False)
    )
    for order in wrong.order_by("pk"):
        yield Finding("I5", "orders", f"order {order.pk}", f"is {order.status}, lines left open: {order.is_open}")


@checks("I2", "sales: goods on an order cost what their stock moves say")
def goods_cost_their_moves() -> Iterable[Finding]:
    wrong = OrderCost.objects.filter(kind=OrderCostKind.GOODS).exclude(amount=F("move__value"), move__isnull=False)
    for cost in wrong.order_by("pk"):
        yield Finding("I2", "order costs", f"order cost {cost.pk}", f"{cost.amount} is not the value of its move")
    booked = OrderCost.objects.filter(move=OuterRef("move"), kind=OrderCostKind.GOODS)
    for line in ShipmentLine.objects.filter(~Exists(booked)).order_by("pk"):
        yield Finding("I2", "order costs", f"shipment line {line.pk}", "has no cost on its order")
