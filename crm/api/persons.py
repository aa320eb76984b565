"""People and how to reach them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.db.models import Q, QuerySet
from pydantic import Field, StringConstraints

from core.actors import Actor
from core.api.fields import Nested
from core.api.filters import plain
from core.api.resources import Call, Change, Create, Resource, Verb, add
from core.api.types import (
    Code,
    ExternalKey,
    Flag,
    Input,
    Language,
    Line,
    Mail,
    NoInput,
    OwnValues,
    Short,
    UserId,
    optional,
)
from crm.api.types import ClientId, LegalEntityId, PersonId
from crm.models import Client, ContactPoint, Person, PersonRole
from crm.services import persons


class PersonIn(Input):
    first_name: Short = Field("", examples=["Ada"])
    last_name: Short = Field("", examples=["Kohl"])
    client_id: ClientId | None = None
    position: Short = ""
    legal_entity_id: LegalEntityId | None = None
    email: Mail = Field("", examples=["ada@bluehaven.example"])
    phone: Code = ""
    owner_id: UserId | None = None
    own: OwnValues | None = None


class PersonAsIs(Input):
    """What can be changed of a person."""

    title: Annotated[str, StringConstraints(max_length=20)] = ""
    first_name: Short = ""
    middle_name: Short = ""
    last_name: Short = ""
    suffix: Annotated[str, StringConstraints(max_length=20)] = ""
    kind: Annotated[str, StringConstraints(max_length=20)] = ""
    status: Literal["active", "left"] = "active"
    language: Language | Literal[""] = ""
    owner_id: UserId | None = None
    external_key: ExternalKey | None = None
    own: OwnValues | None = None


class Place(Input):
    client_id: ClientId
    position: Short = ""
    legal_entity_id: LegalEntityId | None = None


class ContactPointIn(Input):
    kind: Literal["email", "phone", "messenger", "web"]
    value: Mail = Field(examples=["+49 30 1234567"])
    person_id: PersonId | None = None
    client_id: ClientId | None = None
    is_primary: Flag = False


class ConsentIn(Input):
    consent: Literal["unknown", "given", "withdrawn"]
    proof: Line = Field("", description="Where and how it was given; needed for a given one.")


def _create(call: Call) -> Person:
    return persons.create_person(by=call.user, **{"first_name": "", "last_name": "", **call.values()})


def _change(call: Call) -> Person:
    return persons.change_person(person_id=call.record.pk, by=call.user, changes=call.values(), version=call.version)


def _place(call: Call) -> Person:
    persons.add_person_to_client(person_id=call.record.pk, by=call.user, **call.values())
    return call.record


def _add_point(call: Call) -> ContactPoint:
    return persons.add_contact_point(by=call.user, **call.values())


def _remove_point(call: Call) -> None:
    persons.remove_contact_point(point_id=call.record.pk, by=call.user)


def _set_consent(call: Call) -> ContactPoint:
    return persons.set_consent(
        point_id=call.record.pk, consent=call.data.consent, proof=call.data.proof, at=call.at, by=call.user
    )


def _points_of(user: Actor) -> QuerySet[Any]:
    """Contact points of persons and clients that the user may know of."""
    of_persons = Q(person__in=Person.objects.visible_to(user))
    return ContactPoint.objects.filter(of_persons | Q(client__in=Client.objects.visible_to(user)))


add(
    Resource(
        path="persons",
        model=Person,
        doc="People at clients.",
        fields=(
            "title", "first_name", "middle_name", "last_name", "suffix", "kind", "status", "language", "owner_id",
        ),
        nested=(
            Nested(
                "roles", PersonRole, ("id", "client_id", "legal_entity_id", "position", "is_primary"), order=("pk",)
            ),
        ),
        filters=plain("status", "kind", "last_name", "owner_id", "external_key"),
        sorts=("last_name", "created_at", "updated_at"),
        searched=True,
        create=Create(PersonIn, _create, "Enters a person, perhaps with a place at a client, an e-mail and a phone."),
        change=Change(optional("PersonChange", PersonAsIs), _change),
        verbs=(Verb("place", _place, Place, "Gives a person a place at a client."),),
    ),
    Resource(
        path="contact-points",
        model=ContactPoint,
        doc="Phones, e-mails and messengers of persons and clients, with their consents.",
        fields=(
            "person_id", "client_id", "kind", "value", "normalised", "label", "is_primary", "consent", "consent_at",
            "consent_proof",
        ),
        view_action="crm.view_person",
        rows=_points_of,
        filters=plain("person_id", "client_id", "kind", "normalised", "consent"),
        create=Create(ContactPointIn, _add_point, "Adds one to a person or a client; the same value twice is one."),
        verbs=(
            Verb("consent", _set_consent, ConsentIn, "Records whether we may write there, with the proof."),
            Verb("remove", _remove_point, NoInput, "Takes it away; one whose consent was withdrawn stays known."),
        ),
    ),
)  # fmt: skip
