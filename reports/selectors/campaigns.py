"""What a campaign cost and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from core.money import ZERO, cents, percent_of
from crm.models import Lead, Source
from finance.selectors.results import order_results
from marketing.models import Campaign, CampaignCost
from reports.selectors.period import business_zone
from sales.choices import DealStatus, OrderStatus
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


def source_tree(source_id: int) -> list[int]:
    """A source with all sources below it (two statements)."""
    children: dict[int | None, list[int]] = {}
    for pk, parent in Source.objects.values_list("pk", "parent"):
        children.setdefault(parent, []).append(pk)
    found, waiting = [], [source_id]
    while waiting:
        pk = waiting.pop()
        found.append(pk)
        waiting.extend(children.get(pk, ()))
    return found


def campaign_leads(campaign_id: int, *, at: datetime | None = None) -> QuerySet[Lead]:
    """Leads that came through the campaign's source, or one below it, up to `at`."""
    source = Campaign.objects.values_list("source", flat=True).get(pk=campaign_id)
    return Lead.objects.filter(source__in=source_tree(source), received_at__lte=at or timezone.now())


def campaign_deals_won(campaign_id: int, *, at: datetime | None = None) -> QuerySet[Deal]:
    """Deals won up to `at` that began with such a lead, or name the source themselves."""
    source = Campaign.objects.values_list("source", flat=True).get(pk=campaign_id)
    tree = source_tree(source)
    return Deal.objects.filter(
        Q(lead__source__in=tree) | Q(lead__isnull=True, source__in=tree),
        status=DealStatus.WON,
        closed_at__lte=at or timezone.now(),
    )


def campaign_orders(campaign_id: int, *, at: datetime | None = None) -> QuerySet[SalesOrder]:
    """The orders of those deals."""
    return SalesOrder.objects.filter(deal__in=campaign_deals_won(campaign_id, at=at)).exclude(
        status__in=[OrderStatus.DRAFT, OrderStatus.CANCELLED]
    )


def campaign_costs(campaign_id: int, *, until: date | None = None) -> QuerySet[CampaignCost]:
    costs = CampaignCost.objects.filter(campaign=campaign_id)
    return costs if until is None else costs.filter(spent_on__lte=until)


def campaign_result(campaign_id: int, at: datetime | None = None) -> CampaignResult:
    """The campaign as it stood at `at` (now by default): a client counts once, however often he bought."""
    day = at.astimezone(business_zone()).date() if at else None
    orders = list(campaign_orders(campaign_id, at=at).values_list("pk", flat=True))
    return CampaignResult(
        leads=campaign_leads(campaign_id, at=at).count(),
        new_clients=campaign_deals_won(campaign_id, at=at).values("client").distinct().count(),
        cost=campaign_costs(campaign_id, until=day).aggregate(total=Sum("amount"))["total"] or ZERO,
        margin=sum((result.margin for result in order_results(orders, at).values()), ZERO),
    )
