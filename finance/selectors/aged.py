"""Who owes what since when, on any day: by client or legal entity, with the documents behind each figure."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.money import ZERO, cents, percent_of
from crm.models import Client, LegalEntity
from finance.choices import InvoiceKind
from finance.models import Allocation, Invoice
from finance.selectors.balances import BUCKETS

AGES = (_("Not due"), _("1 to 30 days"), _("31 to 60 days"), _("61 to 90 days"), _("Over 90 days"))
CLIENT, ENTITY = "client", "entity"


class OpenDebt(NamedTuple):
    """A document that was open at the end of a day, and by how much, in the base currency."""

    document_id: int
    client_id: int
    entity_id: int
    due_on: date | None
    amount: Decimal

    def age(self, on: date) -> int:
        """Its place among AGES."""
        return _age(self.due_on, on)


@lru_cache(maxsize=8192)
def _age(due_on: date | None, on: date) -> int:
    days = (on - due_on).days if due_on else 0
    return 0 if days <= 0 else 1 + bisect_left(BUCKETS, days)


@dataclass
class AgedParty:
    """What a client or legal entity owes (or is owed) by age."""

    key: int
    client_id: int
    name: str = ""
    owner: str = ""
    amounts: list[Decimal] = field(default_factory=lambda: [ZERO] * len(AGES))
    documents: int = 0
    total: Decimal = ZERO


def open_debts(
    on: date, kind: str = InvoiceKind.INVOICE, *, user: Actor | None = None, narrowed: Q | None = None
) -> list[OpenDebt]:
    """Posted documents dated up to `on` that were not settled by its end; two statements for any number.

    With `user` only those he may see; `narrowed` takes more away.
    """
    documents = Invoice.objects.posted().filter(kind=kind, issued_on__lte=on)
    if user is not None:
        documents = documents.visible_to(user)
    if narrowed is not None:
        documents = documents.filter(narrowed)
    later = Allocation.objects.filter(allocated_on__gt=on, invoice__kind=kind)
    settled_later = dict(later.order_by().values_list("invoice").annotate(Sum("amount")))
    still_open = Q(allocated__lt=F("gross_amount"))
    # Without later rows the condition is that of the index on open documents.
    documents = documents.filter(still_open | Q(pk__in=later.values("invoice")) if settled_later else still_open)
    found = []
    for pk, client, entity, due_on, gross, allocated, rate in documents.values_list(
        "pk", "client_id", "legal_entity_id", "due_on", "gross_amount", "allocated", "rate"
    ):
        left = gross - allocated
        if pk in settled_later:
            left += settled_later[pk]
        if left > 0:
            found.append(OpenDebt(pk, client, entity, due_on, left if rate == 1 else cents(left * rate)))
    return found


def by_party(debts: Iterable[OpenDebt], on: date, by: str = CLIENT) -> list[AgedParty]:
    """Debts by client or legal entity and age, the largest first, with names; one statement."""
    parties: dict[int, AgedParty] = {}
    for debt in debts:
        key = debt.client_id if by == CLIENT else debt.entity_id
        party = parties.get(key)
        if party is None:
            party = parties[key] = AgedParty(key, debt.client_id)
        party.amounts[debt.age(on)] += debt.amount
        party.total += debt.amount
        party.documents += 1
    for key, name, first, last in _names(parties.keys(), by):
        parties[key].name, parties[key].owner = name, f"{first or ''} {last or ''}".strip()
    return sorted(parties.values(), key=lambda party: (-party.total, party.name))


def _names(keys: Collection[int], by: str) -> list[tuple[int, str, str, str]]:
    if by == CLIENT:
        rows = Client.objects.filter(pk__any=keys)
        return list(rows.values_list("pk", "name", "owner__first_name", "owner__last_name"))
    entities = LegalEntity.objects.filter(pk__any=keys)
    return list(entities.values_list("pk", "legal_name", "client__owner__first_name", "client__owner__last_name"))


def totals(parties: Iterable[AgedParty]) -> list[Decimal]:
    """The column sums, in the order of AGES."""
    sums = [ZERO] * len(AGES)
    columns = list(zip(*(party.amounts for party in parties), strict=True))
    return [sum(column, ZERO) for column in columns] if columns else sums


def overdue_share(debts: Iterable[OpenDebt], on: date) -> Decimal:
    """How much of what is owed is late, in per cent."""
    late = all_of = ZERO
    for debt in debts:
        all_of += debt.amount
        if debt.due_on is not None and debt.due_on < on:
            late += debt.amount
    return percent_of(late, all_of)


def days_to_pay(on: date, *, user: Actor, kind: str = InvoiceKind.INVOICE, days: int = 90) -> Decimal | None:
    """How long documents took to be paid in the last `days`, weighted by amount; None when none was. One statement."""
    paid = Allocation.objects.filter(
        payment__isnull=False,
        reversal_of=None,
        reversed_by=None,
        allocated_on__gt=on - timedelta(days=days),
        allocated_on__lte=on,
        invoice__in=Invoice.objects.visible_to(user).filter(kind=kind),
    )
    rows = paid.values_list("allocated_on", "invoice__issued_on").annotate(total=Sum("amount"))
    weighted = whole = ZERO
    for settled, issued, amount in rows:
        weighted += amount * max((settled - issued).days, 0)
        whole += amount
    return (weighted / whole).quantize(Decimal(1)) if whole else None


@dataclass(frozen=True)
class OpenDocument:
    """One line of the list behind a figure."""

    document: Invoice
    amount: Decimal
    days_late: int


def documents_of(debts: Sequence[OpenDebt], on: date) -> list[OpenDocument]:
    """The documents of debts, the earliest due first; one statement."""
    rows = Invoice.objects.filter(pk__in=[debt.document_id for debt in debts])
    found = {row.pk: row for row in rows.select_related("client", "legal_entity", "order", "purchase_order")}
    made = [
        OpenDocument(found[debt.document_id], debt.amount, max((on - debt.due_on).days, 0) if debt.due_on else 0)
        for debt in debts
        if debt.document_id in found
    ]
    return sorted(made, key=lambda row: (row.document.due_on or date.max, row.document.pk))


def due_between(debts: Iterable[OpenDebt], since: date, until: date) -> Decimal:
    """What falls due in these days, both included."""
    return sum((debt.amount for debt in debts if debt.due_on and since <= debt.due_on <= until), ZERO)


@dataclass(frozen=True)
class Week:
    """What is due in a week, both ways, and the balance at its end if everybody pays on the day."""

    first: date
    incoming: Decimal
    outgoing: Decimal
    balance: Decimal


def weeks_ahead(
    debts: Iterable[OpenDebt], bills: Iterable[OpenDebt], *, on: date, balance: Decimal, weeks: int = 13
) -> list[Week]:
    """Money that is due in the coming weeks; what is late already counts in the first."""
    monday = on - timedelta(days=on.weekday())
    due: dict[int, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for side, rows in enumerate((debts, bills)):
        for debt in rows:
            place = max(((debt.due_on or on) - monday).days // 7, 0)
            due[place][side] += debt.amount
    made = []
    for place in range(weeks):
        incoming, outgoing = due[place]
        balance += incoming - outgoing
        made.append(Week(monday + timedelta(days=7 * place), incoming, outgoing, balance))
    return made
