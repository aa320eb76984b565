"""What a campaign cost and brought up to the end of a day."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from core.money import ZERO, percent_of
from reports.definitions.parts import NONE, ONE, parts
from reports.indicators import Indicator, Params, Rows, register
from reports.selectors import campaigns
from reports.selectors.margins import Margin, margins, with_results
from sales.models import Deal


def _campaign(params: Params) -> int:
    if params.campaign_id is None:
        raise ValueError("this indicator is about a campaign")
    return params.campaign_id


def _leads(params: Params) -> QuerySet[Any]:
    return params.ever.within(campaigns.campaign_leads(_campaign(params), at=params.evening), "received_at")


def _qualified(params: Params) -> QuerySet[Any]:
    return _leads(params).filter(deal__isnull=False)


def _deals(params: Params) -> QuerySet[Any]:
    return params.ever.within(campaigns.campaign_deals(_campaign(params), at=params.evening), "opened_at")


def _won(params: Params) -> QuerySet[Any]:
    return params.ever.within(campaigns.campaign_won(_campaign(params), at=params.evening), "opened_at")


def _clients(params: Params) -> QuerySet[Any]:
    """The first won deal of each new client."""
    found = campaigns.campaign_new_clients(_campaign(params), at=params.evening)
    return params.ever.within(found, "opened_at").order_by("client", "pk").distinct("client")


def _one_each(params: Params) -> QuerySet[Any]:
    return parts(Deal.objects.filter(pk__in=_clients(params).values("pk")), ONE)


def _costs(params: Params) -> QuerySet[Any]:
    return campaigns.campaign_costs(_campaign(params), at=params.evening)


def _cost(params: Params) -> Decimal:
    return _costs(params).aggregate(total=Sum("amount"))["total"] or ZERO


def _orders(params: Params) -> QuerySet[Any]:
    return params.ever.within(campaigns.campaign_orders(_campaign(params), at=params.evening), "ordered_at")


def _margin(params: Params) -> Decimal:
    return margins(_orders(params), params.evening).get(None, Margin()).amount


def _return(params: Params) -> Decimal:
    cost = _cost(params)
    return percent_of(_margin(params) - cost, cost)


def _return_records(params: Params) -> Sequence[Rows]:
    """Margins count for the return; costs count against it, and are what it is measured by."""
    return [
        parts(with_results(_orders(params), params.evening), F("margin"), NONE),
        parts(_costs(params), -F("amount"), F("amount")),
    ]


register(
    Indicator(
        "campaign_leads", _("Leads of a campaign"), "count", "marketing.view_campaign",
        lambda p: Decimal(_leads(p).count()), lambda p: [parts(_leads(p), ONE)],
        help=_("Leads that came through the campaign's source by the end of the last day."),
    ),
    Indicator(
        "campaign_qualified", _("Leads of a campaign that became deals"), "count", "marketing.view_campaign",
        lambda p: Decimal(_qualified(p).count()), lambda p: [parts(_qualified(p), ONE)],
        help=_("Leads of the campaign that have become a deal."),
    ),
    Indicator(
        "campaign_deals", _("Deals of a campaign"), "money", "marketing.view_campaign",
        lambda p: _deals(p).aggregate(total=Sum("amount"))["total"] or ZERO,
        lambda p: [parts(_deals(p), F("amount"))],
        help=_("Deals opened through the campaign's source by the end of the last day."),
    ),
    Indicator(
        "campaign_won", _("Won through a campaign"), "money", "marketing.view_campaign",
        lambda p: _won(p).aggregate(total=Sum("amount"))["total"] or ZERO,
        lambda p: [parts(_won(p), F("amount"))],
        help=_("Deals won through the campaign's source by the end of the last day."),
    ),
    Indicator(
        "campaign_clients", _("New clients of a campaign"), "count", "marketing.view_campaign",
        lambda p: Decimal(_clients(p).count()), lambda p: [_one_each(p)],
        help=_("Clients whose first won deal came through the campaign; a client counts once."),
    ),
    Indicator(
        "campaign_cost", _("Cost of a campaign"), "money", "marketing.view_campaign",
        _cost, lambda p: [parts(_costs(p), F("amount"))],
        help=_("What was spent on the campaign by the last day."),
    ),
    Indicator(
        "campaign_margin", _("Margin of a campaign's orders"), "money", "reports.view_costs",
        _margin, lambda p: [parts(with_results(_orders(p), p.evening), F("margin"))],
        help=_("Revenue less credit notes and costs of the orders won through the campaign, as known on the last day."),
    ),
    Indicator(
        "campaign_return", _("Return of a campaign, %"), "percent", "reports.view_costs",
        _return, _return_records, part_label=_("Margin less cost"),
        help=_("(Margin − cost) / cost."),
    ),
)  # fmt: skip
