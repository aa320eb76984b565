"""What came of a campaign in money: marketing knows its leads and costs, here its orders' margin joins them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet, Sum
from django.utils import timezone

from core.money import ZERO, cents, percent_of
from crm.models import Lead
from finance.selectors.results import order_results
from marketing.models import Campaign, CampaignCost
from marketing.selectors.campaigns import won_deals_of_new_clients
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

    @property
    def cost_per_lead(self) -> Decimal | None:
        return cents(self.cost / self.leads) if self.leads else None

    @property
    def cost_per_client(self) -> Decimal | None:
        return cents(self.cost / self.new_clients) if self.new_clients else None

    @property
    def return_pct(self) -> Decimal | None:
        return percent_of(self.margin - self.cost, self.cost) if self.cost else None


def _source(campaign_id: int) -> int:
    return Campaign.objects.values_list("source", flat=True).get(pk=campaign_id)


def campaign_leads(campaign_id: int, *, at: datetime | None = None) -> QuerySet[Lead]:
    """Leads that came through the campaign's source up to `at`."""
    return Lead.objects.filter(source=_source(campaign_id), received_at__lte=at or timezone.now())


def campaign_new_clients(campaign_id: int, *, at: datetime | None = None) -> QuerySet[Deal]:
    """The won deals up to `at` by which clients of the campaign became clients: each client's first."""
    return won_deals_of_new_clients(_source(campaign_id)).filter(closed_at__lte=at or timezone.now())


def campaign_orders(campaign_id: int, *, at: datetime | None = None) -> QuerySet[SalesOrder]:
    """The orders of the deals won up to `at` through the campaign's source, of new and of known clients."""
    won = Deal.objects.filter(source=_source(campaign_id), status=DealStatus.WON, closed_at__lte=at or timezone.now())
    return SalesOrder.objects.filter(deal__in=won, status__in=COUNTED)


def campaign_costs(campaign_id: int, *, at: datetime | None = None) -> QuerySet[CampaignCost]:
    """What was spent on the campaign up to the day of `at`."""
    costs = CampaignCost.objects.filter(campaign=campaign_id)
    return costs if at is None else costs.filter(spent_on__lte=at.astimezone(business_zone()).date())


def campaign_result(campaign_id: int, at: datetime | None = None) -> CampaignResult:
    """The campaign as it stood at `at` (now by default): a client counts once, however often he bought."""
    orders = list(campaign_orders(campaign_id, at=at).values_list("pk", flat=True))
    return CampaignResult(
        leads=campaign_leads(campaign_id, at=at).count(),
        new_clients=campaign_new_clients(campaign_id, at=at).values("client").distinct().count(),
        cost=campaign_costs(campaign_id, at=at).aggregate(total=Sum("amount"))["total"] or ZERO,
        margin=sum((result.margin for result in order_results(orders, at).values()), ZERO),
    )
