"""Every page of quotes, orders, shipments and prices, read by the checker of accessibility."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from core.actors import SYSTEM
from core.models import User
from core.services.standing_links import tokens_of
from sales.models import PriceList
from sales.selectors.links import ORDER, QUOTE
from sales.services.approvals import request_approval
from sales.services.clients_answers import open_order_page
from sales.services.lines import LineDraft
from sales.services.quote_drafts import draft_quote
from sales.services.quotes import send_quote
from tests.factories.core import make_branch, make_user
from tests.factories.inventory import make_warehouse
from tests.factories.sales import make_deal, make_order, make_policy, make_quote, make_sold_item
from tests.ui.browsing import assert_fits_a_phone, assert_looks, sign_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def boss(quiet_page: Page, live_server) -> User:
    user = make_user("administrator", first_name="Vera", last_name="Lind")
    sign_in(quiet_page, live_server.url, user)
    return user


def test_quotes(quiet_page: Page, live_server, boss):
    branch = make_branch()
    make_warehouse(branch=branch)
    desk, lamp = make_sold_item("100.00"), make_sold_item("20.00")
    lines = [
        LineDraft(item_id=desk.pk, qty=Decimal(2), heading="Furniture", discount_pct=Decimal(5)),
        LineDraft(item_id=lamp.pk, qty=Decimal(1), is_optional=True),
    ]
    deal = make_deal(owner=boss, branch=branch)
    head = {"deal_id": deal.pk, "legal_entity_id": deal.legal_entity_id, "at": timezone.now(), "by": SYSTEM}
    sent = draft_quote(lines=lines, valid_until=timezone.localdate() + timedelta(days=9), **head)
    send_quote(quote_id=sent.pk, at=timezone.now(), by=SYSTEM)
    draft = draft_quote(lines=lines[:1], **head)
    seller = make_user("seller")
    make_policy("seller", 1)
    asked = make_quote(make_deal(owner=seller, branch=branch), [(desk, 1, "30")])
    approval = request_approval(quote_id=asked.pk, at=timezone.now(), by=seller, reason="A large house")
    paths = [
        reverse("sales:quote_list"),
        reverse("sales:quote_card", args=[sent.pk]),
        reverse("sales:quote_edit_lines", args=[draft.pk]),
        reverse("sales:quote_compare", args=[draft.pk]),
        reverse("sales:quote_send", args=[draft.pk]),
        reverse("sales:quote_accept", args=[sent.pk]),
        reverse("sales:quote_public", args=[tokens_of([sent], QUOTE, at=timezone.now())[sent.pk]]),
        reverse("sales:approval_list"),
        reverse("sales:approval_decide", args=[approval.pk]),
    ]
    for path in paths:
        assert_looks(quiet_page, live_server.url + path)


def test_orders_and_prices(quiet_page: Page, live_server, boss):
    order = make_order([(make_sold_item("100.00"), 2)], owner=boss)
    open_order_page(order_id=order.pk, at=timezone.now(), by=boss)
    paths = [
        reverse("sales:order_list"),
        reverse("sales:order_card", args=[order.pk]),
        reverse("sales:order_edit_lines", args=[order.pk]),
        reverse("sales:order_confirm", args=[order.pk]),
        f"{reverse('sales:order_new')}?client={order.client_id}",
        reverse("sales:order_public", args=[tokens_of([order], ORDER, at=timezone.now())[order.pk]]),
        reverse("sales:shipment_list"),
        reverse("sales:pricelist_list"),
        reverse("sales:pricelist_card", args=[PriceList.objects.order_by("pk")[0].pk]),
        reverse("sales:who_wins"),
        reverse("sales:team_board"),
    ]
    for path in paths:
        assert_looks(quiet_page, live_server.url + path)
        assert_fits_a_phone(quiet_page, live_server.url + path)
