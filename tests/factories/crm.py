"""Valid records of `crm` for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from core.actors import SYSTEM
from crm.choices import Doubt
from crm.models import Client, Lead, LeadRoute, LegalEntity, Person, Source, Task, WebForm, WebFormSubmission
from crm.services.clients import add_legal_entity
from crm.services.leads import receive_lead
from crm.services.persons import create_person
from crm.services.submissions import receive_submission
from crm.services.tasks import create_task
from crm.services.webforms import create_webform
from tests.factories.core import make_user, serial

MORNING = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)


def make_source(**fields: Any) -> Source:
    number = serial()
    fields.setdefault("code", f"source-{number}")
    fields.setdefault("name", f"Source {number}")
    return Source.objects.create(**fields)


def make_client(**fields: Any) -> Client:
    fields.setdefault("name", f"Client {serial()}")
    return Client.objects.create(**fields)


def make_legal_entity(client: Client | None = None, **fields: Any) -> LegalEntity:
    """A counterparty, of a new client unless one is given."""
    client = client or make_client()
    fields.setdefault("legal_name", f"{client.name} Ltd {serial()}")
    return add_legal_entity(client_id=client.pk, by=SYSTEM, **fields)


def make_person(client: Client | None = None, **fields: Any) -> Person:
    fields.setdefault("first_name", "Ada")
    fields.setdefault("last_name", f"Person {serial()}")
    return create_person(client_id=client.pk if client else None, by=SYSTEM, **fields)


def make_lead(**fields: Any) -> Lead:
    number = serial()
    fields.setdefault("payload", {"message": f"Request {number}"})
    fields.setdefault("received_at", MORNING)
    fields.setdefault("name", f"Ada Visitor{number}")
    fields.setdefault("company", f"Company {number}")
    fields.setdefault("by", SYSTEM)
    return receive_lead(**fields)


def make_route(**fields: Any) -> LeadRoute:
    fields.setdefault("position", serial())
    if "owner" not in fields:
        fields["owner"] = make_user("seller")
    return LeadRoute.objects.create(**fields)


def make_task(**fields: Any) -> Task:
    fields.setdefault("title", f"Task {serial()}")
    fields.setdefault("by", SYSTEM)
    return create_task(**fields)


def make_webform(**fields: Any) -> WebForm:
    fields.setdefault("name", f"Form {serial()}")
    fields.setdefault("by", SYSTEM)
    return create_webform(**fields)


def make_submission(form: WebForm, **fields: Any) -> WebFormSubmission:
    """What a visitor sent: a lead, unless something speaks against it."""
    number = serial()
    said = {"name": f"Vera Visitor{number}", "email": f"vera{number}@example.com", "message": "Please call"}
    fields.setdefault("said", said)
    fields.setdefault("payload", fields["said"])
    fields.setdefault("key", f"key-{number}")
    fields.setdefault("sender", f"sender-{number}")
    fields.setdefault("at", MORNING)
    return receive_submission(form=form, **fields)


def make_held_submission(form: WebForm, **fields: Any) -> WebFormSubmission:
    return make_submission(form, doubt=Doubt.HONEYPOT, **fields)
