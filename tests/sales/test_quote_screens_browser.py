"""The quote editor and the client's page under the hands of a person."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from core.actors import SYSTEM
from core.models import Attachment
from core.services.standing_links import tokens_of
from sales.models import Quote, SalesOrder
from sales.selectors.links import QUOTE
from sales.services.lines import LineDraft
from sales.services.quote_drafts import draft_quote
from sales.services.quotes import send_quote
from tests.factories.core import make_branch, make_user
from tests.factories.inventory import make_warehouse
from tests.factories.sales import make_deal, make_policy, make_quote, make_sold_item
from tests.ui.browsing import WIDTHS, assert_looks, assert_usable, looks, sign_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def quote(page: Page, live_server) -> Quote:
    seller = make_user("seller", first_name="Anna", last_name="Keller")
    make_policy("seller", 5)
    branch = make_branch()
    make_warehouse(branch=branch)
    sign_in(page, live_server.url, seller)
    deal = make_deal(owner=seller, branch=branch)
    return make_quote(deal, [(make_sold_item("549.90", sku="GP-200", name="Glazed partition"), 3)])


def test_totals_follow_what_is_typed_and_the_focus_stays(page: Page, live_server, quote):
    page.goto(f"{live_server.url}/sales/quotes/{quote.pk}/lines/")
    discount = page.get_by_label("Discount in percent, line 1")
    discount.fill("5")
    expect(page.locator("#net-0")).to_have_text("€1,567.22")
    expect(discount).to_be_focused()
    discount.fill("7.5")
    expect(page.get_by_role("link", name="Ask for approval")).to_be_visible()
    make_sold_item("64.37", sku="DLV", name="Delivery")
    page.get_by_label("Add an item: name or code").fill("DLV")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_label("Quantity, line 2")).to_have_value("1")
    page.get_by_role("button", name="Remove line 1").click()
    expect(page.get_by_label("Quantity, line 2")).to_have_count(0)
    quote.refresh_from_db()
    assert str(quote.net_amount) == "64.37"


def test_a_new_quote_goes_on_under_the_hand_while_it_is_first_kept(page: Page, live_server, quote):
    """A line added while the first save is under way stands there at once, and nothing typed meanwhile is lost."""
    make_sold_item("64.37", sku="DLV", name="Delivery")
    send_quote(quote_id=quote.pk, at=timezone.now(), by=SYSTEM)
    page.goto(f"{live_server.url}{reverse('sales:quote_draft', args=[quote.deal_id])}")
    held: list[Route] = []
    page.route("**/*", lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    discount = page.get_by_label("Discount in percent, line 1")
    discount.fill("5")
    _wait_for(page, held, 1)
    page.get_by_label("Add an item: name or code").fill("DLV")
    page.get_by_role("button", name="Add", exact=True).click()
    held[0].continue_()
    _wait_for(page, held, 2)
    held[1].continue_()
    expect(page.get_by_label("Quantity, line 2")).to_have_value("1")
    expect(discount).to_have_value("5")
    draft = Quote.objects.get(revision=2)
    assert draft.lines.count() == 2
    expect(page).to_have_url(f"{live_server.url}{reverse('sales:quote_edit_lines', args=[draft.pk])}")
    expect(page.get_by_role("link", name="Preview")).to_be_visible()
    expect(page.locator("#quote-delivery").get_by_text("Can we deliver?")).to_be_visible()
    assert page.locator("#quote-head").count() == page.locator("#quote-delivery").count() == 1


def _wait_for(page: Page, held: list[Route], count: int) -> None:
    for _turn in range(50):
        if len(held) >= count:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{len(held)} requests of {count} came")


def test_a_client_signs_with_the_hand(page: Page, live_server):
    made = make_quote(make_deal(branch=_branch()), valid_until=timezone.localdate() + timedelta(days=9))
    sent = send_quote(quote_id=made.pk, at=timezone.now(), by=SYSTEM)
    page.goto(f"{live_server.url}/sales/q/{tokens_of([sent], QUOTE, at=timezone.now())[sent.pk]}/")
    page.get_by_label("Your name").fill("Ada Kohl")
    box = page.locator("[data-pad]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 80, steps=6)
    page.mouse.up()
    page.get_by_role("button", name="Accept and order").click()
    expect(page.get_by_role("status")).to_contain_text("Ada Kohl accepted this quote")
    assert (SalesOrder.objects.count(), Attachment.objects.filter(kind="signature").count()) == (1, 1)


def test_the_sums_follow_the_options_and_nobody_orders_unsigned_by_mistake(page: Page, live_server):
    deal, item = make_deal(branch=_branch()), make_sold_item("389.50", sku="INST", name="Installation")
    made = draft_quote(
        deal_id=deal.pk, legal_entity_id=deal.legal_entity_id, at=timezone.now(), by=SYSTEM,
        lines=[
            LineDraft(item_id=make_sold_item("549.90").pk, qty=Decimal(3)),
            LineDraft(item_id=item.pk, qty=Decimal(1), is_optional=True),
        ],
        valid_until=timezone.localdate() + timedelta(days=9),
    )  # fmt: skip
    sent = send_quote(quote_id=made.pk, at=timezone.now(), by=SYSTEM)
    page.goto(f"{live_server.url}/sales/q/{tokens_of([sent], QUOTE, at=timezone.now())[sent.pk]}/")
    before = page.locator("[data-sum=order]").inner_text()
    page.get_by_label("Installation").check()
    expect(page.locator("[data-sum=order]")).not_to_have_text(before)
    expect(page.get_by_role("button", name="Work out the total")).to_be_hidden()
    page.get_by_label("Your name").fill("Ada Kohl")
    accept = page.get_by_role("button", name="Accept and order")
    accept.click()
    expect(page.get_by_role("alert")).to_contain_text("You have not signed yet.")
    accept.click()  # the other half of a double click
    page.wait_for_timeout(1100)
    assert not SalesOrder.objects.exists()
    accept.click()
    expect(page.get_by_role("status")).to_contain_text("Ada Kohl accepted this quote")
    assert SalesOrder.objects.get().lines.filter(item=item).exists()


def _branch():
    branch = make_branch()
    make_warehouse(branch=branch)
    return branch


def test_everybody_can_use_them(quiet_page: Page, live_server, quote):
    for _theme, width in looks(quiet_page, f"{live_server.url}/sales/quotes/{quote.pk}/lines/", WIDTHS):
        expect(quiet_page.locator("#delivery")).to_be_visible()
        assert_usable(quiet_page, width)
    send_quote(quote_id=quote.pk, at=timezone.now(), by=SYSTEM)
    token = tokens_of([quote], QUOTE, at=timezone.now())[quote.pk]
    assert_looks(quiet_page, f"{live_server.url}/sales/q/{token}/", WIDTHS)
