"""Who owes what since when, on any day: by client or legal entity, with the documents behind each figure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple, overload

from django.db.models import BooleanField, DecimalField, ExpressionWrapper, F, Q, Sum, Value
from django.db.models.functions import NullIf
from django.utils.translation import gettext_lazy as _

from core import policy
from core.access import scope
from core.access.scope import ALL, Scope
from core.actors import Actor
from core.money import ZERO, cents, percent_of
from core.remembered import Given, Statement
from crm.models import Client, LegalEntity
from finance.choices import InvoiceKind
from finance.models import Allocation, Invoice
from finance.selectors.balances import BUCKETS

AGES = (_("Not due"), _("1 to 30 days"), _("31 to 60 days"), _("61 to 90 days"), _("Over 90 days"))
CLIENT, ENTITY = "client", "entity"
NOTHING_YET = (ZERO,) * len(AGES)


class OpenDebt(NamedTuple):
    """A document that was open at the end of a day, and by how much, in the base currency."""

    document_id: int
    client_id: int
    entity_id: int
    due_on: date | None
    amount: Decimal

    def age(self, on: date) -> int:
        """Its place among AGES."""
        return place_of(self.due_on, on)


@lru_cache(maxsize=8192)
def place_of(due_on: date | None, on: date) -> int:
    """The place among AGES of what is due on a day."""
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


@dataclass(frozen=True)
class Books:
    """What was open at the end of a day, and what share of it was late at the end of an earlier one."""

    debts: list[OpenDebt]  # of the kind that is looked at
    others: list[OpenDebt]  # of the other kind, where it was asked for
    was_late: Decimal  # per cent


def open_debts(on: date, kind: str = InvoiceKind.INVOICE, *, user: Actor, chosen: Scope = ALL) -> list[OpenDebt]:
    """Posted documents dated up to `on` that were not settled by its end; two statements for any number.

    Only those the user may see, in the branch or legal entity that was chosen.
    """
    return books(on, kind, user=user, chosen=chosen).debts


def books(
    on: date,
    kind: str = InvoiceKind.INVOICE,
    *,
    user: Actor,
    chosen: Scope = ALL,
    before: date | None = None,
    other: str | None = None,
) -> Books:
    """The debts of a day, those of the `other` kind too, and the late share at the end of `before`: two statements."""
    earliest = before or on
    kinds = [kind, other] if other else [kind]
    since: dict[int, Decimal] = {}  # what was settled after the earlier day
    later: dict[int, Decimal] = {}  # and after the later one
    rows = Allocation.objects.filter(allocated_on__gt=earliest, invoice__kind__in=kinds).order_by()
    for pk, is_later, amount in rows.values_list("invoice", _is_after("allocated_on", on)).annotate(Sum("amount")):
        since[pk] = since.get(pk, ZERO) + amount
        if is_later:
            later[pk] = amount
    debts: dict[str, list[OpenDebt]] = {one: [] for one in kinds}
    late = all_of = ZERO
    settled_since, settled_later = since.get, later.get
    for pk, one, client, entity, due_on, was_there, open_now, rate in _documents(
        kinds, user, chosen, has_later=bool(since)
    ).ask(on, earliest):
        left = open_now + settled_later(pk, ZERO) if later else open_now
        if left > 0:
            debts[one].append(OpenDebt(pk, client, entity, due_on, left if rate is None else cents(left * rate)))
        if before is not None and was_there and one == kind:
            left = open_now + settled_since(pk, ZERO) if since else open_now
            amount = left if rate is None else cents(left * rate)
            all_of += amount
            if due_on is not None and due_on < before:
                late += amount
    return Books(debts[kind], debts[other] if other else [], percent_of(late, all_of))


def _is_after(field_name: str, day: Any) -> ExpressionWrapper[Q]:
    return ExpressionWrapper(Q(**{f"{field_name}__gt": day}), output_field=BooleanField())


def _documents(kinds: list[str], user: Actor, chosen: Scope, *, has_later: bool) -> Statement:
    """Documents dated up to the first given day that were open at its end or at that of the second, remembered."""
    place = ("aged", tuple(kinds), chosen, has_later)
    memory = policy.memory_of(user)
    if place not in memory:
        on, earliest = Given(0), Given(1)
        documents = Invoice.objects.posted().filter(kind__in=kinds, issued_on__lte=on)
        documents = documents.visible_to(user).filter(scope.condition(Invoice, chosen)).order_by()
        still_open = Q(allocated__lt=F("gross_amount"))
        # Without later rows the condition is that of the index on open documents.
        since = Allocation.objects.filter(allocated_on__gt=earliest)
        documents = documents.filter(still_open | Q(pk__in=since.values("invoice")) if has_later else still_open)
        memory[place] = Statement(
            documents.values_list(
                "pk",
                "kind",
                "client_id",
                "legal_entity_id",
                "due_on",
                ExpressionWrapper(Q(issued_on__lte=earliest), output_field=BooleanField()),
                F("gross_amount") - F("allocated"),
                NullIf("rate", Value(1, output_field=DecimalField())),
            )
        )
    return memory[place]  # type: ignore[no-any-return]


def by_party(debts: Iterable[OpenDebt], on: date, by: str = CLIENT) -> list[AgedParty]:
    """Debts by client or legal entity and age, the largest first and then by name; one statement."""
    return Ranking(debts, on, by)[:]


class Ranking(Sequence[AgedParty]):
    """Parties in the order of `by_party`, of which only those that are taken out of it are made and get names."""

    def __init__(self, debts: Iterable[OpenDebt], on: date, by: str) -> None:
        """Adds thousands of debts up, so its sums are bare: total, number of documents, client, then by age."""
        self.by = by
        ages: dict[date | None, int] = {}
        sums: dict[int, list[Any]] = {}
        for _pk, client, entity, due_on, amount in debts:
            key = client if by == CLIENT else entity
            if (age := ages.get(due_on)) is None:
                age = ages[due_on] = 3 + place_of(due_on, on)
            if (found := sums.get(key)) is None:
                found = sums[key] = [ZERO, 0, client, *NOTHING_YET]
            found[0] += amount
            found[1] += 1
            found[age] += amount
        self.sums = sorted(sums.items(), key=lambda pair: pair[1][0], reverse=True)

    def __len__(self) -> int:
        return len(self.sums)

    @overload
    def __getitem__(self, place: int) -> AgedParty: ...

    @overload
    def __getitem__(self, place: slice) -> list[AgedParty]: ...

    def __getitem__(self, place: int | slice) -> AgedParty | list[AgedParty]:
        if isinstance(place, int):
            return self[place : place + 1][0]
        first, last, _step = place.indices(len(self.sums))
        if last <= first:
            return []
        # Whoever owes as much as the first or the last may stand in their place: the names decide.
        since, until = first, last
        while since and self._total(since - 1) == self._total(first):
            since -= 1
        while until < len(self.sums) and self._total(until) == self._total(last - 1):
            until += 1
        return self._named(since, until)[first - since : last - since]

    def _total(self, place: int) -> Decimal:
        return self.sums[place][1][0]  # type: ignore[no-any-return]

    def _named(self, since: int, until: int) -> list[AgedParty]:
        found = {
            key: AgedParty(key, client, amounts=amounts, documents=documents, total=total)
            for key, (total, documents, client, *amounts) in self.sums[since:until]
        }
        for key, name, first, last in _names(found.keys(), self.by):
            found[key].name, found[key].owner = name, f"{first or ''} {last or ''}".strip()
        return sorted(found.values(), key=lambda party: (-party.total, party.name))


def _names(keys: Collection[int], by: str) -> list[tuple[int, str, str, str]]:
    if by == CLIENT:
        rows = Client.objects.filter(pk__any=keys)
        return list(rows.values_list("pk", "name", "owner__first_name", "owner__last_name"))
    entities = LegalEntity.objects.filter(pk__any=keys)
    return list(entities.values_list("pk", "legal_name", "client__owner__first_name", "client__owner__last_name"))


def totals(parties: Iterable[AgedParty]) -> list[Decimal]:
    """The column sums, in the order of AGES."""
    sums = [ZERO] * len(AGES)
    for party in parties:
        for place, amount in enumerate(party.amounts):
            if amount:
                sums[place] += amount
    return sums


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
