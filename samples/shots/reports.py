"""Dashboard, reports and campaigns."""

from __future__ import annotations

from typing import Any

from marketing.models import Campaign
from samples.shots.screens import Screen, at, of


def a_campaign(user: Any) -> Campaign | None:
    return Campaign.objects.visible_to(user).order_by("-pk").first()


SCREENS = (
    Screen("dashboard", "director", at("reports:dashboard"), mock="13-director-dashboard"),
    Screen("figure", "director", lambda _user: "/reports/figures/margin_pct/?period=this+year"),
    Screen("sales", "director", at("reports:sales", "?period=this+year&by=client")),
    Screen("funnel", "director", at("reports:funnel", "?period=this+year")),
    Screen("abc", "director", at("reports:abc")),
    Screen("xyz", "director", at("reports:xyz")),
    Screen("order-results", "director", at("reports:order_results", "?period=this+year")),
    Screen("campaigns", "marketer", at("marketing:campaign_list")),
    Screen("campaign", "marketer", of("marketing:campaign_card", a_campaign), mock="12b-campaign"),
)
