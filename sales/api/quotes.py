"""Quotes, the questions about their cost, and the approvals they need."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from core.api.fields import Nested
from core.api.filters import between, plain
from core.api.resources import Call, Create, Resource, Verb, add
from core.api.types import Code, Day, Flag, Id, Input, Line, LongLine, NoInput, Text
from crm.api.types import LegalEntityId
from inventory.api.types import WarehouseId
from sales.api.types import DealId, QuoteLines, drafts
from sales.models import Approval, EstimateLine, EstimateRequest, Quote, QuoteLine, QuoteTax, SalesOrder
from sales.services import approvals, quote_drafts, quotes

SEE_COSTS = "sales.view_costs"


class QuoteIn(Input):
    deal_id: DealId
    legal_entity_id: LegalEntityId
    lines: QuoteLines
    valid_until: Day | None = None
    terms: Text = ""
    tax_included: Flag = False


class Send(Input):
    stage_code: Code | None = Field(None, description="Moves the deal there in the same step.")


class Accept(Input):
    accepted_by_name: Annotated[Line, Field(max_length=120)] = ""
    warehouse_id: WarehouseId | None = None
    options: Annotated[list[Id], Field(max_length=500, description="Optional lines the client takes.")] = []


class Refuse(Input):
    reason: LongLine = ""


class Decide(Input):
    granted: Flag
    remark: LongLine = ""


def _draft(call: Call) -> Quote:
    return quote_drafts.draft_quote(lines=drafts(call.data.lines), at=call.at, by=call.user, **call.values("lines"))


def _send(call: Call) -> Quote:
    return quotes.send_quote(quote_id=call.record.pk, at=call.at, by=call.user, stage_code=call.data.stage_code)


def _accept(call: Call) -> SalesOrder:
    return quotes.accept_quote(quote_id=call.record.pk, at=call.at, by=call.user, **call.values())


def _refuse(call: Call) -> Quote:
    return quotes.refuse_quote(quote_id=call.record.pk, at=call.at, by=call.user, reason=call.data.reason)


def _ask(call: Call) -> Approval:
    return approvals.request_approval(quote_id=call.record.pk, at=call.at, by=call.user)


def _decide(call: Call) -> Approval:
    return approvals.decide_approval(approval_id=call.record.pk, at=call.at, by=call.user, **call.values())


add(
    Resource(
        path="quotes",
        model=Quote,
        doc="Revisions of offers; a sent one never changes.",
        fields=(
            "deal_id", "number", "revision", "status", "legal_entity_id", "estimate_id", "currency_id", "tax_included",
            "valid_until", "terms", "drafted_at", "sent_at", "decided_at", "accepted_by_name", "net_amount",
            "tax_amount", "gross_amount", "cost_amount",
        ),
        guarded={"cost_amount": SEE_COSTS},
        nested=(
            Nested(
                "lines",
                QuoteLine,
                (
                    "id", "position", "heading", "is_optional", "is_chosen", "item_id", "text", "qty", "unit_price",
                    "discount_pct", "tax_percent", "net_amount", "cost_amount",
                ),
                guarded={"cost_amount": SEE_COSTS},
            ),
            Nested("taxes", QuoteTax, ("percent", "net_amount", "tax_amount"), order=("-percent",)),
        ),
        filters=(*plain("deal_id", "number", "status", "legal_entity_id"), *between("sent_at")),
        sorts=("number", "sent_at", "updated_at"),
        create=Create(
            QuoteIn, _draft, "Writes the next revision of a deal's quote, or writes its open draft anew."
        ),
        verbs=(
            Verb("send", _send, Send, "Lets a draft out: it is frozen and supersedes the one before."),
            Verb("accept", _accept, Accept, "The client says yes: it becomes a confirmed order.", makes="orders"),
            Verb("refuse", _refuse, Refuse, "The client says no; the deal stays open."),
            Verb("ask-approval", _ask, NoInput, "Asks somebody with a higher limit to let it out.", makes="approvals"),
        ),
    ),
    Resource(
        path="approvals",
        model=Approval,
        doc="Questions whether a quote may go out beyond its seller's limits.",
        fields=(
            "quote_id", "status", "discount_pct", "margin_pct", "asked_at", "asked_by_id", "decided_at",
            "decided_by_id", "remark",
        ),
        guarded={"margin_pct": SEE_COSTS},
        filters=plain("quote_id", "status", "asked_by_id"),
        sorts=("asked_at", "updated_at"),
        verbs=(Verb("decide", _decide, Decide, "Grants or refuses it."),),
    ),
    Resource(
        path="estimate-requests",
        model=EstimateRequest,
        doc="Questions of sellers what something would cost and how long it would take.",
        fields=(
            "deal_id", "status", "asked_at", "due_on", "asked_of_id", "answered_at", "answered_by_id", "cost",
            "lead_days", "remark",
        ),
        guarded={"cost": SEE_COSTS},
        nested=(Nested("lines", EstimateLine, ("id", "item_id", "qty"), order=("pk",)),),
        filters=(*plain("deal_id", "status", "asked_of_id"), *between("asked_at")),
        sorts=("asked_at", "updated_at"),
    ),
)  # fmt: skip
