"""Campaigns as a register: dates, channel, what they cost and what came of it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.ui import registers
from core.ui.bulk import STANDARD
from core.ui.registers import Register
from core.ui.tables import HOME, Column, Kind
from crm.services.sources import create_source
from marketing.errors import CampaignCodeTaken
from marketing.filters import CampaignFilter
from marketing.forms import CampaignForm
from marketing.models import Campaign
from marketing.selectors.campaigns import (
    campaigns_visible_to,
    clients_by_campaign,
    cost_per_lead_by_campaign,
    leads_by_campaign,
)
from marketing.services.campaigns import change_campaign, create_campaign

TONES = {"planned": "info", "running": "brand", "done": "ok"}


def _channel(campaign: Campaign) -> str:
    return str(campaign.source.get_channel_display())  # type: ignore[no-untyped-call]


@registers.add
class Campaigns(Register):
    """Money and effort to win interest. Code and source never change; a campaign that is over stays over."""

    model, name, plural, icon, section = Campaign, "campaign", "campaigns", "speakerphone", "grow"
    called, called_many = _("campaign"), _("campaigns")
    view_action = "marketing.view_campaign"
    create_action = change_action = "marketing.manage_campaigns"
    form_class, filter_class = CampaignForm, CampaignFilter
    bulk_actions = STANDARD
    single_fields = frozenset({"name", "code", "source"})
    guarded = {"spent": "marketing.view_campaigncost", "cost_per_lead": "marketing.view_campaigncost"}
    facts = ("code", "name", "source", "status", "budget", "starts_on", "ends_on")
    search_hint = _("Name or code")
    default_sort = "-starts_on"
    columns = (
        Column("name", _("Campaign"), sort="name", folds=True, on_phone=True),
        Column("status", _("Status"), Kind.CHOICE, sort="status", tones=TONES, on_phone=True),
        Column("code", _("Code"), sort="code", shown=False),
        Column("channel", _("Channel"), value=_channel, sort="source__channel"),
        Column("starts_on", _("Starts"), Kind.DATE, sort="starts_on", edits="starts_on"),
        Column("ends_on", _("Ends"), Kind.DATE, sort="ends_on", edits="ends_on"),
        Column("leads", _("Leads"), Kind.NUMBER, batch=leads_by_campaign),
        Column("clients", _("New clients"), Kind.NUMBER, batch=clients_by_campaign),
        Column("budget", _("Budget"), Kind.MONEY, sort="budget", shown=False, currency=HOME),
        Column("spent", _("Cost"), Kind.MONEY, sort="spent", currency=HOME),
        Column("cost_per_lead", _("Cost per lead"), Kind.MONEY, batch=cost_per_lead_by_campaign, currency=HOME),
    )

    def rows_for(self, user: Actor) -> QuerySet[Any]:
        return campaigns_visible_to(user)

    def create_record(self, values: dict[str, Any], by: Actor) -> Campaign:
        channel = values.pop("channel", "")
        if Campaign.objects.filter(code=values["code"]).exists():
            raise CampaignCodeTaken(code=values["code"])
        if not values.get("source_id"):
            source = create_source(
                code=slugify(values["code"])[:40],
                name=values["name"],
                channel=channel or "other",
                utm_pattern=values["code"],
                by=by,
            )
            values["source_id"] = source.pk
        return create_campaign(by=by, **values)

    def change_record(self, record: Campaign, changes: dict[str, Any], version: int | None, by: Actor) -> Campaign:
        return change_campaign(campaign_id=record.pk, changes=changes, version=version, by=by)

    def second_line(self, record: Campaign) -> str:
        return _channel(record)
