"""What sellers and their head look at: the day, the inbox, deals and the team."""

from __future__ import annotations

from typing import Any

from sales.choices import DealStatus
from sales.models import Deal
from samples.shots.screens import Screen, at, of


def an_open_deal(user: Any) -> Deal | None:
    rows = Deal.objects.visible_to(user).filter(status=DealStatus.OPEN, competitors__isnull=False)
    return rows.order_by("-amount").first()


def a_won_deal(user: Any) -> Deal | None:
    return Deal.objects.visible_to(user).filter(status=DealStatus.WON).order_by("-closed_at").first()


SCREENS = (
    Screen("my-day", "seller", at("sales:my_day"), mock="02-my-day"),
    Screen("log-call", "seller", at("crm:talk_new")),
    Screen("inbox", "head_of_sales", at("crm:inbox")),
    Screen("deals-board", "head_of_sales", at("sales:deal_board", "?pipeline=projects"), mock="03-deals-kanban"),
    Screen("deals-forecast", "head_of_sales", at("sales:deal_forecast", "?pipeline=projects"), mock="03-deals-kanban"),
    Screen("deals", "head_of_sales", at("sales:deal_list", "?status=open")),
    Screen("deal-card", "head_of_sales", of("sales:deal_card", an_open_deal), mock="04-deal-card"),
    Screen("deal-card-won", "head_of_sales", of("sales:deal_card", a_won_deal), mock="04-deal-card"),
    Screen("deal-thread", "head_of_sales", of("sales:deal_card", a_won_deal, "?tab=thread")),
    Screen("deal-lines", "head_of_sales", of("sales:deal_lines", an_open_deal)),
    Screen("team", "head_of_sales", at("sales:team_board")),
    Screen("plans", "head_of_sales", at("reports:plan_list")),
)
