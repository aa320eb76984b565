"""The palette in a real browser, by keyboard alone."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client as Visitor
from playwright.sync_api import Page, expect

from tests.factories.core import make_user
from tests.factories.crm import make_client, make_lead, make_person
from tests.ui.browsing import findings

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def seller():
    return make_user("seller", first_name="Marta")


def session_of(user, url: str) -> dict[str, str]:
    """The cookie of a signed-in user."""
    visitor = Visitor()
    visitor.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": visitor.cookies[name].value, "url": url}


@pytest.fixture
def inside(quiet_page: Page, live_server, seller) -> Page:
    """A signed-in page with some records."""
    client = make_client(name="Marlow Hospitality Group", owner=seller)
    make_person(client, first_name="Judith", last_name="Marley", owner_id=seller.pk)
    make_lead(company="Marlow Riverside Hotel", owner_id=seller.pk)
    quiet_page.context.add_cookies([session_of(seller, live_server.url)])
    quiet_page.goto(f"{live_server.url}/search/")
    return quiet_page


def options(page: Page):
    return page.locator("#palette [role=option]")


def selected(page: Page):
    return page.locator("#palette [role=option][aria-selected=true]")


def test_find_choose_and_open_by_keyboard(inside: Page):
    field = inside.get_by_role("combobox")
    inside.get_by_label("Name, number, phone, e-mail or tax number").focus()
    inside.keyboard.press("Control+k")
    expect(field).to_be_focused()
    inside.keyboard.type("marlwo")
    expect(selected(inside)).to_contain_text("Marlow Hospitality Group")
    field.fill("marl")
    expect(selected(inside).locator("mark").first).to_have_text("Marl")
    expect(field).to_have_attribute("aria-activedescendant", re.compile(r"palette-crm\.client:\d+"))
    inside.keyboard.press("ArrowDown")
    expect(selected(inside)).to_contain_text("Judith Marley")
    inside.keyboard.press("ArrowUp")
    inside.keyboard.press("Tab")
    expect(selected(inside)).to_contain_text("Edit Marlow Hospitality Group")
    inside.keyboard.press("Shift+Tab")
    expect(selected(inside)).to_contain_text("Hospitality")
    inside.keyboard.press("Escape")
    expect(inside.locator("#palette")).to_be_hidden()
    expect(inside.get_by_label("Name, number, phone, e-mail or tax number")).to_be_focused()
    inside.keyboard.press("Control+k")
    inside.keyboard.type("judith")
    inside.keyboard.press("Enter")
    inside.wait_for_url(re.compile(r"/crm/.*/\d+/"))
    expect(inside.get_by_role("heading", level=1)).to_contain_text("Judith Marley")


def test_tab_asks_for_the_actions_of_the_chosen_record(inside: Page):
    inside.keyboard.press("Control+k")
    inside.keyboard.type("mar")
    person = options(inside).filter(has_text="Judith")
    expect(person).to_be_visible()
    while "Judith" not in (selected(inside).text_content() or ""):
        inside.keyboard.press("ArrowDown")
    inside.keyboard.press("Tab")
    expect(selected(inside)).to_contain_text("Edit Judith Marley")


def test_commands_and_the_page_of_all_results(inside: Page):
    inside.locator("#palette-open").click()
    inside.keyboard.type("> go to lead")
    expect(options(inside)).to_have_count(1)
    inside.get_by_role("combobox").fill("marl")
    inside.keyboard.press("Control+Enter")
    inside.wait_for_url(re.compile(r"/search/\?q=marl"))
    expect(inside.get_by_role("heading", name="Clients")).to_be_visible()


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_everybody_can_use_it(inside: Page, width, theme):
    inside.set_viewport_size({"width": width, "height": 844})
    inside.emulate_media(color_scheme=theme, reduced_motion="reduce")
    inside.goto(inside.url.split("?")[0] + "?q=marl")
    expect(inside.get_by_role("heading", name="Clients")).to_be_visible()
    found = findings(inside)
    assert found.violations_count == 0, found.generate_report()
    assert inside.evaluate("document.documentElement.scrollWidth") <= width
    inside.keyboard.press("Control+k")
    inside.keyboard.type("marl")
    expect(selected(inside)).to_contain_text("Marlow")
    found = findings(inside)
    assert found.violations_count == 0, found.generate_report()


def test_the_page_works_without_scripts(browser, live_server, seller):
    make_client(name="Marlow", owner=seller)
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([session_of(seller, live_server.url)])
    page = context.new_page()
    page.goto(live_server.url)
    page.locator("#palette-open").click()
    page.get_by_label("Name, number, phone, e-mail or tax number").fill("marl")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("link", name="Marlow").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Marlow")
    context.close()
