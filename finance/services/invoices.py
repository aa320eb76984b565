"""Invoices to customers, made from what their orders delivered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from core import policy
from core.actors import SYSTEM, Actor
from core.errors import KeyReused
from core.tax import document_totals
from core.transactions import command
from finance.choices import InvoiceKind
from finance.errors import OrderNotInvoiceable
from finance.models import Invoice, Payment
from finance.selectors.invoicing import invoice_lines, is_invoiceable, open_advances, wanted_quantities
from finance.services.bills import BillDraft, enter_bill
from finance.services.credits import CreditDraft, credit_invoice
from finance.services.posting import post_document
from finance.services.settling import Settlement, check, settle
from sales.models import SalesOrder
from sales.services import fulfilment

__all__ = ["BillDraft", "CreditDraft", "credit_invoice", "enter_bill", "invoice_order"]


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
    if not is_invoiceable(order):
        raise OrderNotInvoiceable(number=order.number, status=order.get_status_display())
    wanted = wanted_quantities(order, qtys, prepaid=prepaid)
    lines = invoice_lines(order, wanted)
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


def _open_advances(order: SalesOrder) -> list[Payment]:
    """Money received for the order that settles nothing yet, oldest first; locked by key."""
    payments = Payment.objects.locked().filter(pk__in=open_advances(order).values("pk"))
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
