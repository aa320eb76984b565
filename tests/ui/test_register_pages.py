"""Clients, contacts, leads and items in a real browser: usable in every width and theme, by keyboard and in place."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from core.ui import remarks
from tests.factories.core import make_user
from tests.factories.crm import make_client, make_lead, make_legal_entity, make_person
from tests.factories.inventory import make_item
from tests.ui.browsing import WIDTHS, assert_usable, looks, sign_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

LONG = "Wohnraumplanungsgesellschaft Süd-Oberösterreich & Söhne mbH"


def client_with_everything(user: Any) -> Any:
    record = make_client(name=LONG, owner=user, industry="Hotels", segment="Key accounts")
    make_legal_entity(client=record, tax_id="ATU12345678", country="AT")
    make_person(first_name="Elisabeth", last_name="Fröhlich-Wojciechowska", client=record, owner_id=user.pk)
    remarks.add_comment(register="crm.client", record_id=record.pk, text="They want oak.", at=timezone.now(), by=user)
    remarks.tag(register="crm.client", record_id=record.pk, names=["Repeat"], by=user)
    return record


RECORDS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "crm:client": ("seller", client_with_everything),
    "crm:person": ("seller", lambda user: make_person(first_name="Anna", last_name=LONG[:70], owner_id=user.pk)),
    "crm:lead": ("seller", lambda user: make_lead(title=LONG, owner_id=user.pk)),
    "inventory:item": ("purchaser", lambda _user: make_item(name=LONG)),
}


def shot(page: Page, name: str) -> None:
    """A picture to look at, where somebody asks for them (SHOTS names the folder)."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


@pytest.mark.parametrize("register", RECORDS)
def test_list_card_and_form_are_usable(register, live_server, quiet_page):
    role, make = RECORDS[register]
    user = make_user(role)
    record = make(user)
    page = quiet_page
    sign_in(page, live_server.url, user)
    addresses = {
        "list": reverse(f"{register}_list"),
        "card": reverse(f"{register}_card", args=[record.pk]),
        "form": reverse(f"{register}_edit", args=[record.pk]),
        "new": reverse(f"{register}_new"),
    }
    for name, address in addresses.items():
        for theme, width in looks(page, live_server.url + address, WIDTHS):
            shot(page, f"{register.replace(':', '-')}-{name}-{width}-{theme}")
            assert_usable(page, width)


@pytest.fixture
def seller(live_server, quiet_page):
    user = make_user("seller")
    sign_in(quiet_page, live_server.url, user)
    return user


def test_a_fact_is_changed_in_place_and_taken_back(live_server, quiet_page, seller):
    record, page = make_client(name="Aalto", owner=seller, industry="Hotels"), quiet_page
    page.goto(live_server.url + reverse("crm:client_card", args=[record.pk]))
    page.locator("#fact-industry").click()
    field = page.locator("#fact-industry input[name=industry]")
    expect(field).to_be_focused()
    field.fill("Offices")
    field.press("Enter")
    expect(page.locator("#fact-industry")).to_contain_text("Offices")
    page.locator("#toasts [data-undo] button").click()
    expect(page.locator("#fact-industry")).to_contain_text("Hotels")


def test_escape_restores_a_fact(live_server, quiet_page, seller):
    record, page = make_client(name="Aalto", owner=seller, industry="Hotels"), quiet_page
    page.goto(live_server.url + reverse("crm:client_card", args=[record.pk]))
    page.locator("#fact-industry").click()
    page.locator("#fact-industry input[name=industry]").fill("Nonsense")
    page.keyboard.press("Escape")
    expect(page.locator("#fact-industry")).to_contain_text("Hotels")


def test_rows_are_chosen_with_shift_and_the_bar_tells_how_many(live_server, quiet_page, seller):
    for number in range(5):
        make_client(name=f"C{number}", owner=seller)
    page = quiet_page
    page.goto(live_server.url + reverse("crm:client_list"))
    bar = page.locator("[data-bulk]")
    expect(bar).to_be_hidden()
    boxes = page.locator("tbody input[name=ids]")
    boxes.nth(1).click()
    boxes.nth(3).click(modifiers=["Shift"])
    expect(bar).to_be_visible()
    assert page.locator("tbody tr.sel").count() == 3
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()


def test_typing_in_the_search_narrows_the_list_and_keeps_the_focus(live_server, quiet_page, seller):
    for name in ("Aalto", "Bluehaven"):
        make_client(name=name, owner=seller)
    page = quiet_page
    page.goto(live_server.url + reverse("crm:client_list"))
    page.locator("#list-q").press_sequentially("blue")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("#list-q")).to_be_focused()
    assert "q=blue" in page.url


def test_a_day_that_no_calendar_has_becomes_no_other_day(live_server, quiet_page, seller):
    page = quiet_page
    page.goto(live_server.url + reverse("sales:deal_new"))
    field = page.locator("input[name=expected_close]")
    for typed, shown in (("31.02.2027", "31.02.2027"), ("28.02.2027", "28 Feb 2027")):
        field.fill(typed)
        field.press("Tab")
        expect(field).to_have_value(shown)


def test_filters_come_when_their_menu_is_opened(live_server, quiet_page, seller):
    make_client(name="Aalto", owner=seller, segment="hotels")
    make_client(name="Bluehaven", owner=seller, segment="shops")
    page = quiet_page
    page.goto(live_server.url + reverse("crm:client_list"))
    page.get_by_text("Filter", exact=True).click()
    page.locator(".filter-form .picks label", has_text="Prospect").click()  # on its words, not on the box
    page.locator(".filter-form input[name=segment]").fill("shops")
    page.locator(".filter-form button[type=submit]").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator(".fchip.on", has_text="Prospect")).to_be_visible()
    expect(page.locator(".fchip.on", has_text="shops")).to_be_visible()


def test_a_client_is_made_without_leaving_the_form_of_a_contact(live_server, quiet_page, seller):
    page = quiet_page
    page.goto(live_server.url + reverse("crm:person_new"))
    page.locator("input[name=last_name]").fill("Marlow")
    page.locator("a[data-creates]").first.click()
    page.locator("#form-dialog-body input[name=name]").fill("New Client Ltd")
    page.locator("#form-dialog-body button[type=submit]").click()
    expect(page.locator("#form-dialog-body")).to_have_count(0)
    page.locator("#record-form button[type=submit]").click()
    expect(page.locator("h1")).to_contain_text("Marlow")
    expect(page.locator("main")).to_contain_text("New Client Ltd")


def test_what_was_typed_comes_back_after_the_page_was_left(live_server, quiet_page, seller):
    page = quiet_page
    page.goto(live_server.url + reverse("crm:client_new"))
    with page.expect_response("**/drafts/"):
        page.locator("input[name=name]").press_sequentially("Half a name")
    expect(page.locator("[data-draft-state]")).to_have_text("Draft saved")
    page.goto(live_server.url + "/")
    page.goto(live_server.url + reverse("crm:client_new"))
    page.locator("[data-draft-use]").click()
    expect(page.locator("input[name=name]")).to_have_value("Half a name")


def test_a_draft_that_could_not_be_kept_says_so_and_is_tried_again(live_server, page):
    sign_in(page, live_server.url, make_user("seller"))
    page.goto(live_server.url + reverse("crm:client_new"))
    page.route("**/drafts/", lambda route: route.abort())
    page.locator("input[name=name]").press_sequentially("Half")
    state = page.locator("[data-draft-state]")
    expect(state).to_have_text("Not saved, trying again")
    page.unroute("**/drafts/")
    expect(state).to_have_text("Draft saved", timeout=9000)


def test_the_palette_finds_a_record_and_opens_it(live_server, quiet_page, seller):
    make_client(name="Marlow Hospitality", owner=seller)
    page = quiet_page
    page.goto(live_server.url + reverse("crm:client_list"))
    page.keyboard.press("Control+k")
    page.keyboard.type("marlo")
    expect(page.locator("[role=option]").first).to_contain_text("Marlow Hospitality")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Marlow Hospitality")
