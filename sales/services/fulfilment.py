"""What an order learns from making, promising, installing and invoicing."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from core import events, policy
from core.actors import SYSTEM, Actor, user_or_none
from core.money import cents
from core.quantities import qty as to_qty
from core.quantities import told
from core.remembered import remembered_for_all
from core.transactions import command
from core.updating import add_to_rows
from crm.choices import TaskStatus
from crm.models import Task
from crm.services.tasks import finish_task, ready_task
from inventory.choices import ServiceRole
from sales.choices import OrderStatus
from sales.errors import MoreInvoicedThanOrdered, MoreThanOrdered, NotALineOfTheOrder, OrderNotOpen
from sales.events import OrderDone
from sales.models import Deal, OrderCost, OrderLine, SalesOrder
from sales.selectors.orders import goods_stand_ready, has_role, is_fulfilled, is_goods, lines_of
from sales.services.orders import move_status, task_key

logger = logging.getLogger(__name__)

OPEN = (OrderStatus.CONFIRMED, OrderStatus.IN_PROGRESS)
WAITING = (TaskStatus.TODO, TaskStatus.READY, TaskStatus.DOING, TaskStatus.BLOCKED)


def locked_order(order_id: int, by: Actor, action: str) -> SalesOrder:
    """Read an order under its lock and check the right to `action`."""
    found: list[SalesOrder] = _under_lock(order_id)
    if not found:
        raise SalesOrder.DoesNotExist
    policy.require(by, action, found[0])
    return found[0]


@remembered_for_all
def _under_lock(key: Any) -> QuerySet[SalesOrder]:
    return SalesOrder.objects.locked().select_related("organization").filter(pk=key)


def advance(order: SalesOrder, lines: list[OrderLine], *, at: datetime, by: Actor) -> list[Any]:
    """Move an open order on after something was done: done when every line is, else in progress.

    Returns the events to publish, so that a caller with more of them publishes all at once.
    """
    if all(is_fulfilled(line) for line in lines):
        move_status(order, OrderStatus.DONE, at=at, by=by, done_at=at)
        logger.info("order done", extra={"order_id": order.pk})
        return [OrderDone(order_id=order.pk)]
    if order.status == OrderStatus.CONFIRMED:
        move_status(order, OrderStatus.IN_PROGRESS, at=at, by=by)
    return []


def perform(lines: list[OrderLine]) -> None:
    """Mark service lines as performed in full (one statement)."""
    left = {line.pk: {"shipped_qty": line.qty - line.shipped_qty} for line in lines if not is_fulfilled(line)}
    add_to_rows(OrderLine, left)
    for line in lines:
        line.shipped_qty = max(line.shipped_qty, line.qty)


@command
def note_made(*, line_id: int, qty: Decimal, at: datetime, by: Actor) -> OrderLine:
    """`qty` (base units) of a line was made and lies in stock. Each call adds: the report of output calls it once.

    When everything still to be shipped is set aside, the pack task becomes ready. Locks the order.
    """
    order_id = OrderLine.objects.values_list("order_id", flat=True).get(pk=line_id)
    order = locked_order(order_id, by, "sales.fulfil_order")
    if order.status not in OPEN:
        raise OrderNotOpen(number=order.number, status=order.get_status_display())
    add_to_rows(OrderLine, {line_id: {"made_qty": to_qty(qty)}})
    lines = lines_of(order)
    advance(order, lines, at=at, by=by)
    ready_to_pack(order, lines)
    return next(line for line in lines if line.pk == line_id)


def ready_to_pack(order: SalesOrder, lines: list[OrderLine]) -> None:
    """Let the storekeeper begin when the goods stand ready."""
    task = Task.objects.filter(key=task_key(order.pk, "pack"), status=TaskStatus.TODO).first()
    if task is not None and goods_stand_ready(lines):
        ready_task(task_id=task.pk, by=SYSTEM)


@command
def check_readiness(*, order_id: int, by: Actor) -> None:
    """Look again whether an order can be packed, after goods came in. Changes nothing but the pack task."""
    order = locked_order(order_id, by, "sales.fulfil_order")
    if order.status in OPEN:
        ready_to_pack(order, lines_of(order))


@command
def set_promise(*, order_id: int, promised_on: date, at: datetime, by: Actor) -> SalesOrder:
    """The day the client gets the goods; the first one is kept for comparison. The same day changes nothing.

    Lines without a day of their own follow. Locks the order. Raises OrderNotOpen.
    """
    order = locked_order(order_id, by, "sales.fulfil_order")
    if order.promised_on == promised_on:
        return order
    if order.status not in OPEN:
        raise OrderNotOpen(number=order.number, status=order.get_status_display())
    OrderLine.objects.filter(order=order, promised_on=order.promised_on).update(promised_on=promised_on)
    order.promised_on, order.updated_by = promised_on, user_or_none(by)
    order.first_promised_on = order.first_promised_on or promised_on
    order.save(update_fields=["promised_on", "first_promised_on", "updated_by"])
    return order


@command
def add_cost(
    *,
    order_id: int,
    kind: str,
    amount: Decimal,
    label: str,
    at: datetime,
    by: Actor,
    source_key: str,
    line_id: int | None = None,
    move_id: int | None = None,
    adjustment_id: int | None = None,
) -> OrderCost:
    """Book what an order cost, in its currency, to the cent; a correction is a negative amount.

    The same `source_key` returns the first row. Locks the order, also a finished one: costs come late.
    """
    order = locked_order(order_id, by, "sales.add_cost")
    first = OrderCost.objects.filter(source_key=source_key).first()
    if first is not None:
        return first
    return OrderCost.objects.create(
        order=order, line_id=line_id, kind=kind, amount=cents(amount), label=label, move_id=move_id,
        adjustment_id=adjustment_id, occurred_at=at, source_key=source_key,
    )  # fmt: skip


@command
def note_performed(*, order_id: int, line_ids: list[int], at: datetime, by: Actor) -> SalesOrder:
    """Service lines were performed in full; those performed already stay so. An order with nothing left is done.

    Locks the order. Raises OrderNotOpen, NotALineOfTheOrder.
    """
    order = locked_order(order_id, by, "sales.fulfil_order")
    lines = lines_of(order)
    services = [line for line in lines if line.pk in set(line_ids) and not is_goods(line)]
    if len(services) != len(set(line_ids)):
        raise NotALineOfTheOrder(number=order.number)
    if all(is_fulfilled(line) for line in services):
        return order
    if order.status not in OPEN:
        raise OrderNotOpen(number=order.number, status=order.get_status_display())
    perform(services)
    events.publish(*advance(order, lines, at=at, by=by))
    return order


@command
def record_installation(*, order_id: int, data: dict[str, Any], at: datetime, by: Actor) -> SalesOrder:
    """The crew installed the goods: the installation lines are performed and the deal gets the crew's data.

    The installation task is finished when nothing holds it. Recording the same again changes nothing. Locks the
    order, then its deal.
    """
    order = locked_order(order_id, by, "sales.fulfil_order")
    lines = lines_of(order)
    installed = [line for line in lines if has_role(line, ServiceRole.INSTALLATION)]
    if order.status in OPEN:
        perform(installed)
        finish_installation_task(order, at=at)
        events.publish(*advance(order, lines, at=at, by=by))
    if order.deal_id is not None and data:
        deal = Deal.objects.locked().get(pk=order.deal_id)
        merged = {**deal.field_data, **data}
        if merged != deal.field_data:
            deal.field_data, deal.updated_by = merged, user_or_none(by)
            deal.save(update_fields=["field_data", "updated_by"])
    return order


def finish_installation_task(order: SalesOrder, *, at: datetime) -> None:
    """Close the task of an installation that took place; one that waits for goods is left to their shipment."""
    task = Task.objects.filter(key=task_key(order.pk, "install")).first()
    if task is not None and task.status in {TaskStatus.READY, TaskStatus.DOING}:
        finish_task(task_id=task.pk, at=at, by=SYSTEM)


@command
def note_invoiced(*, qtys: Mapping[int, Decimal], by: Actor) -> None:
    """Add invoiced quantities to order lines (credit notes: negative), in one statement for any number.

    Each call adds: posting the invoice calls it once. Locks the lines; the caller holds the order. Raises
    MoreInvoicedThanOrdered when a line would go below zero or above what was ordered.
    """
    policy.require(by, "sales.note_invoiced")
    lines = {line.pk: line for line in OrderLine.objects.locked().filter(pk__in=list(qtys))}
    for line_id, quantity in qtys.items():
        line = lines[line_id]
        if not 0 <= line.invoiced_qty + to_qty(quantity) <= line.qty + line.tolerance_qty:
            raise MoreInvoicedThanOrdered()
    deltas = {pk: {"invoiced_qty": to_qty(quantity)} for pk, quantity in qtys.items()}
    add_to_rows(OrderLine, deltas, guard=["invoiced_qty"])


def check_quantity(line: OrderLine, wanted: Decimal) -> None:
    """Raise MoreThanOrdered when a line has less left to fulfil (over-delivery within its tolerance is fine)."""
    left = line.qty + line.tolerance_qty - line.shipped_qty
    if wanted > left:
        raise MoreThanOrdered(sku=line.item.sku, wanted=told(wanted), left=told(left), unit=line.item.unit)
