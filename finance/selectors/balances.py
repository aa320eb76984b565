"""What is owed on any day, both ways, in the base currency unless said otherwise.

A day's figure counts documents dated up to it and what had settled them by then. It is read from the ledger's
caches minus what came later, so today's costs an index over open documents, and an old day's its later rows.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, DecimalField, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from core.access.scope import Scope, condition
from core.actors import Actor
from core.money import ZERO, cents
from core.remembered import remembered, remembered_for_all
from core.selectors.rates import rate_on
from finance.choices import InvoiceKind, PaymentDirection
from finance.models import Allocation, BankAccount, Invoice, Payment

MONEY = DecimalField(max_digits=18, decimal_places=2)
NO_MONEY = Value(ZERO, output_field=MONEY)
BUCKETS = (30, 60, 90)
OPEN = Q(allocated__lt=F("gross_amount"))
DEBT = ("pk", "client_id", "client__name", "due_on", "gross_amount", "allocated", "rate", "legal_entity_id")


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


@dataclass(frozen=True)
class Debt:
    """A posted invoice or bill that was open at the end of a day; `amount` is what was, in the base currency."""

    document_id: int
    client_id: int
    client: str
    due_on: date | None
    amount: Decimal
    legal_entity_id: int


@remembered_for_all
def _settled_later(on: Any, kind: Any) -> QuerySet[Any, Any]:
    """What was allocated after a day to documents of a kind, by document."""
    later = Allocation.objects.filter(allocated_on__gt=on, invoice__kind=kind)
    return later.order_by().values("invoice").annotate(total=Sum("amount")).values_list("invoice", "total")


@remembered
def _open_of_clients(clients: Any, on: Any, kind: Any, user: Any) -> QuerySet[Any, Any]:
    documents = Invoice.objects.posted().filter(OPEN, kind=kind, issued_on__lte=on, client__in=clients.each)
    return documents.visible_to(user).values_list(*DEBT)


def open_on(
    on: date, kind: str = InvoiceKind.INVOICE, *, client_ids: Sequence[int] | None = None, user: Actor | None = None
) -> list[Debt]:
    """The invoices (or bills) dated up to `on` that were not settled by its end; two statements.

    With `user` only documents that he may see.
    """
    settled_later = dict(_settled_later(on, kind))
    if client_ids is not None and user is not None and not settled_later:
        rows = _open_of_clients(list(client_ids), on, kind, user)
    else:
        documents = Invoice.objects.posted().filter(kind=kind, issued_on__lte=on)
        if client_ids is not None:
            documents = documents.filter(client__in=client_ids)
        if user is not None:
            documents = documents.visible_to(user)
        later = Allocation.objects.filter(allocated_on__gt=on, invoice__kind=kind)
        # Without later rows the condition is that of the index on open documents.
        documents = documents.filter(OPEN | Q(pk__in=later.values("invoice")) if settled_later else OPEN)
        rows = list(documents.values_list(*DEBT))
    debts = []
    for pk, client_id, client, due_on, gross, allocated, rate, entity_id in rows:
        left = gross - allocated + settled_later.get(pk, ZERO)
        if left > 0:
            debts.append(Debt(pk, client_id, client, due_on, cents(left * rate), entity_id))
    return debts


def receivables_as_of(on: date, client_ids: Sequence[int] | None = None) -> Decimal:
    """The open parts of customers' invoices at the end of `on`; advances are not set off."""
    return sum((debt.amount for debt in open_on(on, client_ids=client_ids)), ZERO)


def receivables_by_client(on: date, client_ids: Sequence[int] | None = None) -> dict[int, Decimal]:
    """The same by client; clients who owe nothing are absent."""
    return _by_client(open_on(on, client_ids=client_ids))


def overdue_by_client(on: date, client_ids: Sequence[int] | None = None) -> dict[int, Decimal]:
    """What should have been paid before `on`, by client."""
    return _by_client(debt for debt in open_on(on, client_ids=client_ids) if debt.due_on and debt.due_on < on)


def payables_as_of(on: date, client_ids: Sequence[int] | None = None) -> Decimal:
    """The open parts of suppliers' bills at the end of `on`."""
    return sum((debt.amount for debt in open_on(on, InvoiceKind.BILL, client_ids=client_ids)), ZERO)


def ageing(on: date, *, user: Actor | None = None, kind: str = InvoiceKind.INVOICE) -> list[Ageing]:
    """Receivables (or, for bills, payables) of a day by client and delay, the largest first; two statements.

    With `user` only documents that he may see.
    """
    by_client: dict[tuple[int, str], list[Decimal]] = defaultdict(lambda: [ZERO] * (len(BUCKETS) + 2))
    for debt in open_on(on, kind, user=user):
        days = (on - debt.due_on).days if debt.due_on else 0
        by_client[debt.client_id, debt.client][0 if days <= 0 else 1 + bisect_left(BUCKETS, days)] += debt.amount
    found = [Ageing(client_id, name, *amounts) for (client_id, name), amounts in by_client.items()]
    return sorted(found, key=lambda row: (-row.total, row.client))


def client_balance(client_id: int, on: date) -> Decimal:
    """All that a client owes us less all that we owe him at the end of `on`; negative: we owe him.

    Invoices and money paid out count up; credit notes, bills and money received count down. What settled what
    does not matter.
    """
    return sum(_documents_of(client_id, on), ZERO) - sum(_payments_of(client_id, on), ZERO)


@remembered_for_all
def _documents_of(client: Any, on: Any) -> QuerySet[Any, Any]:
    counts_up = When(kind=InvoiceKind.INVOICE, then=F("base_gross_amount"))
    signed = Case(counts_up, default=-F("base_gross_amount"), output_field=MONEY)
    documents = Invoice.objects.posted().filter(client=client, issued_on__lte=on)
    return documents.order_by().values("client").annotate(total=Sum(signed)).values_list("total", flat=True)


@remembered_for_all
def _payments_of(client: Any, on: Any) -> QuerySet[Any, Any]:
    incoming = When(direction=PaymentDirection.IN, then=F("base_amount"))
    signed = Case(incoming, default=-F("base_amount"), output_field=MONEY)
    payments = Payment.objects.filter(client=client, paid_on__lte=on)
    return payments.order_by().values("client").annotate(total=Sum(signed)).values_list("total", flat=True)


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


def balances_of(account_ids: Sequence[int], on: date | None = None) -> dict[int, Decimal]:
    """The balances of several accounts, each in its currency, in two statements."""
    payments = Payment.objects.filter(account__in=account_ids)
    if on is not None:
        payments = payments.filter(paid_on__lte=on)
    incoming = When(direction=PaymentDirection.IN, then=F("amount"))
    signed = Sum(Case(incoming, default=-F("amount"), output_field=MONEY))
    moved = dict(payments.order_by().values_list("account").annotate(moved=signed))
    openings = BankAccount.objects.filter(pk__in=account_ids).values_list("pk", "opening")
    return {pk: opening + moved.get(pk, ZERO) for pk, opening in openings}


def money_at_hand(user: Actor, on: date, chosen: Scope) -> Decimal:
    """What lies on all accounts the user may see at the end of `on`, in the base currency."""
    accounts = BankAccount.objects.visible_to(user).filter(condition(BankAccount, chosen))
    known = {account.pk: account for account in accounts.select_related("organization")}
    total = ZERO
    for pk, balance in balances_of(list(known), on).items():
        account, base = known[pk], known[pk].organization.currency_id
        rate = Decimal(1) if account.currency_id == base else rate_on(account.currency_id, base, on)
        total += cents(balance * rate)
    return total


def _money_in(payments: QuerySet[Payment], *, field: str = "base_amount") -> Decimal:
    incoming = When(direction=PaymentDirection.IN, then=F(field))
    signed = Case(incoming, default=-F(field), output_field=MONEY)
    return payments.aggregate(total=Coalesce(Sum(signed), NO_MONEY))["total"]


def _by_client(debts: Iterable[Debt]) -> dict[int, Decimal]:
    totals: dict[int, Decimal] = {}
    for debt in debts:
        totals[debt.client_id] = totals.get(debt.client_id, ZERO) + debt.amount
    return totals
