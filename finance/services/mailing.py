"""Sending documents to clients, and asking for advances: through the outbox, never in the web request."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from core import policy
from core.actors import Actor
from core.jobs.services import start_job
from core.models import Attachment, Job, OutboxMessage
from core.services import outbox
from core.transactions import command
from crm.choices import Direction, InteractionKind
from crm.models import Interaction
from crm.services.interactions import log_interaction
from finance.choices import InvoiceKind
from finance.errors import InvoiceNotPosted, NotOurs, OrderNotInvoiceable
from finance.models import Invoice
from finance.selectors.invoicing import is_invoiceable
from finance.services.settling import positive_amount
from sales.models import SalesOrder

MAIL_JOB = "finance.mail_invoice"


def mail_key(invoice_id: int) -> str:
    """How the outbox knows the mails of a document."""
    return f"finance.invoice:{invoice_id}:"


@command
def mail_invoice(
    *, invoice_id: int, to: Sequence[str], subject: str, text: str, by: Actor, key: str | None = None
) -> Job:
    """Send a posted invoice or credit note with its PDF to these addresses; a worker draws it and hands it over.

    The same `key` returns the first sending. Raises InvoiceNotPosted, NotOurs for a supplier's bill.
    """
    invoice = Invoice.objects.get(pk=invoice_id)
    policy.require(by, "finance.post_invoice", invoice)
    if invoice.kind == InvoiceKind.BILL:
        raise NotOurs(number=invoice)
    if not invoice.posted_at:
        raise InvoiceNotPosted
    return start_job(
        kind=MAIL_JOB,
        params={"invoice": invoice.pk, "to": list(to), "subject": subject, "text": text},
        title=_("Send %(number)s") % {"number": invoice.number},
        key=f"finance.mail:{key}" if key else None,
        by=by,
    )


@command
def hand_over(
    *, invoice_id: int, attachment: Attachment, to: Sequence[str], subject: str, text: str, sending: str
) -> list[OutboxMessage]:
    """Put the mails of one sending into the outbox; a second run of the same `sending` adds none."""
    return [
        outbox.enqueue_mail(
            to=address,
            subject=subject,
            text=text,
            dedupe_key=f"{mail_key(invoice_id)}{sending}:{place}",
            attachment_ids=[attachment.pk],
        )
        for place, address in enumerate(to)
    ]


@command
def ask_advance(
    *,
    order_id: int,
    amount: Decimal,
    until: date,
    to: str,
    subject: str,
    text: str,
    at: datetime,
    by: Actor,
    key: str,
) -> Interaction | None:
    """Write to a client that an advance for his order is due, and note it on the order.

    The same `key` sends nothing again and returns None. Locks the order. Raises OrderNotInvoiceable, AmountNotPositive.
    """
    order = SalesOrder.objects.locked().get(pk=order_id)
    policy.require(by, "finance.ask_advance", order)
    positive_amount(amount)
    if not is_invoiceable(order):
        raise OrderNotInvoiceable(number=order.number, status=order.get_status_display())
    dedupe = f"finance.advance:{order.pk}:{key}"
    # Read after the lock: a parallel call with the same key has committed by now.
    if OutboxMessage.objects.filter(dedupe_key=dedupe).exists():
        return None
    outbox.enqueue_mail(to=to, subject=subject, text=text, dedupe_key=dedupe)
    said = _("Asked for an advance of %(amount)s %(currency)s until %(day)s")
    return log_interaction(
        kind=InteractionKind.MAIL,
        direction=Direction.OUT,
        at=at,
        subject=said % {"amount": amount, "currency": order.currency_id, "day": until},
        body=text,
        client_id=order.client_id,
        links=[order],
        by=by,
    )
