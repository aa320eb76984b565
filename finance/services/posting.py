"""How invoices, credit notes and bills become final: totals, rows, number, frozen. Used by their services."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from core import events, periods
from core.actors import Actor, user_or_none
from core.money import ZERO, cents
from core.selectors.rates import rate_on
from core.services.numbers import take_number
from core.services.records import note_status
from core.tax import TaxGroup
from finance.choices import InvoiceStatus
from finance.events import InvoicePosted
from finance.models import Invoice, InvoiceLine, InvoiceTax

logger = logging.getLogger(__name__)


def post_document(
    invoice: Invoice,
    *,
    lines: Sequence[InvoiceLine],
    groups: Iterable[TaxGroup],
    series: str | None,
    at: datetime,
    by: Actor,
    issued_on: date,
) -> Invoice:
    """Store a document with its lines and taxes and post it; the number of `series` comes last, without gaps.

    `invoice` and `lines` are not saved yet; a bill brings its supplier's number and needs no series. The number
    of statements does not depend on the number of lines. Raises PeriodClosed and NoRate.
    """
    periods.require_open(invoice.branch_id, issued_on)
    groups = list(groups)
    invoice.net_amount = sum((line.net_amount for line in lines), ZERO)
    invoice.tax_amount = sum((group.tax for group in groups), ZERO)
    invoice.gross_amount = invoice.net_amount + invoice.tax_amount
    invoice.rate = rate_on(invoice.currency_id, invoice.organization.currency_id, issued_on)
    invoice.base_gross_amount = cents(invoice.gross_amount * invoice.rate)
    invoice.created_by = invoice.updated_by = user_or_none(by)
    invoice.status, invoice.issued_on = InvoiceStatus.DRAFT, issued_on
    invoice.save()
    for position, line in enumerate(lines, start=1):
        line.invoice, line.position = invoice, position
    InvoiceLine.objects.bulk_create(lines)
    InvoiceTax.objects.bulk_create(
        [
            InvoiceTax(invoice=invoice, percent=group.percent, net_amount=group.net, tax_amount=group.tax)
            for group in groups
        ]
    )
    note_status(invoice, old=InvoiceStatus.DRAFT, new=InvoiceStatus.POSTED, at=at, by=by)
    events.publish(InvoicePosted(invoice_id=invoice.pk))
    if series is not None:
        invoice.number = take_number(series, organization=invoice.organization, on=issued_on)
    invoice.status, invoice.posted_at = InvoiceStatus.POSTED, at
    invoice.save(update_fields=["number", "status", "posted_at"])
    logger.info("document posted", extra={"invoice_id": invoice.pk, "kind": invoice.kind, "lines": len(lines)})
    return invoice
