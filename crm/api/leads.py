"""Leads: received from web forms and other systems, answered, rejected."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import AfterValidator, Field, StringConstraints

from core.api.filters import between, plain
from core.api.problems import Refusal
from core.api.resources import Call, Change, Create, Resource, Verb, add
from core.api.types import BranchId, Code, ExternalKey, Input, Line, Mail, Money, OwnValues, Text, UserId, optional
from core.errors import InvalidValue
from crm.api.types import SourceId
from crm.models import Lead, Source
from crm.services import leads

LARGEST_FORM = 64_000
SUBMIT = "leads:submit"

UtmName = Annotated[str, StringConstraints(max_length=40)]


def _small(value: dict[str, Any]) -> dict[str, Any]:
    if len(json.dumps(value)) > LARGEST_FORM:
        raise ValueError(f"at most {LARGEST_FORM} characters of JSON are kept")
    return value


class LeadIn(Input):
    """What a web form knows. Nothing is required but that something is there; it is kept as it came."""

    payload: Annotated[dict[str, Any], AfterValidator(_small)] = Field(
        default={}, description="The form as it came; kept unchanged for good. Without it the members below are kept.",
        examples=[{"name": "Ada Kohl", "message": "Two partitions, 3 m"}],
    )  # fmt: skip
    title: Line = ""
    name: Line = Field("", examples=["Ada Kohl"])
    company: Line = Field("", examples=["Bluehaven"])
    email: Mail = Field("", examples=["ada@bluehaven.example"])
    phone: Annotated[str, StringConstraints(max_length=60)] = ""
    message: Text = Field("", examples=["We need two glazed partitions."])
    source: Code = Field("", description="The code of a source; without it the campaign of `utm` decides.")
    utm: Annotated[dict[UtmName, Line], Field(max_length=20)] = Field(
        default={}, examples=[{"source": "google", "medium": "cpc", "campaign": "spring"}]
    )
    budget: Money | None = None


class LeadAsIs(Input):
    """What can be corrected of a lead; what came in stays as it came."""

    title: Line = ""
    name: Line = ""
    company: Line = ""
    email: Mail = ""
    phone: Annotated[str, StringConstraints(max_length=60)] = ""
    message: Text = ""
    source_id: SourceId | None = None
    budget: Money | None = None
    owner_id: UserId | None = None
    branch_id: BranchId | None = None
    external_key: ExternalKey | None = None
    own: OwnValues | None = None


class AnswerIn(Input):
    kind: Literal["meeting", "call", "sms", "mail", "chat"]
    subject: Line = ""
    body: Text = ""


class RejectIn(Input):
    reason: Line = Field(examples=["No need"])


def _receive(call: Call) -> Lead:
    sent = call.values("payload", "source", "utm")
    if not call.data.payload and not any(str(value or "").strip() for value in sent.values()):
        raise Refusal.of_field("payload", "an empty form tells nothing")
    return leads.receive_lead(
        payload=call.data.payload or call.data.model_dump(mode="json", exclude_unset=True),
        received_at=call.at,
        by=call.user,
        source_id=_source(call.data.source),
        utm=call.data.utm,
        submission_key=call.key,
        **sent,
    )


def _source(code: str) -> int | None:
    if not code:
        return None
    found = Source.objects.filter(code=code, is_active=True).values_list("pk", flat=True).first()
    if found is None:
        raise InvalidValue(field="source", problem=_("there is no active source of this code"))
    return found


def _change(call: Call) -> Lead:
    return leads.change_lead(lead_id=call.record.pk, by=call.user, changes=call.values(), version=call.version)


def _answer(call: Call) -> Lead:
    data = call.data
    return leads.answer_lead(
        lead_id=call.record.pk, at=call.at, by=call.user, kind=data.kind, subject=data.subject, body=data.body
    )


def _reject(call: Call) -> Lead:
    return leads.reject_lead(lead_id=call.record.pk, reason=call.data.reason, at=call.at, by=call.user)


RECEIPT = (
    "uuid", "status", "title", "name", "company", "email", "phone", "message", "source_id", "utm", "budget",
    "received_at",
)  # fmt: skip

add(
    Resource(
        path="leads",
        model=Lead,
        doc="Signs of interest that are not yet deals.",
        fields=(
            *RECEIPT, "raw_payload", "owner_id", "branch_id", "first_answer_at", "closed_at", "reject_reason",
            "client_id", "person_id",
        ),
        filters=(*plain("status", "owner_id", "source_id", "client_id", "email"), *between("received_at")),
        sorts=("received_at", "updated_at"),
        searched=True,
        create=Create(
            LeadIn,
            _receive,
            "Takes what a web form sent and gives it to somebody. Call it from your web server, never from a browser: "
            "a key in a page belongs to everybody. The answer repeats what was understood.",
            answer=RECEIPT,
            scope=SUBMIT,
        ),
        change=Change(optional("LeadChange", LeadAsIs), _change, "Corrects what is known of a lead."),
        verbs=(
            Verb("answer", _answer, AnswerIn, "Notes an answer; the first one stops the response clock."),
            Verb("reject", _reject, RejectIn, "Closes a lead that comes to nothing."),
        ),
    )
)  # fmt: skip
