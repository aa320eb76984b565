"""How far a document is settled: derived from its allocations, never stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.money import ZERO
from finance.choices import InvoiceKind, InvoiceState
from finance.models import Invoice


@dataclass(frozen=True)
class Standing:
    """A document on a day. `paid_on` is the day its last open cent was settled, None while one is open."""

    state: InvoiceState
    open_amount: Decimal
    paid_on: date | None
    days_overdue: int

    @property
    def is_overdue(self) -> bool:
        return self.days_overdue > 0


def invoice_state(invoice: Invoice, on: date) -> Standing:
    """The state of an invoice, bill or credit note at the end of `on`; one statement (two for a credit note).

    An invoice that credit notes alone have settled is credited, not paid.
    """
    if invoice.posted_at is None or invoice.issued_on is None or invoice.issued_on > on:
        return Standing(InvoiceState.DRAFT, invoice.gross_amount, None, 0)
    rows = [
        (row.allocated_on, row.amount, row.credit_note_id)
        for row in invoice.allocations.filter(allocated_on__lte=on).order_by("allocated_on", "pk")
    ]
    if invoice.kind == InvoiceKind.CREDIT_NOTE:
        used = invoice.settles.filter(allocated_on__lte=on)
        rows = sorted(rows + [(row.allocated_on, row.amount, None) for row in used], key=lambda row: row[0])
    left, paid_on = invoice.gross_amount, None
    for day, amount, _note in rows:
        left -= amount
        paid_on = day if not left else None
    by_credit = bool(rows) and all(note is not None for _day, _amount, note in rows)
    state = _state(invoice.gross_amount, left, by_credit=by_credit)
    overdue = (on - invoice.due_on).days if left and invoice.due_on and on > invoice.due_on else 0
    return Standing(state, left, paid_on, overdue)


def _state(total: Decimal, left: Decimal, *, by_credit: bool) -> InvoiceState:
    if left <= ZERO:
        return InvoiceState.CREDITED if by_credit else InvoiceState.PAID
    return InvoiceState.OPEN if left == total else InvoiceState.PART_PAID


def standing_now(document: Invoice, *, by_credit: bool) -> InvoiceState:
    """How far a document is settled now, from what it carries; `by_credit`: no payment has settled any of it."""
    if document.posted_at is None:
        return InvoiceState.DRAFT
    return _state(document.gross_amount, document.open_amount, by_credit=by_credit and document.allocated > ZERO)
