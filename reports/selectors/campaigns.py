"""What came of campaigns in money: marketing knows their leads and costs, here their orders' margin joins them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils import timezone

from core.money import ZERO, cents, percent_of
from crm.models import Lead
from marketing.models import Campaign, CampaignCost
from marketing.selectors.campaigns import new_clients_by_source, won_deals_of_new_clients
from reports.selectors.margins import Margin, margins
from reports.selectors.period import business_zone
from reports.selectors.sales import COUNTED
from sales.choices import DealStatus
from sales.models import Deal, SalesOrder


@dataclass(frozen=True)
class CampaignResult:
    """Amounts in the base currency, to the cent. A figure per head is None while there is nobody.

    `margin` is revenue less cost of the orders won through the campaign; `return_pct` says how much more than
    its cost came back: (margin − cost) / cost, two places, None without cost.
    """

    leads: int
    new_clients: int
    cost: Decimal
    margin: Decimal
    revenue: Decimal = ZERO

    @property
    def cost_per_lead(self) -> Decimal | None:
        return cents(self.cost / self.leads) if self.leads else None

    @property
    def cost_per_client(self) -> Decimal | None:
        return cents(self.cost / self.new_clients) if self.new_clients else None

    @property
    def return_pct(self) -> Decimal | None:
        return percent_of(self.margin - self.cost, self.cost) if self.cost else None

    @property
    def margin_pct(self) -> Decimal:
        return percent_of(self.margin, self.revenue)


def _source(campaign_id: int) -> QuerySet[Any]:
    return Campaign.objects.filter(pk=campaign_id).values("source")


def campaign_leads(campaign_id: int, *, at: datetime | None = None) -> QuerySet[Lead]:
    """Leads that came through the campaign's source up to `at`."""
    return Lead.objects.filter(source__in=_source(campaign_id), received_at__lte=at or timezone.now())


def campaign_deals(campaign_id: int, *, at: datetime | None = None) -> QuerySet[Deal]:
    """Deals opened through the campaign's source up to `at`, whatever became of them."""
    return Deal.objects.filter(source__in=_source(campaign_id), opened_at__lte=at or timezone.now())


def campaign_won(campaign_id: int, *, at: datetime | None = None) -> QuerySet[Deal]:
    """Those of them that had been won by then."""
    return Deal.objects.filter(
        source__in=_source(campaign_id), status=DealStatus.WON, closed_at__lte=at or timezone.now()
    )


def campaign_new_clients(campaign_id: int, *, at: datetime | None = None) -> QuerySet[Deal]:
    """The won deals up to `at` by which clients of the campaign became clients: each client's first."""
    return won_deals_of_new_clients().filter(source__in=_source(campaign_id), closed_at__lte=at or timezone.now())


def campaign_orders(campaign_id: int, *, at: datetime | None = None) -> QuerySet[SalesOrder]:
    """The orders of the deals won up to `at` through the campaign's source, of new and of known clients."""
    return SalesOrder.objects.filter(deal__in=campaign_won(campaign_id, at=at), status__in=COUNTED)


def campaign_costs(campaign_id: int, *, at: datetime | None = None) -> QuerySet[CampaignCost]:
    """What was spent on the campaign up to the day of `at`."""
    costs = CampaignCost.objects.filter(campaign=campaign_id)
    return costs if at is None else costs.filter(spent_on__lte=at.astimezone(business_zone()).date())


def campaign_result(campaign_id: int, at: datetime | None = None) -> CampaignResult:
    """The campaign as it stood at `at` (now by default): a client counts once, however often he bought."""
    return campaign_results([campaign_id], at)[campaign_id]


def campaign_results(
    campaign_ids: Collection[int] | Mapping[int, int | None],
    at: datetime | None = None,
    *,
    zone: tzinfo | None = None,
) -> dict[int, CampaignResult]:
    """The same for many campaigns, given by key, or with the key of their source; `zone` saves asking for it.

    Eight statements at most, six where both are known.
    """
    until = at or timezone.now()
    if isinstance(campaign_ids, Mapping):
        sources = dict(campaign_ids)
    else:
        sources = dict(Campaign.objects.filter(pk__in=campaign_ids).values_list("pk", "source"))
    wanted = list(sources.values())
    leads = Lead.objects.filter(source__in=wanted, received_at__lte=until).order_by()
    counted = dict(leads.values_list("source").annotate(n=Count("pk")))
    clients = new_clients_by_source(wanted, until)
    costs = CampaignCost.objects.filter(campaign__in=list(sources)).order_by()
    if at is not None:
        costs = costs.filter(spent_on__lte=at.astimezone(zone or business_zone()).date())
    spent = dict(costs.values_list("campaign").annotate(total=Sum("amount")))
    won = Deal.objects.filter(source__in=wanted, status=DealStatus.WON, closed_at__lte=until)
    orders = SalesOrder.objects.filter(deal__in=won, status__in=COUNTED)
    earned = margins(orders, at, by="deal__source")
    return {
        pk: CampaignResult(
            leads=counted.get(source, 0),
            new_clients=clients.get(source, 0),
            cost=spent.get(pk, ZERO),
            margin=earned.get(source, Margin()).amount,
            revenue=earned.get(source, Margin()).revenue,
        )
        for pk, source in sources.items()
    }
