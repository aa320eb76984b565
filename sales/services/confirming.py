"""Confirming an order: its prices are fixed, its goods are wanted, its client is looked at."""

from __future__ import annotations

import logging
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from core import events, policy
from core.actors import SYSTEM, Actor
from core.money import cents
from core.remembered import remembered_for_all
from core.transactions import command
from crm.choices import ClientStatus
from crm.errors import ClientBlocked
from crm.models import Client
from inventory.choices import ItemType
from inventory.services import reservations
from sales import ports
from sales.choices import OrderStatus
from sales.errors import CreditLimitExceeded, EmptyDocument, OrderNotDraft, WarehouseMissing
from sales.events import OrderConfirmed
from sales.models import OrderLine, SalesOrder
from sales.selectors.credit import uninvoiced_orders
from sales.services.lines import day_of, require_valid
from sales.services.orders import PROMISED, lines_of, move_status, under_lock

logger = logging.getLogger(__name__)


@command
def confirm_order(*, order_id: int, at: datetime, by: Actor, strict: bool = False) -> SalesOrder:
    """Turn a draft into a promise: freeze its prices and set its goods aside.

    What is not in stock is left open for purchasing and production, unless `strict`. Confirming twice returns
    the order untouched. Locks the order, the client, then (in inventory) the stock balances. Raises
    OrderNotDraft, EmptyDocument, EntityEnded, WarehouseMissing, ClientBlocked, CreditLimitExceeded, and
    InsufficientStock from inventory.
    """
    found: list[SalesOrder] = under_lock(order_id)
    if not found:
        raise SalesOrder.DoesNotExist
    order = found[0]
    policy.require(by, "sales.confirm_order", order)
    if order.status in PROMISED:
        return order
    if order.status != OrderStatus.DRAFT:
        raise OrderNotDraft(number=order.number, status=order.get_status_display())
    confirm_locked(order, at=at, by=by, strict=strict)
    events.publish(OrderConfirmed(order_id=order.pk))
    return order


@remembered_for_all
def _clients(key: Any) -> QuerySet[Client]:
    return Client.objects.locked().filter(pk=key)


def confirm_locked(order: SalesOrder, *, at: datetime, by: Actor, strict: bool) -> None:
    """Confirm a draft that the caller holds the lock of and the right for, and who tells the others."""
    lines: list[OrderLine] = lines_of(order.pk)
    if not lines:
        raise EmptyDocument()
    on = day_of(at, order.organization)
    require_valid(order.legal_entity, on)
    _check_client(order, on)
    goods = [line for line in lines if line.item.type == ItemType.GOODS]
    if goods:
        if order.warehouse_id is None:
            raise WarehouseMissing()
        reservations.reserve_goods(
            needs=[_need(order, line, order.warehouse_id) for line in goods], by=SYSTEM, partial=not strict
        )
    move_status(order, OrderStatus.CONFIRMED, at=at, by=by, confirmed_at=at)
    logger.info("order confirmed", extra={"order_id": order.pk, "lines": len(lines)})


def _need(order: SalesOrder, line: OrderLine, warehouse_id: int) -> reservations.Need:
    return reservations.Need(
        key=line.demand_key, item_id=line.item_id, warehouse_id=warehouse_id, qty=line.qty,
        due_on=line.promised_on or order.wished_on, label=order.number,
    )  # fmt: skip


def _check_client(order: SalesOrder, on: date) -> None:
    """Refuse a blocked client and one whose credit is used up; the client's lock keeps rivals from both fitting."""
    client: Client = _clients(order.client_id)[0]
    if client.status == ClientStatus.BLOCKED:
        raise ClientBlocked(client=client)
    if client.credit_limit is None:
        return
    exposure = ports.credit_exposure(client.pk, on)
    on_order = uninvoiced_orders(client.pk)
    if exposure.receivable + on_order + order.gross_amount > client.credit_limit:
        raise CreditLimitExceeded(
            client=client, limit=client.credit_limit, receivable=exposure.receivable, overdue=exposure.overdue,
            on_order=on_order, amount=cents(order.gross_amount), currency=order.currency_id,
        )  # fmt: skip
