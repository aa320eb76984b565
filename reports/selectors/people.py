"""Parties counted: clients by kind, people by kind, contacts without a name, possible twins."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from crm.choices import ContactKind
from crm.models import Client, ContactPoint, LegalEntity, Person, PersonRole

NAMED = ~Q(first_name="") | ~Q(last_name="")


def named_people(people: QuerySet[Person] | None = None) -> QuerySet[Person]:
    """People of whom we know a name."""
    return (Person.objects.all() if people is None else people).filter(NAMED)


def people_by_kind(people: QuerySet[Person] | None = None) -> dict[str, int]:
    """How many named people of each kind."""
    grouped = named_people(people).order_by().values_list("kind").annotate(count=Count("pk")).order_by("kind")
    return dict(grouped)


def contacts_without_a_name(kind: ContactKind, people: QuerySet[Person] | None = None) -> QuerySet[ContactPoint]:
    """Contact points of people of whom we know no name."""
    unnamed = (Person.objects.all() if people is None else people).exclude(NAMED)
    return ContactPoint.objects.filter(kind=kind, person__in=unnamed)


@dataclass(frozen=True)
class Namesakes:
    """Groups of people with exactly the same first and last name, and how many people are in them."""

    groups: int
    people: int


def namesakes(people: QuerySet[Person] | None = None) -> Namesakes:
    grouped = named_people(people).order_by().values("first_name", "last_name").annotate(count=Count("pk"))
    counts = list(grouped.filter(count__gte=2).values_list("count", flat=True))
    return Namesakes(len(counts), sum(counts))


@dataclass(frozen=True)
class Customers:
    """Legal entities that buy: of private persons, of companies with a person named for it, and without."""

    private: int
    company_with_contact: int
    company_without_contact: int

    @property
    def total(self) -> int:
        return self.private + self.company_with_contact + self.company_without_contact


def customers(entities: QuerySet[LegalEntity] | None = None) -> Customers:
    """Customers by kind (one statement)."""
    named = Exists(PersonRole.objects.filter(legal_entity=OuterRef("pk")))
    rows = (LegalEntity.objects.all() if entities is None else entities).filter(client__is_customer=True)
    private = Q(client__is_person=True)
    counts = rows.annotate(has_contact=named).aggregate(
        private=Count("pk", filter=private),
        with_contact=Count("pk", filter=~private & Q(has_contact=True)),
        without=Count("pk", filter=~private & Q(has_contact=False)),
    )
    return Customers(counts["private"], counts["with_contact"], counts["without"])


def companies(clients: QuerySet[Client] | None = None) -> QuerySet[Client]:
    """Clients that buy and are no private persons."""
    return (Client.objects.all() if clients is None else clients).filter(is_customer=True, is_person=False)


def suppliers(clients: QuerySet[Client] | None = None) -> QuerySet[Client]:
    return (Client.objects.all() if clients is None else clients).filter(is_supplier=True)
