"""People, how to reach them, and whether we may write to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core import policy
from core.actors import Actor, user_or_none
from core.errors import InvalidValue
from core.remembered import remembered_for_all
from core.transactions import command
from crm.choices import Consent, ContactKind
from crm.contacts import normalised
from crm.errors import ConsentKept, ConsentWithoutProof, NameMissing, NotAContact, NothingToLinkTo
from crm.models import Client, ContactPoint, Person, PersonRole


@command
def create_person(
    *,
    first_name: str,
    last_name: str,
    by: Actor,
    client_id: int | None = None,
    position: str = "",
    email: str = "",
    phone: str = "",
    legal_entity_id: int | None = None,
    owner_id: int | None = None,
    details: Mapping[str, Any] | None = None,
) -> Person:
    """Enter a person, perhaps with a place at a client, an e-mail and a phone. Each call makes one.

    `details` are further fields of PERSON_FIELDS. The client's first person is its primary contact. Raises
    NameMissing, NotAContact, and InvalidValue for an unknown field.
    """
    policy.require(by, "crm.create_client")
    if not (first_name.strip() or last_name.strip()):
        raise NameMissing()
    more = dict(details or {})
    _refuse_unknown(more)
    person = Person.objects.create(
        first_name=first_name.strip(),
        last_name=last_name.strip(),
        owner_id=owner_id or by.pk,
        created_by=user_or_none(by),
        **more,
    )
    if client_id is not None:
        _place(person, client_id=client_id, position=position, legal_entity_id=legal_entity_id)
    _first_points(person, {ContactKind.EMAIL: email.strip(), ContactKind.PHONE: phone.strip()})
    return person


PERSON_FIELDS = frozenset({
    "title", "first_name", "middle_name", "last_name", "suffix", "kind", "status", "language", "owner_id",
    "external_key",
})  # fmt: skip


def _refuse_unknown(values: Mapping[str, Any]) -> None:
    for field in sorted(set(values) - PERSON_FIELDS):
        raise InvalidValue(field=field, problem=_("unknown"))


@command
def change_person(*, person_id: int, changes: dict[str, Any], by: Actor, version: int | None = None) -> Person:
    """Change fields of PERSON_FIELDS. The same values again change nothing. Locks the person.

    Raises StaleVersion, NameMissing, and InvalidValue for an unknown field.
    """
    person = Person.objects.locked().get(pk=person_id)
    policy.require(by, "crm.change_client", person)
    person.expect_version(version)
    _refuse_unknown(changes)
    different = {name: value for name, value in changes.items() if getattr(person, name) != value}
    for name, value in different.items():
        setattr(person, name, value)
    if not (person.first_name.strip() or person.last_name.strip()):
        raise NameMissing()
    if different:
        person.updated_by = user_or_none(by)
        person.save(update_fields=[*different, "updated_by"])
    return person


@command
def add_person_to_client(
    *, person_id: int, client_id: int, by: Actor, position: str = "", legal_entity_id: int | None = None
) -> PersonRole:
    """Give a person a place at a client; the same place twice is one. Locks the client."""
    client = Client.objects.locked().get(pk=client_id)
    policy.require(by, "crm.change_client", client)
    person = Person.objects.get(pk=person_id)
    return _place(person, client_id=client_id, position=position, legal_entity_id=legal_entity_id)


def _place(person: Person, *, client_id: int, position: str, legal_entity_id: int | None) -> PersonRole:
    role, _created = PersonRole.objects.get_or_create(
        person=person,
        client_id=client_id,
        legal_entity_id=legal_entity_id,
        position=position,
        defaults={"is_primary": not PersonRole.objects.filter(client_id=client_id).exists()},
    )
    return role


@command
def add_contact_point(
    *,
    kind: str,
    value: str,
    by: Actor,
    person_id: int | None = None,
    client_id: int | None = None,
    is_primary: bool = False,
) -> ContactPoint:
    """Add an e-mail, phone or messenger to a person or a client, in its one spelling.

    The same value twice is one contact point. A new primary one takes the place of the old. Locks the points of
    that owner. Raises NotAContact.
    """
    if client_id is not None:
        policy.require(by, "crm.change_client", Client.objects.get(pk=client_id))
    elif person_id is not None:
        policy.require(by, "crm.change_client", Person.objects.get(pk=person_id))
    else:
        raise InvalidValue(field="person_id", problem=_("name a person or a client"))
    return _add_point(kind=kind, value=value, person_id=person_id, client_id=client_id, is_primary=is_primary)


def _first_points(person: Person, values: dict[ContactKind, str]) -> None:
    """The primary contact points of a person whom nobody else can know of yet: two statements, no locks."""
    made = [
        ContactPoint(person=person, kind=kind, value=value, normalised=_spelling(kind, value), is_primary=True)
        for kind, value in values.items()
        if value
    ]
    if not made:
        return
    spelled = _withdrawn([point.normalised for point in made])
    withdrawn = {(one.kind, one.normalised): one for one in spelled}
    for point in made:
        _keep_consent(point, withdrawn.get((point.kind, point.normalised)))
    ContactPoint.objects.bulk_create(made)


@remembered_for_all
def _withdrawn(spellings: Any) -> QuerySet[ContactPoint]:
    return ContactPoint.objects.filter(normalised__in=spellings.each_text, consent=Consent.WITHDRAWN)


def _spelling(kind: str, value: str) -> str:
    spelling = normalised(kind, value)
    if spelling is None:
        raise NotAContact(value=value, kind=ContactKind(kind).label)
    return spelling


def _keep_consent(point: ContactPoint, known: ContactPoint | None) -> None:
    """Who unsubscribed an address stays unsubscribed when it is entered once more elsewhere."""
    if known is not None:
        point.consent, point.consent_at, point.consent_proof = Consent.WITHDRAWN, known.consent_at, known.consent_proof


def _add_point(
    *, kind: str, value: str, person_id: int | None, client_id: int | None, is_primary: bool
) -> ContactPoint:
    spelling = _spelling(kind, value)
    held = ContactPoint.objects.locked().filter(kind=kind)
    if person_id is not None:
        Person.objects.locked().get(pk=person_id)
        points = list(held.filter(person_id=person_id, client__isnull=True))
    elif client_id is not None:
        Client.objects.locked().get(pk=client_id)
        points = list(held.filter(client_id=client_id, person__isnull=True))
    else:
        raise NothingToLinkTo()
    twin = next((point for point in points if point.normalised == spelling), None)
    if is_primary:
        for old in points:
            if old.is_primary and old is not twin:
                old.is_primary = False
                old.save(update_fields=["is_primary"])
    if twin is not None:
        if is_primary and not twin.is_primary:
            twin.is_primary = True
            twin.save(update_fields=["is_primary"])
        return twin
    known = ContactPoint.objects.filter(kind=kind, normalised=spelling, consent=Consent.WITHDRAWN).first()
    point = ContactPoint(
        person_id=person_id,
        client_id=client_id,
        kind=kind,
        value=value.strip(),
        normalised=spelling,
        is_primary=is_primary,
    )
    _keep_consent(point, known)
    point.save()
    return point


@command
def remove_contact_point(*, point_id: int, by: Actor) -> bool:
    """Take an address away; False when it is gone already. A withdrawn consent stays known, so that one stays.

    Locks the point. Raises ConsentKept.
    """
    point = ContactPoint.objects.locked().filter(pk=point_id).first()
    if point is None:
        return False
    owner: Any = point.client if point.client_id is not None else point.person
    policy.require(by, "crm.change_client", owner)
    if point.consent == Consent.WITHDRAWN:
        raise ConsentKept(value=point.value)
    point.delete()
    return True


@command
def remove_person_from_client(*, role_id: int, by: Actor) -> bool:
    """End a person's place at a client; False when it is gone already. Needs the right to change the person."""
    role = PersonRole.objects.select_for_update(of=("self",)).filter(pk=role_id).first()
    if role is None:
        return False
    policy.require(by, "crm.change_client", role.person)
    role.delete()
    return True


@command
def set_consent(*, point_id: int, consent: str, at: datetime, proof: str, by: Actor) -> ContactPoint:
    """Record whether we may write to an address, with the proof.

    A withdrawal holds for every contact point of the same value. The same consent again changes nothing. Locks
    the points of that value. Raises ConsentWithoutProof.
    """
    policy.require(by, "crm.set_consent")
    if consent == Consent.GIVEN and not proof.strip():
        raise ConsentWithoutProof()
    asked = ContactPoint.objects.get(pk=point_id)
    same_value = ContactPoint.objects.locked().filter(kind=asked.kind, normalised=asked.normalised)
    touched = list(same_value if consent == Consent.WITHDRAWN else same_value.filter(pk=point_id))
    for point in touched:
        if point.consent != consent:
            point.consent, point.consent_at, point.consent_proof = consent, at, proof.strip()
            point.save(update_fields=["consent", "consent_at", "consent_proof"])
    return next(point for point in touched if point.pk == point_id)
