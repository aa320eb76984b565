"""What finance does when something happened in its own house."""

from django.utils import timezone

from core.events import handles
from finance.events import InvoicePaid, PaymentRecorded
from finance.services.telling import tell_of_money, tell_of_paid_invoice


@handles(PaymentRecorded)
def tell_the_seller_of_money(event: PaymentRecorded) -> None:
    tell_of_money(payment_id=event.payment_id, at=timezone.now())


@handles(InvoicePaid)
def tell_the_seller_of_a_paid_invoice(event: InvoicePaid) -> None:
    tell_of_paid_invoice(invoice_id=event.invoice_id, at=timezone.now())
