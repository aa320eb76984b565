"""What is owed on any day, both ways, in the base currency unless said otherwise.

A day's figure counts documents dated up to it and what had settled them by then. It is read from the ledger's
caches minus what came later, so today's costs an index over open documents, and an old day's its later rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Case, DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from core.actors import Actor
from core.money import ZERO, cents
from finance.choices import InvoiceKind, PaymentDirection
from finance.models import Allocation, BankAccount, Invoice, InvoiceQuerySet, Payment

MONEY = DecimalField(max_digits=18, decimal_places=2)
NO_MONEY = Value(ZERO, output_field=MONEY)
BUCKETS = (30, 60, 90)


@dataclass(frozen=True)
class Ageing:
    """What a client owes on a day, by how long it is due: not yet, 1–30, 31–60, 61–90 days, longer."""

    client_id: int
    client: str
    not_due: Decimal
    to_30: Decimal
    to_60: Decimal
    to_90: Decimal
    over_90: Decimal

    @property
    def total(self) -> Decimal:
        return self.not_due + self.to_30 + self.to_60 + self.to_90 + self.over_90


def open_on(on: date, kind: str = InvoiceKind.INVOICE) -> InvoiceQuerySet:
    """Posted documents of a kind dated up to `on` that were not settled then, with `open_then` in their currency.

    For credit notes what they settled and what was refunded both count.
    """
    later = Allocation.objects.filter(allocated_on__gt=on)
    settled_later: Combinable = _sum(later.filter(invoice=OuterRef("pk")))
    later_ones = Q(Exists(later.filter(invoice=OuterRef("pk"))))
    if kind == InvoiceKind.CREDIT_NOTE:
        settled_later = settled_later + _sum(later.filter(credit_note=OuterRef("pk")))
        later_ones |= Q(Exists(later.filter(credit_note=OuterRef("pk"))))
    return (
        Invoice.objects.posted()
        .filter(later_ones | Q(allocated__lt=F("gross_amount")), kind=kind, issued_on__lte=on)
        .annotate(open_then=F("gross_amount") - F("allocated") + settled_later)
        .filter(open_then__gt=0)
    )


def receivables_as_of(on: date, client_ids: Sequence[int] | None = None) -> Decimal:
    """The open parts of customers' invoices at the end of `on`; advances are not set off."""
    return sum((owed for _, owed in _owed(open_on(on), client_ids)), ZERO)


def receivables_by_client(on: date, client_ids: Sequence[int] | None = None) -> dict[int, Decimal]:
    """The same by client; clients who owe nothing are absent."""
    return _by_client(_owed(open_on(on), client_ids))


def overdue_by_client(on: date, client_ids: Sequence[int] | None = None) -> dict[int, Decimal]:
    """What should have been paid before `on`, by client."""
    return _by_client(_owed(open_on(on).filter(due_on__lt=on), client_ids))


def payables_as_of(on: date, client_ids: Sequence[int] | None = None) -> Decimal:
    """The open parts of suppliers' bills at the end of `on`."""
    return sum((owed for _, owed in _owed(open_on(on, InvoiceKind.BILL), client_ids)), ZERO)


def ageing(on: date, *, user: Actor | None = None, kind: str = InvoiceKind.INVOICE) -> list[Ageing]:
    """Receivables (or, for bills, payables) of a day by client and delay, the largest first; one statement.

    With `user` only documents that he may see.
    """
    rows = open_on(on, kind)
    if user is not None:
        rows = rows.visible_to(user)
    by_client: dict[tuple[int, str], list[Decimal]] = defaultdict(lambda: [ZERO] * (len(BUCKETS) + 2))
    for client_id, name, due_on, open_then, rate in rows.values_list(
        "client_id", "client__name", "due_on", "open_then", "rate"
    ):
        days = (on - due_on).days if due_on else 0
        bucket = 0 if days <= 0 else next((n for n, limit in enumerate(BUCKETS, 1) if days <= limit), len(BUCKETS) + 1)
        by_client[client_id, name][bucket] += cents(open_then * rate)
    found = [Ageing(client_id, name, *amounts) for (client_id, name), amounts in by_client.items()]
    return sorted(found, key=lambda row: (-row.total, row.client))


def client_balance(client_id: int, on: date) -> Decimal:
    """All that a client owes us less all that we owe him at the end of `on`; negative: we owe him.

    Invoices and money paid out count up; credit notes, bills and money received count down. What settled what
    does not matter.
    """
    documents = Invoice.objects.posted().filter(client=client_id, issued_on__lte=on)
    owed = documents.aggregate(
        total=Coalesce(
            Sum(
                Case(
                    When(kind=InvoiceKind.INVOICE, then=F("base_gross_amount")),
                    default=-F("base_gross_amount"),
                    output_field=MONEY,
                )
            ),
            NO_MONEY,
        )
    )["total"]
    return owed - _money_in(Payment.objects.filter(client=client_id, paid_on__lte=on))


def on_account(legal_entity_id: int, on: date) -> Decimal:
    """Money received from a legal entity that had settled nothing by the end of `on`, less what went out so."""
    payments = Payment.objects.filter(legal_entity=legal_entity_id, paid_on__lte=on)
    used = Allocation.objects.filter(payment__in=payments, allocated_on__lte=on)
    rows = used.values_list("payment__direction", "payment__rate").annotate(total=Sum("amount"))
    settled = sum((cents(total * rate) * (1 if way == PaymentDirection.IN else -1) for way, rate, total in rows), ZERO)
    return _money_in(payments) - settled


def bank_balance(account_id: int, on: date | None = None) -> Decimal:
    """The balance of an account in its currency: opening plus all payments, at the end of `on` or now."""
    payments = Payment.objects.filter(account=account_id)
    if on is not None:
        payments = payments.filter(paid_on__lte=on)
    opening = BankAccount.objects.values_list("opening", flat=True).get(pk=account_id)
    return opening + _money_in(payments, field="amount")


def _money_in(payments: QuerySet[Payment], *, field: str = "base_amount") -> Decimal:
    incoming = When(direction=PaymentDirection.IN, then=F(field))
    signed = Case(incoming, default=-F(field), output_field=MONEY)
    return payments.aggregate(total=Coalesce(Sum(signed), NO_MONEY))["total"]


def _sum(allocations: QuerySet[Allocation]) -> Coalesce:
    total = allocations.order_by().values("invoice__organization").annotate(total=Sum("amount")).values("total")
    return Coalesce(Subquery(total, output_field=MONEY), NO_MONEY)


def _owed(documents: InvoiceQuerySet, client_ids: Sequence[int] | None) -> Iterable[tuple[int, Decimal]]:
    if client_ids is not None:
        documents = documents.filter(client__in=client_ids)
    rows = documents.values_list("client_id", "open_then", "rate")
    return ((client_id, cents(open_then * rate)) for client_id, open_then, rate in rows)


def _by_client(owed: Iterable[tuple[int, Decimal]]) -> dict[int, Decimal]:
    totals: dict[int, Decimal] = {}
    for client_id, amount in owed:
        totals[client_id] = totals.get(client_id, ZERO) + amount
    return totals
