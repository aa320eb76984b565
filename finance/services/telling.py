"""Telling sellers of their clients' money."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.models import User
from core.notices.services import notify
from core.ui.amounts import exact_money
from finance.choices import InvoiceKind, PaymentDirection, PaymentStatus
from finance.models import Invoice, Payment

OLD = timedelta(days=31)  # what is read in later than that is history, no news


def tell_of_money(*, payment_id: int, at: datetime) -> None:
    """Tell the seller of a client, and the owner of the order it is for, that money came; once per payment.

    Not of money that went out, of reversals, and of what is long past.
    """
    payment = Payment.objects.select_related("client__owner", "order__owner", "legal_entity").get(pk=payment_id)
    came = payment.direction == PaymentDirection.IN and payment.reversal_of_id is None
    if not came or payment.status != PaymentStatus.POSTED or payment.paid_on < (at - OLD).date():
        return
    text = (
        format_lazy(_("{amount} from {entity}, for {order}"), **_words(payment), order=str(payment.order))
        if payment.order
        else format_lazy(_("{amount} from {entity}"), **_words(payment))
    )
    owners = [payment.client.owner if payment.client else None, payment.order.owner if payment.order else None]
    notify(
        users=_distinct(owners),
        kind="finance.money_in",
        text=text,
        key=f"payment:{payment.pk}",
        record=payment,
    )


def tell_of_paid_invoice(*, invoice_id: int, at: datetime) -> None:
    """Tell the seller that nothing is open on an invoice of his client any more; once per invoice."""
    invoice = Invoice.objects.select_related("client__owner", "order__owner").get(pk=invoice_id)
    settled = invoice.allocations.order_by("-allocated_on").values_list("allocated_on", flat=True).first()
    is_news = settled is not None and settled >= (at - OLD).date()
    if invoice.kind != InvoiceKind.INVOICE or invoice.open_amount or not is_news:
        return
    notify(
        users=_distinct([invoice.client.owner, invoice.order.owner if invoice.order else None]),
        kind="finance.invoice_paid",
        text=format_lazy(_("{number} of {client} is paid"), number=invoice.number, client=str(invoice.client)),
        key=f"invoice:{invoice.pk}:paid",
        record=invoice,
    )


def _words(payment: Payment) -> dict[str, str]:
    return {"amount": exact_money(payment.amount, payment.currency_id), "entity": str(payment.legal_entity or "")}


def _distinct(users: list[User | None]) -> list[User]:
    return list({user.pk: user for user in users if user is not None}.values())
