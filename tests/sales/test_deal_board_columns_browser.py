"""Whole columns of the board of deals in the browser: typing a deal into one, its menu, folding it away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from sales.models import Deal
from tests.factories.core import make_user
from tests.factories.sales import make_deal
from tests.ui.browsing import assert_usable, drag, sign_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def board(page: Page, live_server):
    user = make_user("seller", first_name="Marta", last_name="Lindqvist")
    sign_in(page, live_server.url, user)
    page.set_viewport_size({"width": 1440, "height": 900})
    for days, name in ((3, "Lamps"), (5, "Oak kitchen")):
        make_deal(owner=user, at=timezone.now() - timedelta(days=days), name=name, amount=1000)
    page.goto(f"{live_server.url}/sales/deals/board/")
    return page.locator("#board")


def test_deals_are_typed_into_a_column_by_keys_alone(page: Page, board):
    column = board.locator("#col-proposal")
    column.get_by_role("button", name="Quick add").focus()
    page.keyboard.press("Enter")
    expect(column.get_by_label("Deal", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(column.get_by_text("This field is required")).to_be_visible()
    expect(column.get_by_label("Deal", exact=True)).to_be_focused()
    assert_usable(page, 1440)
    for name, amount in (("Bar", "1200*2"), ("Shelves", "")):
        page.keyboard.type(name)
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.type(amount)
        page.keyboard.press("Enter")
        expect(column.locator(".dcard").filter(has_text=name)).to_be_visible()
        expect(column.get_by_label("Deal", exact=True)).to_be_focused()
        expect(column.get_by_label("Deal", exact=True)).to_have_value("")
    expect(page.locator("#head-proposal")).to_contain_text("Proposal 2")
    expect(page.locator("#head-proposal")).to_contain_text("€2,400")
    page.keyboard.press("Escape")
    expect(column.locator("form")).to_have_count(0)
    expect(column.get_by_role("button", name="Quick add")).to_be_focused()
    assert sorted(Deal.objects.filter(stage__code="proposal").values_list("name", flat=True)) == ["Bar", "Shelves"]


def test_the_menu_of_a_column_adds_folds_and_unfolds(page: Page, board):
    column = board.locator("#col-estimate")
    column.get_by_label("Menu of Estimate").click()
    assert_usable(page, 1440)
    column.get_by_role("link", name="Add a card here").click()
    expect(column.get_by_label("Deal", exact=True)).to_be_focused()
    column.get_by_role("link", name="Cancel").click()
    column.get_by_label("Menu of Estimate").click()
    column.get_by_role("link", name="Fold the column").click()
    expect(page.locator("#col-estimate.folded")).to_be_visible()
    assert_usable(page, 1440)
    drag(page, board.locator(".dcard").filter(has_text="Oak kitchen"), board.locator("#col-estimate"))
    expect(page.get_by_role("status")).to_contain_text("Oak kitchen moved to Estimate")
    expect(page.locator("#head-estimate")).to_contain_text("Estimate 1")
    page.get_by_label("Unfold Estimate").click()
    expect(page.locator("#col-estimate .dcard")).to_have_count(1)
