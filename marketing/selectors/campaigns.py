"""What campaigns brought: leads and new clients against what was spent. Margins are told by reports."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from core.actors import Actor
from core.money import ZERO, cents
from crm.choices import LeadStatus
from crm.models import Lead
from marketing.models import Campaign, CampaignCost
from sales.choices import DealStatus
from sales.models import Deal


@dataclass(frozen=True)
class Harvest:
    """A campaign up to a day. Costs in the base currency; None where there is nothing to divide by.

    A new client is one whose first won deal came through the campaign's source.
    """

    campaign_id: int
    leads: int
    qualified: int
    new_clients: int
    cost: Decimal

    @property
    def cost_per_lead(self) -> Decimal | None:
        return cents(self.cost / self.leads) if self.leads else None

    @property
    def cost_per_client(self) -> Decimal | None:
        return cents(self.cost / self.new_clients) if self.new_clients else None


def campaigns_visible_to(user: Actor) -> QuerySet[Campaign]:
    """Campaigns with their cost so far (`spent`, base currency), for lists."""
    spent = CampaignCost.objects.filter(campaign=OuterRef("pk")).values("campaign").annotate(sum=Sum("amount"))
    return (
        Campaign.objects.visible_to(user)
        .select_related("source")
        .annotate(spent=Coalesce(Subquery(spent.values("sum")), ZERO))
    )


def campaign_cost(campaign_id: int, on: date | None = None) -> Decimal:
    """All that was spent on a campaign, up to `on` or so far: the sum of its cost rows."""
    costs = CampaignCost.objects.filter(campaign=campaign_id)
    return (costs if on is None else costs.filter(spent_on__lte=on)).aggregate(sum=Sum("amount"))["sum"] or ZERO


def won_deals_of_new_clients() -> QuerySet[Deal]:
    """Won deals that were their client's first."""
    first = (
        Deal.objects.filter(client=OuterRef("client"), status=DealStatus.WON)
        .order_by()
        .values("client")
        .annotate(first=Min("closed_at"))
        .values("first")
    )
    return Deal.objects.filter(status=DealStatus.WON, closed_at=Subquery(first))


def new_clients_by_source(source_ids: Collection[int], until: datetime) -> dict[int, int]:
    """How many clients each source had won by `until`: those whose first won deal came through it (one statement)."""
    won = won_deals_of_new_clients().filter(source__in=source_ids, closed_at__lte=until).order_by()
    return dict(won.values_list("source").annotate(clients=Count("client", distinct=True)))


def leads_by_campaign(campaign_ids: Collection[int], user: Actor) -> dict[int, int]:
    """How many leads each campaign has brought so far (one statement). Whose they are does not matter."""
    rows = Campaign.objects.filter(pk__in=campaign_ids).order_by()
    return dict(rows.values_list("pk").annotate(n=Count("source__leads")))


def clients_by_campaign(campaign_ids: Collection[int], user: Actor) -> dict[int, int]:
    """How many new clients each campaign has won so far (two statements)."""
    sources = dict(Campaign.objects.filter(pk__in=campaign_ids).values_list("pk", "source"))
    found = new_clients_by_source(list(sources.values()), timezone.now())
    return {pk: found.get(source, 0) for pk, source in sources.items()}


def cost_per_lead_by_campaign(campaign_ids: Collection[int], user: Actor) -> dict[int, Decimal | None]:
    """What a lead of each campaign has cost so far (two statements)."""
    leads = leads_by_campaign(campaign_ids, user)
    rows = CampaignCost.objects.filter(campaign__in=campaign_ids).order_by()
    spent = dict(rows.values_list("campaign").annotate(total=Sum("amount")))
    return {pk: cents(spent.get(pk, ZERO) / count) if count else None for pk, count in leads.items()}


def harvest(campaign_id: int, on: date | None = None) -> Harvest:
    """What a campaign has brought and cost up to the end of `on`, or so far; four statements."""
    campaign = Campaign.objects.get(pk=campaign_id)
    leads, won = Lead.objects.filter(source=campaign.source_id), won_deals_of_new_clients()
    won = won.filter(source=campaign.source_id)
    if on is not None:
        leads, won = leads.filter(received_at__date__lte=on), won.filter(closed_at__date__lte=on)
    counted = leads.aggregate(all=Count("pk"), qualified=Count("pk", filter=Q(status=LeadStatus.QUALIFIED)))
    return Harvest(
        campaign_id=campaign.pk,
        leads=counted["all"],
        qualified=counted["qualified"],
        new_clients=won.aggregate(clients=Count("client", distinct=True))["clients"],
        cost=campaign_cost(campaign.pk, on),
    )
