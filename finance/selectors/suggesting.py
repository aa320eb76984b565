"""What a payment may settle: what its text names first, then the oldest, and what has to be asked about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Q, QuerySet

from core.actors import Actor
from core.money import ZERO
from finance.choices import InvoiceKind, PaymentDirection, PaymentStatus
from finance.models import Invoice, Payment
from finance.selectors.bank import NUMBER

SHOWN = 50


@dataclass(frozen=True)
class Candidate:
    """An open document: how much of the payment is suggested for it, and why."""

    invoice: Invoice
    suggested: Decimal
    is_named: bool  # the payment's text says its number
    is_other_entity: bool
    is_foreign: bool
    days_late: int

    @property
    def open_amount(self) -> Decimal:
        return self.invoice.open_amount


@dataclass(frozen=True)
class Waiting:
    """A payment with money that settles nothing yet, and how surely we know what it is for."""

    payment: Payment
    sure: int
    possible: int

    @property
    def open_amount(self) -> Decimal:
        return self.payment.open_amount


def settles(direction: str) -> tuple[InvoiceKind, ...]:
    """Which documents money of a direction settles."""
    if direction == PaymentDirection.IN:
        return (InvoiceKind.INVOICE,)
    return (InvoiceKind.BILL, InvoiceKind.CREDIT_NOTE)


def open_documents_of(payment: Payment) -> QuerySet[Invoice]:
    """What of the payer's client the payment could settle."""
    rows = Invoice.objects.posted().filter(kind__in=settles(payment.direction), allocated__lt=F("gross_amount"))
    return rows.filter(client=payment.client_id, currency=payment.currency_id)


def candidates(payment: Payment, user: Actor, *, text: str = "", entity_only: bool = False) -> list[Candidate]:
    """Open documents that the payment may settle, in one statement: those it names first, then the earliest due.

    `text` looks for others by number or name, those of foreign clients too, which are never suggested.
    """
    rows = _open_documents(user).filter(kind__in=settles(payment.direction), currency=payment.currency_id)
    if text:
        words = text.strip()
        named = Q(number__icontains=words) | Q(client__name__icontains=words)
        rows = rows.filter(named | Q(legal_entity__legal_name__icontains=words) | Q(order__number__icontains=words))
    elif entity_only:
        rows = rows.filter(legal_entity=payment.legal_entity_id)
    else:
        rows = rows.filter(client=payment.client_id)
    found = sorted(
        rows.select_related("client", "legal_entity", "order")[: SHOWN * 4], key=lambda row: _rank(row, payment)
    )
    return _with_amounts(payment, found[:SHOWN])


def _with_amounts(payment: Payment, rows: Sequence[Invoice]) -> list[Candidate]:
    left, words = payment.open_amount, words_of(payment)
    named = {row.pk for row in rows if row.number.upper() in words and row.client_id == payment.client_id}
    made = []
    for row in rows:
        foreign = row.client_id != payment.client_id
        own = row.pk in named if named else not foreign
        amount = min(left, row.open_amount) if own else ZERO
        left -= amount
        late = (payment.paid_on - row.due_on).days if row.due_on else 0
        made.append(
            Candidate(
                row, amount, row.pk in named, row.legal_entity_id != payment.legal_entity_id, foreign, max(late, 0)
            )
        )
    return made


def _rank(row: Invoice, payment: Payment) -> tuple[bool, bool, date, int]:
    named = row.number.upper() in words_of(payment)
    return (not named, row.client_id != payment.client_id, row.due_on or row.issued_on or date.min, row.pk)


def words_of(payment: Payment) -> set[str]:
    """What in a payment's text may be a number."""
    return set(NUMBER.findall(payment.text.upper()))


def waiting(user: Actor) -> QuerySet[Payment]:
    """Payments of clients with money left that settles nothing, newest first."""
    rows = Payment.objects.visible_to(user, "finance.allocate").filter(
        status=PaymentStatus.POSTED, reversal_of=None, client__isnull=False, allocated__lt=F("amount")
    )
    return rows.select_related("client", "legal_entity", "account", "currency").order_by("-paid_on", "-pk")


def judged(payments: Iterable[Payment], user: Actor) -> list[Waiting]:
    """How many documents each payment names, and how many more are open for its client; one statement."""
    rows = list(payments)
    open_by: dict[tuple[int, str, bool], list[str]] = defaultdict(list)
    documents = _open_documents(user).filter(client__in={row.client_id for row in rows})
    for client, number, currency, kind in documents.values_list("client", "number", "currency", "kind"):
        open_by[client, currency, kind == InvoiceKind.INVOICE].append(number.upper())
    found = []
    for row in rows:
        numbers = open_by.get((row.client_id or 0, row.currency_id, row.direction == PaymentDirection.IN), [])
        words = words_of(row)
        found.append(Waiting(row, sum(number in words for number in numbers), len(numbers)))
    return found


def _open_documents(user: Actor) -> QuerySet[Invoice]:
    return Invoice.objects.visible_to(user).posted().filter(allocated__lt=F("gross_amount"))
