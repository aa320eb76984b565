"""The filters of the deals under a hand: by menu, without scripts, in each width and theme."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from core.models import User
from tests.factories.core import make_team, make_user
from tests.factories.sales import make_deal
from tests.ui.browsing import WIDTHS, assert_usable, looks, sign_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def head(live_server) -> User:
    user, mate = make_user("head_of_sales"), make_user("seller", first_name="Marta", last_name="Lindqvist")
    make_team(user, mate)
    now = timezone.now()
    make_deal(owner=mate, name="Oak kitchen", expected_close=timezone.localdate() - timedelta(days=2), at=now)
    make_deal(owner=user, name="Bar wall", at=now)
    return user


def narrow_down(page: Page, address: str) -> None:
    """Owner, then the day of closing, then the other layouts: the same deal stays everywhere."""
    page.goto(f"{address}/sales/deals/board/")
    expect(page.get_by_role("link", name="Bar wall")).to_be_visible()
    page.locator("summary", has_text="Owner").click()
    page.get_by_role("link", name="Marta Lindqvist").click()
    expect(page.get_by_role("link", name="Bar wall")).to_have_count(0)
    page.locator("summary", has_text="Closing").click()
    page.get_by_role("link", name="Overdue", exact=True).click()
    layouts = page.get_by_role("navigation", name="Layout")
    for name in ("Table", "Forecast", "Board"):
        expect(page.get_by_role("link", name="Oak kitchen").first).to_be_visible()
        layouts.get_by_role("link", name=name).click()
        expect(layouts.locator("[aria-current=page]")).to_have_text(name)
    expect(page.get_by_role("link", name="Oak kitchen").first).to_be_visible()
    expect(page.get_by_role("link", name="Bar wall")).to_have_count(0)


def test_by_menu(page: Page, live_server, head):
    sign_in(page, live_server.url, head)
    narrow_down(page, live_server.url)
    expect(page.get_by_role("link", name="Bar wall")).to_have_count(0)


def test_without_scripts(browser: Browser, live_server, head):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        sign_in(page, live_server.url, head)
        narrow_down(page, live_server.url)
        page.locator("summary", has_text="Closing").click()
        page.get_by_label("Another period").fill("next month")
        page.get_by_role("button", name="Show", exact=True).click()
        expect(page.get_by_role("link", name="Oak kitchen")).to_have_count(0)


def test_open_menus_are_usable(page: Page, live_server, head):
    sign_in(page, live_server.url, head)
    for path in ("board/", "", "forecast/"):
        for _theme, width in looks(page, f"{live_server.url}/sales/deals/{path}", WIDTHS):
            menu = page.locator("summary", has_text="Closing")
            menu.click()
            expect(page.get_by_role("link", name="Next month")).to_be_in_viewport(ratio=1)
            assert_usable(page, width)
            menu.click()
