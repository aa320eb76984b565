"""Campaigns, what they cost, and whom they reached."""

from __future__ import annotations

import logging
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from core import events, policy
from core.actors import Actor, user_or_none
from core.errors import KeyReused
from core.money import cents
from core.services.records import note_status
from core.transactions import command
from crm.models import Source
from marketing.choices import CampaignStatus, TouchKind
from marketing.errors import (
    CampaignCodeTaken,
    CampaignDatesReversed,
    CampaignOver,
    NoAmount,
    NobodyTouched,
    SourceHasCampaign,
)
from marketing.events import CampaignCreated
from marketing.models import Campaign, CampaignCost, Touch

CHANGED = frozenset({"name", "budget", "starts_on", "ends_on"})

logger = logging.getLogger(__name__)


@command
def create_campaign(
    *,
    code: str,
    name: str,
    source_id: int,
    by: Actor,
    budget: Decimal = Decimal(0),
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Campaign:
    """Plan a campaign on a source of crm: its leads are the leads of that source. `budget` in the base currency.

    The same code on the same source returns the campaign. Raises CampaignCodeTaken, SourceHasCampaign,
    CampaignDatesReversed.
    """
    policy.require(by, "marketing.manage_campaigns")
    source = Source.objects.locked().get(pk=source_id)
    known = Campaign.objects.filter(code=code).first()
    if known is not None:
        if known.source_id != source.pk:
            raise CampaignCodeTaken(code=code)
        return known
    taken = Campaign.objects.filter(source=source).first()
    if taken is not None:
        raise SourceHasCampaign(source=source, code=taken.code)
    if starts_on and ends_on and ends_on < starts_on:
        raise CampaignDatesReversed
    campaign = Campaign(
        code=code,
        name=name,
        source=source,
        budget=cents(budget),
        starts_on=starts_on,
        ends_on=ends_on,
        created_by=user_or_none(by),
    )
    campaign.save()
    events.publish(CampaignCreated(campaign_id=campaign.pk))
    logger.info("campaign created", extra={"campaign_id": campaign.pk})
    return campaign


@command
def change_campaign(*, campaign_id: int, changes: dict[str, Any], by: Actor, version: int | None = None) -> Campaign:
    """Change name, budget and dates of a campaign; the same values again change nothing.

    Code and source stay: leads are counted by them. Locks the campaign. Raises StaleVersion, CampaignDatesReversed.
    """
    campaign = Campaign.objects.locked().get(pk=campaign_id)
    policy.require(by, "marketing.manage_campaigns", campaign)
    campaign.expect_version(version)
    wanted = {name: cents(value) if name == "budget" else value for name, value in changes.items() if name in CHANGED}
    different = {name: value for name, value in wanted.items() if getattr(campaign, name) != value}
    for name, value in different.items():
        setattr(campaign, name, value)
    if campaign.starts_on and campaign.ends_on and campaign.ends_on < campaign.starts_on:
        raise CampaignDatesReversed
    if different:
        campaign.updated_by = user_or_none(by)
        campaign.save(update_fields=[*different, "updated_by"])
    return campaign


@command
def set_campaign_status(*, campaign_id: int, status: str, at: datetime, by: Actor) -> Campaign:
    """Start or end a campaign; a campaign that is over stays over. The same status again changes nothing.

    Locks the campaign. Raises CampaignOver.
    """
    campaign = Campaign.objects.locked().get(pk=campaign_id)
    policy.require(by, "marketing.manage_campaigns", campaign)
    if campaign.status == status:
        return campaign
    if campaign.status == CampaignStatus.DONE:
        raise CampaignOver(code=campaign.code, status=campaign.get_status_display())
    note_status(campaign, old=campaign.status, new=status, at=at, by=by)
    campaign.status, campaign.updated_by = CampaignStatus(status), user_or_none(by)
    campaign.save(update_fields=["status", "updated_by"])
    return campaign


@command
def add_campaign_cost(
    *, campaign_id: int, label: str, amount: Decimal, on: date, by: Actor, source_key: str | None = None
) -> CampaignCost:
    """Book money spent on a campaign, in the base currency; a correction is a negative amount.

    The same `source_key` returns the first cost. Raises NoAmount, KeyReused.
    """
    campaign = Campaign.objects.get(pk=campaign_id)
    policy.require(by, "marketing.add_campaign_cost", campaign)
    if not amount or cents(amount) != amount:
        raise NoAmount(amount=amount)
    known = _cost_of(source_key)
    if known is None:
        try:
            with transaction.atomic():
                return CampaignCost.objects.create(
                    campaign=campaign, label=label, amount=cents(amount), spent_on=on, source_key=source_key
                )
        except IntegrityError:
            # A twin with the same key was stored between our look and our insert.
            known = _cost_of(source_key)
    if known is None or (known.campaign_id, known.amount) != (campaign.pk, cents(amount)):
        raise KeyReused
    return known


def _cost_of(source_key: str | None) -> CampaignCost | None:
    return CampaignCost.objects.filter(source_key=source_key).first() if source_key else None


@command
def record_touch(
    *,
    source_id: int,
    at: datetime,
    by: Actor,
    kind: str = TouchKind.OTHER,
    lead_id: int | None = None,
    client_id: int | None = None,
    key: str | None = None,
) -> Touch:
    """A lead or a client met us through a source; the source's campaign comes with it.

    The same `key` returns the first touch. Raises NobodyTouched.
    """
    policy.require(by, "marketing.record_touch")
    if lead_id is None and client_id is None:
        raise NobodyTouched
    campaign = Campaign.objects.filter(source=source_id).first()
    touch = Touch(
        source_id=source_id,
        campaign=campaign,
        kind=TouchKind(kind),
        lead_id=lead_id,
        client_id=client_id,
        at=at,
        key=key,
    )
    if key is None:
        touch.save()
        return touch
    # A twin with the same key waits on the unique index here and then finds the winner's row.
    Touch.objects.bulk_create([touch], ignore_conflicts=True)
    return Touch.objects.get(key=key)
