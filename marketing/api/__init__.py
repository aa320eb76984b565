"""Campaigns, what they cost, and the touches they brought."""

from __future__ import annotations

from typing import Literal

from core.api.filters import between, plain
from core.api.resources import Call, Create, Resource, Verb, add
from core.api.types import Code, Day, Input, Line, Money, Short
from crm.api.types import SourceId
from marketing.models import Campaign, CampaignCost, Touch
from marketing.services import campaigns


class CampaignIn(Input):
    code: Code
    name: Line
    source_id: SourceId
    budget: Money = "0"
    starts_on: Day | None = None
    ends_on: Day | None = None


class Status(Input):
    status: Literal["planned", "running", "done"]


class Cost(Input):
    label: Short
    amount: Money
    on: Day


def _create(call: Call) -> Campaign:
    return campaigns.create_campaign(by=call.user, **call.values())


def _set_status(call: Call) -> Campaign:
    return campaigns.set_campaign_status(campaign_id=call.record.pk, status=call.data.status, at=call.at, by=call.user)


def _add_cost(call: Call) -> Campaign:
    campaigns.add_campaign_cost(campaign_id=call.record.pk, by=call.user, source_key=call.key, **call.values())
    return call.record


add(
    Resource(
        path="campaigns",
        model=Campaign,
        doc="Money and effort to win interest.",
        fields=("code", "name", "source_id", "status", "budget", "starts_on", "ends_on"),
        filters=(*plain("code", "status", "source_id"), *between("starts_on")),
        sorts=("code", "starts_on", "updated_at"),
        create=Create(CampaignIn, _create, "Starts a campaign on a source."),
        verbs=(
            Verb("set-status", _set_status, Status, "Plans, starts or ends it."),
            Verb("add-cost", _add_cost, Cost, "Enters money spent on it."),
        ),
    ),
    Resource(
        path="campaign-costs",
        model=CampaignCost,
        doc="Money spent on campaigns. Rows are never changed; a correction is a negative one.",
        fields=("campaign_id", "label", "amount", "spent_on", "recorded_at"),
        filters=(*plain("campaign_id"), *between("spent_on")),
        sorts=("spent_on",),
    ),
    Resource(
        path="touches",
        model=Touch,
        doc="Leads and clients met us through a source. Rows are never changed.",
        fields=("lead_id", "client_id", "source_id", "campaign_id", "kind", "at"),
        filters=(*plain("lead_id", "client_id", "source_id", "campaign_id", "kind"), *between("at")),
        sorts=("at",),
    ),
)  # fmt: skip
