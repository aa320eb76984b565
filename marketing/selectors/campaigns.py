"""What campaigns brought: leads and new clients against what was spent. Margins are told by reports."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

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
