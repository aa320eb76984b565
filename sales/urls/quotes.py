"""Addresses of quotes, approvals and price lists."""

from django.urls import URLPattern, path

from core.ui.addresses import urls_for
from core.ui.registers import by_key
from sales.registers import Approvals, PriceLists, Quotes
from sales.views import (
    approvals,
    delivery,
    items,
    prices,
    quote_compare,
    quote_drafting,
    quote_public,
    quote_steps,
    quotes,
)

QUOTE, APPROVAL = {"register": by_key("sales.quote")}, {"register": by_key("sales.approval")}
PRICES = {"register": by_key("sales.pricelist")}

urlpatterns: list[URLPattern] = [
    path("q/<str:token>/", quote_public.QuotePublic.as_view(), name="quote_public"),
    path("q/<str:token>/paper/", quote_public.QuotePublicPaper.as_view(), name="quote_public_paper"),
    path("deals/<int:pk>/quote/", quote_drafting.DraftQuote.as_view(), name="quote_draft"),
    path("quotes/items/", items.FoundItems.as_view(), name="quote_items"),
    path("quotes/<int:pk>/lines/", quote_drafting.EditQuote.as_view(), name="quote_edit_lines"),
    path("quotes/<int:pk>/compare/", quote_compare.CompareQuote.as_view(**QUOTE), name="quote_compare"),
    path("quotes/<int:pk>/delivery/", delivery.QuoteDelivery.as_view(**QUOTE), name="quote_delivery"),
    path("quotes/<int:pk>/send/", quote_steps.SendQuote.as_view(**QUOTE), name="quote_send"),
    path("quotes/<int:pk>/ask/", quote_steps.AskApproval.as_view(**QUOTE), name="quote_ask"),
    path("quotes/<int:pk>/accept/", quote_steps.AcceptQuote.as_view(**QUOTE), name="quote_accept"),
    path("quotes/<int:pk>/refuse/", quote_steps.RefuseQuote.as_view(**QUOTE), name="quote_refuse"),
    *urls_for(Quotes, list=quotes.QuoteList, card=quotes.QuoteCard),
    path("approvals/<int:pk>/decide/", approvals.DecideApproval.as_view(**APPROVAL), name="approval_decide"),
    *urls_for(Approvals, card=approvals.ApprovalCard),
    path("price-lists/who-wins/", prices.WhoWins.as_view(), name="who_wins"),
    path("price-lists/<int:pk>/price/", prices.SetPrice.as_view(**PRICES), name="pricelist_price"),
    path("prices/<int:pk>/remove/", prices.RemovePrice.as_view(), name="price_remove"),
    *urls_for(PriceLists),
]
