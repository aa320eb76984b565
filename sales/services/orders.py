"""Orders: entered or made of a quote, changed, cancelled."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core import events, policy
from core.actors import SYSTEM, Actor, user_or_none
from core.errors import InvalidValue
from core.models import Branch
from core.money import cents
from core.quantities import qty as to_qty
from core.remembered import remembered_for_all
from core.services import numbers, records
from core.tax import DocumentTotals, document_totals
from core.transactions import command
from crm.choices import TaskStatus
from crm.models import LegalEntity, Task
from crm.services.tasks import cancel_task
from inventory.choices import ItemType
from inventory.models import Warehouse
from inventory.services import reservations
from sales.choices import OrderStatus
from sales.errors import OrderUnderWay, WarehouseMissing
from sales.events import OrderCancelled
from sales.models import Deal, OrderLine, OrderTax, Quote, SalesOrder
from sales.selectors.options import bought_lines
from sales.selectors.orders import shipping_warehouse
from sales.services.lines import LineDraft, PricedLine, day_of, priced_lines, require_valid, totals_of

logger = logging.getLogger(__name__)

OPEN_COLUMNS = frozenset({"client_reference", "wished_on", "delivery_address", "owner_id"})
PROMISED = (OrderStatus.CONFIRMED, OrderStatus.IN_PROGRESS, OrderStatus.DONE)


def task_key(order_id: int, what: str) -> str:
    """The key of an order's own tasks: `pack` or `install`."""
    return f"sales.order:{order_id}:{what}"


@command
def create_order(
    *,
    legal_entity_id: int,
    lines: Sequence[LineDraft],
    at: datetime,
    by: Actor,
    branch_id: int,
    warehouse_id: int | None = None,
    owner_id: int | None = None,
    deal_id: int | None = None,
    wished_on: date | None = None,
    client_reference: str = "",
    channel: str = "",
    terms: str = "",
    tax_included: bool = False,
    key: str | None = None,
) -> SalesOrder:
    """Enter an order without a quote; it is a draft until it is confirmed.

    Prices come from the price lists where a line names none. The same `key` returns the first order. Statements
    do not grow with the lines. Raises EntityEnded and what `priced_lines` raises.
    """
    policy.require(by, "sales.create_order")
    external_key = f"order:{key}" if key else None
    if external_key is not None:
        first = SalesOrder.objects.filter(external_key=external_key).first()
        if first is not None:
            return first
    branch = Branch.objects.select_related("organization").get(pk=branch_id)
    entity = LegalEntity.objects.select_related("client").get(pk=legal_entity_id)
    on = day_of(at, branch.organization)
    require_valid(entity, on)
    deal = Deal.objects.get(pk=deal_id) if deal_id is not None else None
    currency_id = deal.currency_id if deal else branch.organization.currency_id
    fixed = [replace(line, heading="", is_optional=False) for line in lines]  # an order has no options
    priced = priced_lines(
        fixed, legal_entity_id=entity.pk, on=on, currency_id=currency_id, branch_id=branch.pk,
        tax_included=tax_included,
    )  # fmt: skip
    order = SalesOrder(
        organization=branch.organization, branch=branch, warehouse_id=warehouse_id, client=entity.client,
        legal_entity=entity, deal=deal, owner_id=owner_id or by.pk, currency_id=currency_id, ordered_at=at,
        wished_on=wished_on, client_reference=client_reference, channel=channel, terms=terms,
        external_key=external_key,
    )  # fmt: skip
    totals = totals_of(priced)
    _store(order, [line_of(priced_line) for priced_line in priced], totals, on=on, by=by)
    return order


def line_of(line: PricedLine) -> OrderLine:
    """A priced line as a line of an order, with the item's standard cost."""
    return OrderLine(
        item=line.item, text=line.text, qty=line.qty, unit_price=line.unit_price, discount_pct=line.discount_pct,
        tax_percent=line.tax_percent, net_amount=line.net, cost_amount=cents(line.item.standard_cost * line.qty),
        price_trace=line.trace,
    )  # fmt: skip


def order_from_quote(quote: Quote, *, warehouse_id: int | None, at: datetime, by: Actor) -> SalesOrder:
    """Store a draft order with the lines and the tax of an accepted quote, and with the options the client chose.

    The number of statements does not grow with the lines.
    """
    deal, on = quote.deal, day_of(at, quote.deal.organization)
    warehouse = _warehouse(warehouse_id, branch_id=deal.branch_id)
    branch_id = deal.branch_id or (warehouse.branch_id if warehouse else None)
    if branch_id is None:
        raise WarehouseMissing()
    order = SalesOrder(
        organization=deal.organization, branch_id=branch_id,
        warehouse=warehouse, client_id=quote.legal_entity.client_id, legal_entity=quote.legal_entity, deal=deal,
        quote=quote, owner_id=deal.owner_id, currency_id=quote.currency_id, ordered_at=at, terms=quote.terms,
    )  # fmt: skip
    bought = bought_lines(quote)
    rows = [
        OrderLine(
            item=line.item, text=line.text, qty=line.qty, unit_price=line.unit_price, discount_pct=line.discount_pct,
            tax_percent=line.tax_percent, net_amount=line.net_amount, cost_amount=line.cost_amount,
            price_trace=line.price_trace, source_line=line,
        )
        for line in bought
    ]  # fmt: skip
    totals = document_totals([(line.net_amount, line.tax_percent) for line in bought])
    taxes = [(group.percent, group.net, group.tax) for group in totals.groups]
    _fill(order, net=totals.net, tax=totals.tax, by=by)
    order.number = numbers.take_number("sales_order", organization=deal.organization, on=on)
    store_lines(order, rows, taxes)
    return order


def _warehouse(warehouse_id: int | None, *, branch_id: int | None) -> Warehouse | None:
    if warehouse_id is not None:
        return Warehouse.objects.get(pk=warehouse_id)
    return shipping_warehouse(branch_id)


def _store(order: SalesOrder, rows: list[OrderLine], totals: DocumentTotals, *, on: date, by: Actor) -> None:
    _fill(order, net=totals.net, tax=totals.tax, by=by)
    order.number = numbers.take_number("sales_order", organization=order.organization, on=on)
    store_lines(order, rows, [(group.percent, group.net, group.tax) for group in totals.groups])


def _fill(order: SalesOrder, *, net: Decimal, tax: Decimal, by: Actor) -> None:
    order.net_amount, order.tax_amount, order.gross_amount = net, tax, net + tax
    order.payment_days = order.legal_entity.payment_days
    order.territory = order.legal_entity.territory
    order.delivery_address = order.legal_entity.shipping_address
    order.created_by = user_or_none(by)


def store_lines(order: SalesOrder, rows: list[OrderLine], taxes: list[tuple[Decimal, Decimal, Decimal]]) -> None:
    """Save an order with its numbered lines and its tax rows."""
    order.save()
    for position, row in enumerate(rows, start=1):
        row.order, row.position = order, position
        row.tolerance_qty = to_qty(row.qty * row.item.tolerance_pct / 100)
    OrderLine.objects.bulk_create(rows)
    OrderTax.objects.bulk_create(
        [OrderTax(order=order, percent=percent, net_amount=net, tax_amount=tax) for percent, net, tax in taxes]
    )


@remembered_for_all
def under_lock(key: Any) -> QuerySet[SalesOrder]:
    """The order of a key, locked, with what its confirmation reads."""
    return SalesOrder.objects.locked().select_related("organization", "legal_entity").filter(pk=key)


@remembered_for_all
def lines_of(order: Any) -> QuerySet[OrderLine]:
    """The lines of an order with their items."""
    return OrderLine.objects.filter(order=order).select_related("item").order_by("position")


def move_status(
    order: SalesOrder, status: OrderStatus, *, at: datetime, by: Actor, note: str = "", **changes: Any
) -> None:
    """The one place where an order's status moves on."""
    records.note_status(order, old=order.status, new=status, at=at, by=by, note=note)
    changes |= {"status": status, "updated_by": user_or_none(by)}
    for name, value in changes.items():
        setattr(order, name, value)
    order.save(update_fields=list(changes))


@command
def change_order(*, order_id: int, changes: dict[str, Any], by: Actor, version: int | None = None) -> SalesOrder:
    """Correct what stays open on an order: their number, the wished day, the delivery address, the owner.

    The same values again change nothing. Locks the order. Raises StaleVersion, and InvalidValue for a frozen column.
    """
    order = SalesOrder.objects.locked().select_related("organization").get(pk=order_id)
    policy.require(by, "sales.change_order", order)
    order.expect_version(version)
    for name in changes:
        if name not in OPEN_COLUMNS:
            raise InvalidValue(field=name, problem=_("it is frozen"))
    different = {name: value for name, value in changes.items() if getattr(order, name) != value}
    if not different:
        return order
    for name, value in different.items():
        setattr(order, name, value)
    order.updated_by = user_or_none(by)
    order.save(update_fields=[*(name.removesuffix("_id") for name in different), "updated_by"])
    return order


@command
def cancel_order(*, order_id: int, reason: str, at: datetime, by: Actor) -> SalesOrder:
    """Call an order off; its reservations are free again and its open tasks cancelled. Cancelling twice is once.

    Locks the order, then the stock. Raises OrderUnderWay once something was shipped, performed or invoiced.
    """
    order = SalesOrder.objects.locked().get(pk=order_id)
    policy.require(by, "sales.cancel_order", order)
    if order.status == OrderStatus.CANCELLED:
        return order
    lines = list(order.lines.select_related("item"))
    if order.status == OrderStatus.DONE or any(line.shipped_qty or line.invoiced_qty for line in lines):
        raise OrderUnderWay(number=order.number)
    if order.status != OrderStatus.DRAFT:
        keys = [line.demand_key for line in lines if line.item.type == ItemType.GOODS]
        reservations.cancel_demands(keys=keys, by=SYSTEM)
    keys = [task_key(order.pk, what) for what in ("pack", "install")]
    for task in Task.objects.filter(key__in=keys).exclude(status__in=[TaskStatus.DONE, TaskStatus.CANCELLED]):
        cancel_task(task_id=task.pk, by=SYSTEM)
    move_status(order, OrderStatus.CANCELLED, at=at, by=by, note=reason)
    events.publish(OrderCancelled(order_id=order.pk))
    logger.info("order cancelled", extra={"order_id": order.pk})
    return order
