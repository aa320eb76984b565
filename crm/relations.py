"""What the panels of clients, persons and leads read: legal entities, contacts, addresses, places, what came in."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core import policy
from core.remembered import remembered, remembered_for_all
from core.ui import box_columns, registers
from crm.choices import QuestionKind
from crm.models import Client, ContactPoint, LegalEntity, Person, PersonRole

SHOWN = 50


@remembered_for_all
def _entities(client: Any) -> QuerySet[Any]:
    rows = LegalEntity.objects.filter(client=client).select_related("successor")
    return rows.order_by("valid_to", "pk")[:SHOWN]


@remembered
def _contacts(client: Any, user: Any) -> QuerySet[Any]:
    people = Person.objects.visible_to(user)
    roles = PersonRole.objects.filter(client=client, person__in=people).select_related("person")
    return roles.order_by("-is_primary", "pk")[:SHOWN]


@remembered_for_all
def _mails(people: Any) -> QuerySet[Any, Any]:
    mails = ContactPoint.objects.filter(person__in=people.each, kind="email")
    return mails.order_by("is_primary", "-pk").values_list("person", "value")


@remembered_for_all
def _client_points(client: Any) -> QuerySet[Any]:
    return ContactPoint.objects.filter(client=client).order_by("kind", "-is_primary", "pk")[:SHOWN]


@remembered_for_all
def _person_points(person: Any) -> QuerySet[Any]:
    return ContactPoint.objects.filter(person=person).order_by("kind", "-is_primary", "pk")[:SHOWN]


@remembered
def _places(person: Any, user: Any) -> QuerySet[Any]:
    visible = Client.objects.visible_to(user)
    rows = PersonRole.objects.filter(person=person, client__in=visible).select_related("client", "legal_entity")
    return rows.order_by("-is_primary", "pk")[:SHOWN]


def legal_entities(client: Client, user: Any) -> dict[str, Any]:
    return {
        "added": box_columns.of("crm.client.entities", client, _entities(client.pk), user),
        "may_change": policy.allows(user, "crm.change_client", client),
        "register": registers.by_key("crm.client"),
    }


def contacts(client: Client, user: Any) -> dict[str, Any]:
    """The people at a client whom the user may know of, with an e-mail each (three statements)."""
    found = _contacts(client.pk, user)
    by_person = dict(_mails([role.person_id for role in found]))
    return {
        "contacts": [(role, by_person.get(role.person_id, "")) for role in found],
        "may_create": policy.allows(user, "crm.create_client"),
        "client": client,
    }


def points(record: Any, user: Any) -> dict[str, Any]:
    return {
        "points": _client_points(record.pk) if isinstance(record, Client) else _person_points(record.pk),
        "may_change": policy.allows(user, "crm.change_client", record),
        "may_consent": policy.allows(user, "crm.set_consent"),
        "register": registers.of(record),
    }


def places(person: Person, user: Any) -> dict[str, Any]:
    """The clients of a person that the user may know of."""
    return {
        "places": _places(person.pk, user),
        "may_change": policy.allows(user, "crm.change_client", person),
        "register": registers.of(person),
    }


def came_in(lead: Any, user: Any) -> dict[str, Any] | None:
    """The submission as it came, and whom it was matched with."""
    client = (
        lead.client if lead.client_id and Client.objects.visible_to(user).filter(pk=lead.client_id).exists() else None
    )
    person = (
        lead.person if lead.person_id and Person.objects.visible_to(user).filter(pk=lead.person_id).exists() else None
    )
    asked = {**dict(QuestionKind.choices), "title": _("Title")}
    payload = [(str(asked.get(key, key)), str(value)) for key, value in (lead.raw_payload or {}).items()]
    return (
        {"payload": payload, "utm": lead.utm or {}, "client": client, "person": person} if payload or client else None
    )
