"""What settles what: payments and credit notes against invoices and bills."""

from __future__ import annotations

import logging
from datetime import date
from decimal import Decimal

from core import periods, policy
from core.actors import Actor
from core.errors import KeyReused
from core.transactions import command
from finance.errors import AllocationTooEarly, AlreadyReversed
from finance.models import Allocation, Invoice, Payment
from finance.services.settling import Settlement, check, lock_documents, one_source, positive_amount, settle

logger = logging.getLogger(__name__)


@command
def allocate(
    *,
    invoice_id: int,
    amount: Decimal,
    on: date,
    by: Actor,
    payment_id: int | None = None,
    credit_note_id: int | None = None,
    key: str | None = None,
    third_party: str = "",
) -> Allocation:
    """Let `amount` of a payment or a credit note settle an invoice or bill, in their common currency.

    Money that came in settles invoices; money paid out settles bills and credit notes (a refund). The payer is
    any legal entity of the invoice's client; for another client's money `third_party` says why. The same `key`
    returns the first allocation. Locks the documents, invoices before payments. Raises ForeignClient,
    AllocationTooLarge, AllocationTooEarly, CurrencyDiffers, WrongWay, InvoiceNotPosted, AlreadyReversed,
    PeriodClosed, KeyReused.
    """
    one_source(payment_id, credit_note_id)
    invoices, payments = lock_documents(
        invoice_ids=[pk for pk in (invoice_id, credit_note_id) if pk is not None],
        payment_ids=[] if payment_id is None else [payment_id],
    )
    invoice = invoices[invoice_id]
    source = payments[payment_id] if payment_id is not None else invoices[credit_note_id or 0]
    policy.require(by, "finance.allocate", invoice)
    # Read after the lock: a parallel call with the same key has committed by now.
    known = Allocation.objects.filter(key=key).first() if key else None
    if known is not None:
        return _same_wish(known, invoice, source, amount)
    wish = Settlement(invoice, source, positive_amount(amount), on, third_party=third_party, key=key)
    periods.require_open(invoice.branch_id, on)
    check(wish)
    (allocation,) = settle([wish], by=by)
    logger.info("amount allocated", extra={"allocation_id": allocation.pk, "invoice_id": invoice.pk})
    return allocation


@command
def settle_oldest(*, payment_id: int, on: date, by: Actor) -> list[Allocation]:
    """Let what is left of a received payment settle the open invoices of its client, the earliest due first.

    Only invoices in the payment's currency that are dated up to `on`. A second call finds nothing left to do.
    Locks the invoices, then the payment. Raises AllocationTooEarly, AlreadyReversed, WrongWay, PeriodClosed.
    """
    payment = Payment.objects.select_related("account").get(pk=payment_id)
    policy.require(by, "finance.allocate", payment)
    debts = Invoice.objects.open_debts().filter(
        client=payment.client_id, currency=payment.currency_id, issued_on__lte=on
    )
    invoices, payments = lock_documents(invoice_ids=debts.values_list("pk", flat=True), payment_ids=[payment_id])
    payment = payments[payment_id]
    left, wishes = payment.open_amount, []
    for invoice in sorted(invoices.values(), key=lambda row: (row.due_on or row.issued_on, row.pk)):
        amount = min(left, invoice.open_amount)
        if amount > 0:
            wishes.append(Settlement(invoice, payment, amount, on))
            left -= amount
    for wish in wishes:
        periods.require_open(wish.invoice.branch_id, on)
        check(wish)
    return settle(wishes, by=by)


@command
def reverse_allocation(*, allocation_id: int, on: date, by: Actor) -> Allocation:
    """Take an allocation back by a negative row that names it; both documents are open again by its amount.

    Reversing twice returns the first reversal; a reversal itself cannot be reversed. Locks the documents.
    Raises AllocationTooEarly, PeriodClosed.
    """
    origin = Allocation.objects.select_related("invoice").get(pk=allocation_id)
    policy.require(by, "finance.allocate", origin.invoice)
    return reverse_all([origin], on=on, by=by)[0]


def reverse_all(origins: list[Allocation], *, on: date, by: Actor) -> list[Allocation]:
    """Reverse allocations set-wise, in the order given; those reversed before give their reversal."""
    invoices, payments = lock_documents(
        invoice_ids=[pk for row in origins for pk in (row.invoice_id, row.credit_note_id) if pk is not None],
        payment_ids=[row.payment_id for row in origins if row.payment_id is not None],
    )
    done = {row.reversal_of_id: row for row in Allocation.objects.filter(reversal_of__in=origins)}
    wishes = [_mirror(origin, invoices, payments, on) for origin in origins if origin.pk not in done]
    for branch_id in sorted({wish.invoice.branch_id for wish in wishes}):
        periods.require_open(branch_id, on)
    done |= {row.reversal_of_id: row for row in settle(wishes, by=by)}
    return [done[origin.pk] for origin in origins]


def _mirror(origin: Allocation, invoices: dict[int, Invoice], payments: dict[int, Payment], on: date) -> Settlement:
    if origin.reversal_of_id is not None:
        raise AlreadyReversed(document=origin)
    if on < origin.allocated_on:
        raise AllocationTooEarly(on=on, document=invoices[origin.invoice_id], dated=origin.allocated_on)
    source = payments[origin.payment_id] if origin.payment_id is not None else invoices[origin.credit_note_id or 0]
    return Settlement(
        invoices[origin.invoice_id], source, -origin.amount, on, third_party=origin.third_party, reversal_of=origin
    )


def _same_wish(known: Allocation, invoice: Invoice, source: Payment | Invoice, amount: Decimal) -> Allocation:
    paid_by = known.payment_id if isinstance(source, Payment) else known.credit_note_id
    if (known.invoice_id, paid_by, known.amount) != (invoice.pk, source.pk, amount):
        raise KeyReused
    return known
