"""Addresses of deals: board, table, card and what is done on it."""

from django.urls import URLPattern, path

from core.ui.addresses import urls_for
from sales.registers import Deals
from sales.views import deal_board, deal_list

urlpatterns: list[URLPattern] = [
    path("deals/board/", deal_board.DealBoard.as_view(), name="deal_board"),
    *urls_for(Deals, list=deal_list.DealList),
]
