"""Writing allocations and keeping the `allocated` of their documents in step. Used by the services of finance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core import events
from core.actors import Actor, user_or_none
from core.errors import InvalidValue
from core.money import ZERO, cents
from core.updating import add_to_rows
from finance.choices import InvoiceKind, PaymentDirection, PaymentStatus
from finance.errors import (
    AllocationTooEarly,
    AllocationTooLarge,
    AlreadyReversed,
    AmountNotPositive,
    CurrencyDiffers,
    ForeignClient,
    InvoiceNotPosted,
    WrongWay,
)
from finance.events import InvoicePaid
from finance.models import Allocation, Invoice, Payment


@dataclass(frozen=True)
class Settlement:
    """`amount` of `source` (a payment or a credit note) shall settle `invoice` on a day. All three are locked."""

    invoice: Invoice
    source: Payment | Invoice
    amount: Decimal
    on: date
    third_party: str = ""
    key: str | None = None
    reversal_of: Allocation | None = None


def lock_documents(
    *, invoice_ids: Iterable[int], payment_ids: Iterable[int] = ()
) -> tuple[dict[int, Invoice], dict[int, Payment]]:
    """Lock documents in the one order of finance: invoices of all kinds by key, then payments by key."""
    invoices = {row.pk: row for row in Invoice.objects.locked().filter(pk__in=set(invoice_ids))}
    payments = {row.pk: row for row in Payment.objects.locked().filter(pk__in=set(payment_ids))}
    return invoices, payments


def positive_amount(amount: Decimal) -> Decimal:
    """`amount` with two places; raises AmountNotPositive for zero, less, or parts of a cent."""
    if amount <= 0 or cents(amount) != amount:
        raise AmountNotPositive(amount=amount)
    return cents(amount)


def check(settlement: Settlement) -> None:
    """Say no to what cannot be settled, before anything is written."""
    invoice, source = settlement.invoice, settlement.source
    if not invoice.posted_at or (isinstance(source, Invoice) and not source.posted_at):
        raise InvoiceNotPosted
    _check_direction(invoice, source)
    if source.currency_id != invoice.currency_id:
        raise CurrencyDiffers(
            source=source, source_currency=source.currency_id, document=invoice, document_currency=invoice.currency_id
        )
    if source.client_id != invoice.client_id and not settlement.third_party:
        raise ForeignClient(payer=source.legal_entity or source, client=invoice.client)
    for document, dated in ((invoice, invoice.issued_on), (source, _dated(source))):
        if dated is not None and settlement.on < dated:
            raise AllocationTooEarly(on=settlement.on, document=document, dated=dated)
    for document in (source, invoice):
        if settlement.amount > document.open_amount:
            raise AllocationTooLarge(
                wanted=settlement.amount, left=document.open_amount, currency=invoice.currency_id, document=document
            )


def settle(settlements: Sequence[Settlement], *, by: Actor) -> list[Allocation]:
    """Write allocations of locked, checked documents: one insert, one update per table.

    The CHECK constraints of the documents refuse what exceeds them; a reversal has a negative amount.
    """
    if not settlements:
        return []
    on_invoices: dict[int, Decimal] = defaultdict(lambda: ZERO)
    on_payments: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for part in settlements:
        on_invoices[part.invoice.pk] += part.amount
        part.invoice.allocated += part.amount
        counted = on_payments if isinstance(part.source, Payment) else on_invoices
        counted[part.source.pk] += part.amount
        part.source.allocated += part.amount
    add_to_rows(Invoice, {pk: {"allocated": amount} for pk, amount in on_invoices.items()})
    add_to_rows(Payment, {pk: {"allocated": amount} for pk, amount in on_payments.items()})
    rows = Allocation.objects.bulk_create([_row(part, by) for part in settlements])
    for invoice in {part.invoice.pk: part.invoice for part in settlements}.values():
        if not invoice.open_amount:
            events.publish(InvoicePaid(invoice_id=invoice.pk))
    return rows


def _row(part: Settlement, by: Actor) -> Allocation:
    return Allocation(
        invoice=part.invoice,
        payment=part.source if isinstance(part.source, Payment) else None,
        credit_note=part.source if isinstance(part.source, Invoice) else None,
        amount=part.amount,
        allocated_on=part.on,
        third_party=part.third_party,
        key=part.key,
        reversal_of=part.reversal_of,
        by=user_or_none(by),
    )


def _check_direction(invoice: Invoice, source: Payment | Invoice) -> None:
    if isinstance(source, Payment):
        if source.status == PaymentStatus.REVERSED or source.reversal_of_id:
            raise AlreadyReversed(document=source)
        fits = (invoice.kind == InvoiceKind.INVOICE) == (source.direction == PaymentDirection.IN)
    else:
        fits = source.kind == InvoiceKind.CREDIT_NOTE and invoice.kind == InvoiceKind.INVOICE
    if not fits:
        raise WrongWay(source=source, document=invoice)


def _dated(source: Payment | Invoice) -> date | None:
    return source.paid_on if isinstance(source, Payment) else source.issued_on


def one_source(payment_id: int | None, credit_note_id: int | None) -> None:
    """Raise InvalidValue unless exactly one source is named."""
    if (payment_id is None) == (credit_note_id is None):
        raise InvalidValue(field="payment_id", problem=_("name a payment or a credit note, one of them"))
