"""Deals and their path; a lead that becomes one."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from core.api.fields import Nested
from core.api.filters import Filter, between, plain
from core.api.resources import Call, Change, Create, Resource, Verb, add, add_verbs
from core.api.types import BranchId, Code, Input, Line, LongLine, Money, OwnValues, UserId
from crm.api.types import ClientId, LegalEntityId, SourceId
from sales.models import Deal, DealCompetitor, DealLine, DealRole, StageChange
from sales.services import deals
from sales.services.deal_facts import change_deal
from sales.services.leads import qualify_lead

Chance = Annotated[int, Field(strict=True, ge=1, le=99, description="Percent.")]


class DealIn(Input):
    name: Line = Field(min_length=1, examples=["Partitions for Bluehaven"])
    client_id: ClientId | None = None
    amount: Money = Field("0", description="Net, in the organisation's currency.")
    pipeline_code: Code | None = None
    stage_code: Code | None = None
    owner_id: UserId | None = None
    source_id: SourceId | None = None
    legal_entity_id: LegalEntityId | None = None
    branch_id: BranchId | None = None
    expected_close: date | None = None
    own: OwnValues | None = None


class DealChange(Input):
    name: Line | None = Field(None, min_length=1)
    owner_id: UserId | None = Field(None, description="The one thing that changes after closing, too.")
    expected_close: date | None = None
    client_id: ClientId | None = Field(None, description="Only while the deal has no client.")
    legal_entity_id: LegalEntityId | None = None
    source_id: SourceId | None = None
    branch_id: BranchId | None = None
    amount: Money | None = Field(None, description="Only while the deal has no lines.")
    probability: Chance | None = None
    own: OwnValues | None = None


class Move(Input):
    stage_code: Code = Field(min_length=1, examples=["proposal"])
    skip_reason: LongLine = Field("", description="Why open duties are skipped; needs a right of its own.")


class Lose(Input):
    reason: Literal["price", "time", "competitor", "no_need", "no_answer", "other"]
    note: LongLine = ""
    stage_code: Code = ""


class Win(Input):
    reason: LongLine = Field(description="Why it is won without a quote.")


class Qualify(Input):
    amount: Money
    pipeline_code: Code | None = None
    deal_name: Line = ""
    client_name: Line = ""
    legal_name: Line = ""
    client_id: ClientId | None = None


def _open(call: Call) -> Deal:
    return deals.open_deal(at=call.at, by=call.user, **call.values())


def _change(call: Call) -> Deal:
    return change_deal(deal_id=call.record.pk, changes=call.values(), at=call.at, by=call.user, version=call.version)


def _move(call: Call) -> Deal:
    return deals.move_deal(deal_id=call.record.pk, at=call.at, by=call.user, version=call.version, **call.values())


def _lose(call: Call) -> Deal:
    return deals.lose_deal(deal_id=call.record.pk, at=call.at, by=call.user, **call.values())


def _win(call: Call) -> Deal:
    return deals.win_without_quote(deal_id=call.record.pk, reason=call.data.reason, at=call.at, by=call.user)


def _qualify(call: Call) -> Deal:
    return qualify_lead(lead_id=call.record.pk, at=call.at, by=call.user, **call.values())


add_verbs(
    "leads",
    Verb("qualify", _qualify, Qualify, "Makes a deal of a lead; client and person are entered if new.", makes="deals"),
)

add(
    Resource(
        path="deals",
        model=Deal,
        doc="Chances to sell.",
        fields=(
            "name", "organization_id", "branch_id", "client_id", "legal_entity_id", "lead_id", "source_id",
            "pipeline_id", "stage_id", "status", "amount", "currency_id", "probability", "expected_close", "owner_id",
            "opened_at", "closed_at", "lost_reason", "lost_note", "won_without_quote", "origin", "product_name",
        ),
        nested=(
            Nested(
                "lines",
                DealLine,
                ("id", "position", "item_id", "text", "qty", "unit_price", "discount_pct", "net_amount"),
            ),
            Nested("roles", DealRole, ("id", "person_id", "role", "legal_entity_id"), order=("pk",)),
            Nested("competitors", DealCompetitor, ("id", "name", "price", "note"), order=("pk",)),
        ),
        filters=(
            *plain("status", "pipeline_id", "stage_id", "client_id", "owner_id", "branch_id", "source_id"),
            Filter("stage_code", "stage__code"), *between("opened_at"), *between("closed_at"),
            *between("expected_close"),
        ),
        sorts=("name", "amount", "opened_at", "closed_at", "updated_at"),
        searched=True,
        create=Create(DealIn, _open, "Opens a chance to sell in its first stage, unless told otherwise."),
        change=Change(DealChange, _change, "Changes what is known of a deal, what it is worth or how likely it is."),
        verbs=(
            Verb("move", _move, Move, "Moves an open deal to another open stage."),
            Verb("lose", _lose, Lose, "Closes a deal as lost, with its reason."),
            Verb("win", _win, Win, "Closes a deal as won although no quote was accepted."),
        ),
    ),
    Resource(
        path="stage-changes",
        model=StageChange,
        doc="The path of each deal: its stage, amount and probability from a moment on. Rows are never changed.",
        fields=(
            "deal_id", "seq", "from_stage_id", "to_stage_id", "at", "recorded_at", "by_id", "amount", "probability",
        ),
        filters=(*plain("deal_id", "to_stage_id", "by_id"), *between("at")),
        sorts=("at",),
    ),
)  # fmt: skip
