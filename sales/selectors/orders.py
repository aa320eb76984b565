"""Reading orders: who may see them, and what is left to do on them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet, Sum

from core.actors import Actor
from core.remembered import remembered_for_all
from inventory.choices import ItemType, PegStatus, ServiceRole
from inventory.models import Peg, Warehouse
from sales.models import OrderLine, SalesOrder, Shipment


def orders_visible_to(user: Actor) -> QuerySet[SalesOrder]:
    return SalesOrder.objects.visible_to(user).select_related("client", "legal_entity", "owner")


@remembered_for_all
def _lines(order: Any) -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(order=order).select_related("item__unit").order_by("position")


def lines_of(order: SalesOrder) -> list[OrderLine]:
    """The lines with items and units, in their order (one statement)."""
    found: list[OrderLine] = _lines(order.pk)
    for line in found:
        line.order = order
    return found


def shipping_warehouse(branch_id: int | None) -> Warehouse | None:
    """Where goods leave from when nobody says it: the first warehouse in use, of the branch if one is named."""
    active = Warehouse.objects.filter(is_active=True).order_by("pk")
    return (active if branch_id is None else active.filter(branch=branch_id)).first()


def is_goods(line: OrderLine) -> bool:
    return line.item.type == ItemType.GOODS


def is_fulfilled(line: OrderLine) -> bool:
    """Shipped, or for a service performed, in full."""
    return line.shipped_qty >= line.qty


def has_role(line: OrderLine, role: ServiceRole) -> bool:
    return not is_goods(line) and line.item.service_role == role


def goods_stand_ready(lines: Iterable[OrderLine]) -> bool:
    """Is everything that still has to be shipped set aside in stock? False when nothing is left (two statements)."""
    left = {line.demand_key: line.qty - line.shipped_qty for line in lines if is_goods(line) and not is_fulfilled(line)}
    if not left:
        return False
    pegs = Peg.objects.filter(demand__key__in=list(left), balance__isnull=False, status=PegStatus.OPEN)
    aside = {
        row["demand__key"]: row["qty"] - row["used"]
        for row in pegs.values("demand__key").annotate(qty=Sum("qty"), used=Sum("used_qty"))
    }
    return all(aside.get(key, 0) >= qty for key, qty in left.items())


def delivered_on_time_in_full(order: SalesOrder) -> bool | None:
    """Did all goods reach the client by the day first promised? None while goods are missing or no day was promised.

    A shipment arrives on its delivery day, or without one on the day it left.
    """
    lines = [line for line in order.lines.select_related("item") if is_goods(line)]
    if not lines or order.first_promised_on is None or not all(is_fulfilled(line) for line in lines):
        return None
    last: date = max(
        shipment.delivered_on or shipment.shipped_at.date() for shipment in Shipment.objects.filter(order=order)
    )
    return last <= order.first_promised_on
