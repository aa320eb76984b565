"""Quotes, approvals, price lists, orders, shipments, and the pages clients open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils import timezone

from core.services.standing_links import tokens_of
from sales.models import Approval, PriceList, Quote, SalesOrder, Shipment
from sales.selectors.links import ORDER, QUOTE
from samples.shots.screens import Screen, at, of


def a_quote(status: str) -> Callable[[Any], Quote | None]:
    return lambda user: Quote.objects.visible_to(user).filter(status=status).order_by("-pk").first()


def a_later_version(user: Any) -> Quote | None:
    return Quote.objects.visible_to(user).filter(revision__gt=1).order_by("-pk").first()


def an_order(status: str) -> Callable[[Any], SalesOrder | None]:
    return lambda user: SalesOrder.objects.visible_to(user).filter(status=status).order_by("-pk").first()


def public(page: str, purpose: str, model: Any, **narrowed: Any) -> Callable[[Any], str | None]:
    """The address of the newest record whose client's page is open."""

    def address(_user: Any) -> str | None:
        for record in model.objects.filter(**narrowed).order_by("-pk")[:50]:
            token = tokens_of([record], purpose, at=timezone.now()).get(record.pk)
            if token:
                return reverse(page, args=[token])
        return None

    return address


SCREENS = (
    Screen("quotes", "head_of_sales", at("sales:quote_list")),
    Screen("quote-editor", "head_of_sales", of("sales:quote_edit_lines", a_quote("draft")), mock="07-quote-editor"),
    Screen("quote-card", "head_of_sales", of("sales:quote_card", a_quote("accepted"))),
    Screen("quote-send", "head_of_sales", of("sales:quote_send", a_quote("draft"))),
    Screen("quote-compare", "head_of_sales", of("sales:quote_compare", a_later_version)),
    Screen("quote-public", "", public("sales:quote_public", QUOTE, Quote, status="sent"), mock="07b-quote-print"),
    Screen("approvals", "head_of_sales", at("sales:approval_list")),
    Screen(
        "approval-decide",
        "head_of_sales",
        of("sales:approval_decide", lambda user: Approval.objects.filter(status="asked").first()),
    ),
    Screen("price-lists", "head_of_sales", at("sales:pricelist_list")),
    Screen(
        "price-list",
        "head_of_sales",
        of("sales:pricelist_card", lambda user: PriceList.objects.order_by("-pk").first()),
    ),
    Screen("who-wins", "seller", at("sales:who_wins")),
    Screen("orders", "head_of_sales", at("sales:order_list")),
    Screen("order-card", "head_of_sales", of("sales:order_card", an_order("confirmed")), mock="04-deal-card"),
    Screen("order-confirm", "head_of_sales", of("sales:order_confirm", an_order("draft"))),
    Screen("order-edit", "head_of_sales", of("sales:order_edit_lines", an_order("draft"))),
    Screen("order-new", "seller", at("sales:order_new")),
    Screen("order-public", "", public("sales:order_public", ORDER, SalesOrder)),
    Screen("shipments", "storekeeper", at("sales:shipment_list")),
    Screen(
        "shipment-card",
        "head_of_sales",
        of("sales:shipment_card", lambda user: Shipment.objects.visible_to(user).order_by("-pk").first()),
    ),
)
