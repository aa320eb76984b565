"""Charts under the hands of a person: drawn in both themes, turned into a table, opened by keyboard."""

import pytest
from playwright.sync_api import Page, expect

from tests.factories.core import make_user
from tests.ui.browsing import sign_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_drawn_turned_and_reached_by_keyboard(quiet_page: Page, live_server):
    page = quiet_page
    sign_in(page, live_server.url, make_user("director"))
    page.goto(f"{live_server.url}/components/")
    funnel = page.locator("[data-chart=chart-funnel]")
    expect(funnel.locator("[data-drawing].drawn svg")).to_be_visible()
    assert funnel.locator("[data-drawing]").get_attribute("aria-label").startswith("Of 186 requests")
    before = funnel.locator("[data-drawing] svg").inner_html()
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    expect(funnel.locator("[data-drawing] svg")).to_be_visible()
    page.wait_for_timeout(50)
    assert funnel.locator("[data-drawing] svg").inner_html() != before
    point = funnel.locator("[data-point='1']")
    point.focus()
    expect(point).to_be_in_viewport()
    button = page.locator("[data-twin-of=chart-funnel]")
    button.focus()
    page.keyboard.press("Enter")
    expect(funnel.locator("table")).to_be_visible()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page).to_have_url(f"{live_server.url}/components/")
    page.keyboard.press("Space")
    expect(funnel.locator("[data-drawing] svg")).to_be_visible()
