"""Addresses of deals: board, table, card and what is done on it."""

from django.urls import URLPattern, path

from core.ui.addresses import urls_for
from sales.registers import Deals
from sales.views import (
    deal_board,
    deal_card,
    deal_forecast,
    deal_lines,
    deal_list,
    deal_people,
    deal_steps,
    my_day,
    team_board,
)


def _of_deal(below: str, view: type, name: str) -> URLPattern:
    return path(f"deals/<int:pk>/{below}/", view.as_view(register=Deals()), name=name)  # type: ignore[attr-defined]


urlpatterns: list[URLPattern] = [
    path("my-day/", my_day.MyDay.as_view(), name="my_day"),
    path("team/", team_board.TeamBoard.as_view(), name="team_board"),
    path("deals/board/", deal_board.DealBoard.as_view(), name="deal_board"),
    path("deals/forecast/", deal_forecast.DealForecast.as_view(), name="deal_forecast"),
    _of_deal("thread", deal_card.DealThread, "deal_thread"),
    _of_deal("move", deal_steps.MoveDeal, "deal_move"),
    _of_deal("win", deal_steps.WinDeal, "deal_win"),
    _of_deal("lose", deal_steps.LoseDeal, "deal_lose"),
    _of_deal("lines", deal_lines.EditLines, "deal_lines"),
    _of_deal("estimate", deal_lines.AskEstimate, "estimate_new"),
    _of_deal("people", deal_people.AddRole, "deal_role_new"),
    _of_deal("competitors", deal_people.AddCompetitor, "deal_competitor_new"),
    path("deals/people/<int:pk>/remove/", deal_people.RemoveRole.as_view(), name="deal_role_remove"),
    path("deals/competitors/<int:pk>/remove/", deal_people.RemoveCompetitor.as_view(), name="deal_competitor_remove"),
    *urls_for(Deals, list=deal_list.DealList, card=deal_card.DealCard),
]
