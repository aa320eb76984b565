"""Customers, people, vendors, employees, prospects."""

from __future__ import annotations

from typing import Any

from core.models import RoleAssignment, User
from crm.choices import ClientStatus, ContactKind
from crm.models import Client, ContactPoint, Lead, LegalEntity, Person
from reports.selectors import people
from samples.truths.aw import of_source
from samples.truths.registry import answers


def _customers() -> people.Customers:
    return people.customers(of_source(LegalEntity.objects.all(), "customer"))


def _people() -> Any:
    return of_source(Person.objects.all(), "person")


@answers("aw.customers")
def customers() -> int:
    return _customers().total


@answers("aw.customers_person_only")
def private_customers() -> int:
    return _customers().private


@answers("aw.customers_store_with_contact")
def companies_with_contact() -> int:
    return _customers().company_with_contact


@answers("aw.customers_store_only")
def companies_without_contact() -> int:
    return _customers().company_without_contact


@answers("aw.stores")
def stores() -> int:
    return people.companies(of_source(Client.objects.all())).count()


@answers("aw.vendors")
def vendors() -> int:
    return people.suppliers(of_source(Client.objects.all())).count()


@answers("aw.vendors_active")
def active_vendors() -> int:
    return people.suppliers(of_source(Client.objects.all())).filter(status=ClientStatus.ACTIVE).count()


@answers("aw.persons")
def persons() -> int:
    return people.named_people(_people()).count()


@answers("aw.emails")
def emails() -> int:
    return ContactPoint.objects.filter(kind=ContactKind.EMAIL, person__in=_people()).count()


@answers("aw.persons_by_type")
def persons_by_type() -> list[dict[str, Any]]:
    return [{"type": kind, "n": count} for kind, count in people.people_by_kind(_people()).items()]


@answers("aw.emails_without_person")
def emails_without_person() -> int:
    return people.contacts_without_a_name(ContactKind.EMAIL, _people()).count()


@answers("aw.duplicate_person_names")
def duplicate_names() -> dict[str, int]:
    found = people.namesakes(_people())
    return {"groups": found.groups, "rows": found.people}


@answers("aw.employees")
def employees() -> int:
    return of_source(User.objects.all(), "employee").count()


@answers("aw.salespersons")
def salespersons() -> int:
    users = of_source(User.objects.all(), "employee")
    return RoleAssignment.objects.filter(role__code="seller", user__in=users).count()


@answers("aw.prospects")
def prospects() -> int:
    return of_source(Lead.objects.all(), "prospect").count()
