"""What settles what: payments and credit notes against invoices and bills."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from core import periods, policy
from core.actors import Actor
from core.errors import DomainError, KeyReused
from core.transactions import command
from finance.errors import AllocationTooEarly, AllocationTooLarge, AlreadyReversed, NothingToAllocate
from finance.models import Allocation, Invoice, Payment
from finance.selectors.suggesting import open_documents_of
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
def allocate_payment(
    *,
    payment_id: int,
    amounts: Mapping[int, Decimal],
    by: Actor,
    on: date | None = None,
    key: str | None = None,
    third_party: str = "",
    rest_to_oldest: bool = False,
) -> list[Allocation]:
    """Let one payment settle several invoices or bills, each by its own amount, all of them or none.

    What is left stays on account of the payer's legal entity, or with `rest_to_oldest` settles the client's other
    open documents, the earliest due first. Each is dated on `on` (the day of the payment), or on the day of the
    document when that came later. The same `key` returns the first allocations. Locks the documents, then the
    payment. Raises NothingToAllocate and what `allocate` raises; `refused.invoice_id` names the document.
    """
    payment = Payment.objects.select_related("account").get(pk=payment_id)
    policy.require(by, "finance.allocate", payment)
    others = open_documents_of(payment).values_list("pk", flat=True) if rest_to_oldest else ()
    invoices, payments = lock_documents(invoice_ids=[*amounts, *others], payment_ids=[payment_id])
    # Read after the lock: a parallel call with the same key has committed by now.
    if key and (known := list(Allocation.objects.filter(key__startswith=f"{key}:").order_by("pk"))):
        if any(row.payment_id != payment_id for row in known):
            raise KeyReused
        return known
    payment, day = payments[payment_id], on or payment.paid_on
    left, wishes = payment.open_amount, []
    for invoice_id, amount in amounts.items():
        wish = _wish(invoices[invoice_id], payment, amount, day, key=key, third_party=third_party)
        if amount > left:
            raise _named(
                AllocationTooLarge(wanted=amount, left=left, currency=payment.currency_id, document=payment), invoice_id
            )
        wishes.append(wish)
        left -= amount
    if rest_to_oldest:
        for invoice in sorted(invoices.values(), key=_by_due):
            amount = min(left, invoice.open_amount)
            if invoice.pk not in amounts and amount > 0:
                wishes.append(_wish(invoice, payment, amount, day, key=key, third_party=""))
                left -= amount
    if not wishes:
        raise NothingToAllocate(payment=payment)
    for branch_id, dated in sorted({(wish.invoice.branch_id, wish.on) for wish in wishes}):
        periods.require_open(branch_id, dated)
    rows = settle(wishes, by=by)
    logger.info("payment allocated", extra={"payment_id": payment.pk, "allocations": len(rows)})
    return rows


def _wish(
    invoice: Invoice, payment: Payment, amount: Decimal, day: date, *, key: str | None, third_party: str
) -> Settlement:
    """One checked wish; a refusal names its document."""
    dated = max(day, payment.paid_on, invoice.issued_on or day)
    foreign = invoice.client_id != payment.client_id
    try:
        wish = Settlement(
            invoice, payment, positive_amount(amount), dated,
            third_party=third_party if foreign else "", key=f"{key}:{invoice.pk}" if key else None,
        )  # fmt: skip
        check(wish)
    except DomainError as refused:
        raise _named(refused, invoice.pk) from None
    return wish


def _named(refused: DomainError, invoice_id: int) -> DomainError:
    refused.invoice_id = invoice_id  # type: ignore[attr-defined]
    return refused


def _by_due(invoice: Invoice) -> tuple[date, int]:
    return (invoice.due_on or invoice.issued_on or date.min, invoice.pk)


@command
def take_back(*, allocation_ids: Sequence[int], by: Actor) -> list[Allocation]:
    """Undo allocations on their own day, as long as that is not closed; those taken back before stay so.

    Locks the documents. Raises PeriodClosed.
    """
    origins = list(Allocation.objects.filter(pk__in=allocation_ids).select_related("invoice").order_by("pk"))
    rows = []
    for origin in origins:
        policy.require(by, "finance.allocate", origin.invoice)
        rows += reverse_all([origin], on=origin.allocated_on, by=by)
    return rows


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
    for invoice in sorted(invoices.values(), key=_by_due):
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
