"""Invoices to customers, made from what their orders delivered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import F, Sum

from core import policy
from core.actors import SYSTEM, Actor
from core.choices import Origin
from core.errors import KeyReused
from core.money import ZERO
from core.quantities import NOTHING, show
from core.tax import document_totals
from core.transactions import command
from finance.choices import InvoiceKind, PaymentDirection, PaymentStatus
from finance.errors import (
    InvoicedMoreThanOrdered,
    NoSuchLine,
    NothingToInvoice,
    NotYetDelivered,
    OrderNotInvoiceable,
)
from finance.models import Invoice, InvoiceLine, Payment
from finance.services.bills import BillDraft, enter_bill
from finance.services.credits import CreditDraft, credit_invoice
from finance.services.posting import post_document, share_of
from finance.services.settling import Settlement, check, settle
from inventory.choices import ItemType, ServiceRole
from sales.choices import OrderStatus
from sales.models import OrderLine, SalesOrder
from sales.services import fulfilment

__all__ = ["BillDraft", "CreditDraft", "credit_invoice", "enter_bill", "invoice_order"]

INVOICEABLE = {OrderStatus.CONFIRMED, OrderStatus.IN_PROGRESS, OrderStatus.DONE}


@command
def invoice_order(
    *,
    order_id: int,
    issued_on: date,
    at: datetime,
    by: Actor,
    key: str | None = None,
    qtys: Mapping[int, Decimal] | None = None,
    prepaid: bool = False,
) -> Invoice:
    """Invoice what an order has delivered and not invoiced yet, to its legal entity, and let its advances pay.

    `qtys` ({order line: quantity}) narrows it; `prepaid` lets it go beyond what was delivered, up to what was
    ordered. Amounts are the order's, to the cent: the invoice that completes a line takes the rest of its net;
    tax is rounded once per rate of this invoice. Open advances of the order settle it, oldest first. The same
    `key` returns the first invoice. Locks the order, then the advances, then the number series.
    Raises OrderNotInvoiceable, NothingToInvoice, NotYetDelivered, InvoicedMoreThanOrdered, NoSuchLine, PeriodClosed.
    """
    order = SalesOrder.objects.locked().get(pk=order_id)
    policy.require(by, "finance.post_invoice", order)
    # Read after the lock: a parallel call with the same key has committed by now.
    known = Invoice.objects.filter(key=key).first() if key else None
    if known is not None:
        if known.order_id != order.pk:
            raise KeyReused
        return known
    if order.status not in INVOICEABLE or order.origin == Origin.IMPORTED:
        raise OrderNotInvoiceable(number=order.number, status=order.get_status_display())
    wanted = _quantities(order, qtys, prepaid=prepaid)
    lines = _lines(order, wanted)
    totals = document_totals((line.net_amount, line.tax_percent) for line in lines)
    invoice = Invoice(
        organization=order.organization,
        branch_id=order.branch_id,
        kind=InvoiceKind.INVOICE,
        client_id=order.client_id,
        legal_entity_id=order.legal_entity_id,
        order=order,
        currency_id=order.currency_id,
        due_on=issued_on + timedelta(days=order.payment_days),
        key=key,
    )
    advances = _open_advances(order)
    fulfilment.note_invoiced(qtys={line.pk: qty for line, qty in wanted.items()}, by=SYSTEM)
    post_document(invoice, lines=lines, groups=totals.groups, series="invoice", at=at, by=by, issued_on=issued_on)
    _take_advances(invoice, advances, by=by)
    return invoice


def _quantities(order: SalesOrder, qtys: Mapping[int, Decimal] | None, *, prepaid: bool) -> dict[OrderLine, Decimal]:
    """How much of each order line goes on the invoice; refuses more than was ordered or delivered."""
    lines = list(order.lines.select_related("item").order_by("position"))
    if set(qtys or ()) - {line.pk for line in lines}:
        raise NoSuchLine(number=order.number)
    wanted = {}
    for line in lines:
        left = max(line.qty, line.shipped_qty) - line.invoiced_qty
        due = left if prepaid else min(left, _delivered(line) - line.invoiced_qty)
        qty = due if qtys is None else qtys.get(line.pk, NOTHING)
        if qty <= 0:
            continue
        if qty > left:
            raise InvoicedMoreThanOrdered(item=line.item, wanted=show(qty), left=show(left), number=order.number)
        if qty > due:
            raise NotYetDelivered(item=line.item, wanted=show(qty), delivered=show(max(due, NOTHING)))
        wanted[line] = qty
    if not wanted:
        raise NothingToInvoice(number=order.number)
    return wanted


def _delivered(line: OrderLine) -> Decimal:
    """Shipped or performed; a service that nobody reports on counts as delivered with the order."""
    untold = line.item.type == ItemType.SERVICE and line.item.service_role == ServiceRole.NONE
    return line.qty if untold else line.shipped_qty


def _lines(order: SalesOrder, wanted: Mapping[OrderLine, Decimal]) -> list[InvoiceLine]:
    invoiced = dict(
        InvoiceLine.objects.filter(order_line__order=order, invoice__kind=InvoiceKind.INVOICE)
        .values_list("order_line")
        .annotate(Sum("net_amount"))
    )
    made = []
    for line, qty in wanted.items():
        if line.invoiced_qty + qty == line.qty:
            net = line.net_amount - invoiced.get(line.pk, ZERO)
        else:
            net = share_of(line.net_amount, qty=qty, of=line.qty)
        made.append(
            InvoiceLine(
                item_id=line.item_id,
                order_line=line,
                text=line.text,
                qty=qty,
                unit_price=line.unit_price,
                discount_pct=line.discount_pct,
                tax_percent=line.tax_percent,
                net_amount=net,
            )
        )
    return made


def _open_advances(order: SalesOrder) -> list[Payment]:
    """Money received for the order that settles nothing yet, oldest first; locked by key."""
    payments = Payment.objects.locked().filter(
        order=order,
        direction=PaymentDirection.IN,
        status=PaymentStatus.POSTED,
        reversal_of=None,
        client_id=order.client_id,
        currency_id=order.currency_id,
        allocated__lt=F("amount"),
    )
    return sorted(payments, key=lambda payment: (payment.paid_on, payment.pk))


def _take_advances(invoice: Invoice, advances: Sequence[Payment], *, by: Actor) -> None:
    left, wishes = invoice.open_amount, []
    for payment in advances:
        amount = min(left, payment.open_amount)
        if amount <= 0:
            break
        wish = Settlement(invoice, payment, amount, max(payment.paid_on, invoice.issued_on or payment.paid_on))
        check(wish)
        wishes.append(wish)
        left -= amount
    settle(wishes, by=by)
