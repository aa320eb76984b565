"""The sign-in page as people meet it: on a desk, on a phone, in the dark, by keyboard, without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from core.models import User
from tests.ui.browsing import findings

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

EMAIL, PASSWORD = "marta@alderline.example", "correct-horse-battery"


@pytest.fixture
def marta() -> User:
    return User.objects.create_superuser(EMAIL, PASSWORD, first_name="Marta")


def test_the_password_can_be_looked_at_and_is_sent_by_enter(quiet_page: Page, live_server, marta):
    quiet_page.goto(live_server.url)
    expect(quiet_page.get_by_label("Work e-mail")).to_be_focused()
    quiet_page.keyboard.type(EMAIL)
    quiet_page.get_by_label("Password", exact=True).fill(PASSWORD)
    quiet_page.get_by_role("button", name="Show password").click()
    expect(quiet_page.get_by_label("Password", exact=True)).to_have_attribute("type", "text")
    quiet_page.get_by_label("Password", exact=True).press("Enter")
    expect(quiet_page.get_by_role("heading", level=1)).to_have_text("Good to see you, Marta")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_everybody_can_use_the_first_pages(quiet_page: Page, live_server, marta, width, theme):
    quiet_page.set_viewport_size({"width": width, "height": 844})
    quiet_page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    quiet_page.goto(live_server.url)
    found = findings(quiet_page)
    assert found.violations_count == 0, found.generate_report()
    assert quiet_page.evaluate("document.documentElement.scrollWidth") <= width
    quiet_page.get_by_label("Work e-mail").fill(EMAIL)
    quiet_page.get_by_label("Password", exact=True).fill(PASSWORD)
    quiet_page.get_by_role("button", name="Sign in", exact=True).click()
    expect(quiet_page.get_by_role("heading", level=1)).to_contain_text("Marta")
    found = findings(quiet_page)
    assert found.violations_count == 0, found.generate_report()
    assert quiet_page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_works_without_scripts(browser: Browser, live_server, marta):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url)
    expect(page.get_by_role("button", name="Show password")).to_be_hidden()
    page.get_by_label("Work e-mail").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Marta")
    context.close()
