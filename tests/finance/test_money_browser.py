"""Receivables and allocation under the hands of a person, in every width and theme."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from finance.models import Allocation
from tests.factories.core import make_user
from tests.factories.crm import make_client, make_legal_entity
from tests.factories.finance import make_account, make_invoice, make_payment
from tests.ui.browsing import WIDTHS, assert_looks, sign_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def story(page: Page, live_server):
    sign_in(page, live_server.url, make_user("accountant", first_name="Maria"))
    page.set_viewport_size({"width": 1440, "height": 900})
    entity = make_legal_entity(make_client(name="Bluehaven Group"))
    today = timezone.localdate()
    first = make_invoice(
        [("100.00", 20)], entity=entity, on=today - timedelta(days=60), due_on=today - timedelta(days=40)
    )
    second = make_invoice(
        [("50.00", 20)], entity=entity, branch=first.branch, on=today, due_on=today + timedelta(days=14)
    )
    payment = make_payment(
        "150.00", account=make_account(first.branch), entity=entity, on=today, text=f"pays {first.number}"
    )
    return first, second, payment


def test_an_amount_is_typed_the_sums_follow_and_the_form_settles(page: Page, live_server, story):
    first, second, payment = story
    page.goto(f"{live_server.url}/money/payments/{payment.pk}/allocate/")
    expect(page.get_by_label(f"Amount for {first.number}")).to_have_value("120.00")
    page.get_by_label(f"Use {second.number}").check()
    expect(page.get_by_label(f"Amount for {second.number}")).to_have_value("30.00")
    expect(page.locator("[data-left]")).to_have_text("€0.00")
    page.get_by_label(f"Amount for {second.number}").fill("10.00")
    expect(page.locator("[data-left]")).to_have_text("€20.00")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("settles 2 documents")
    assert Allocation.objects.count() == 2


def test_a_day_stays_as_it_was_typed(page: Page, live_server, story):
    page.goto(f"{live_server.url}/money/payments/new/")
    field = page.locator("input[name=paid_on]")
    today = field.input_value()
    field.click()
    page.keyboard.press("Tab")
    expect(field).to_have_value(today)
    for typed in ("5 Mar 2026", "yesterday", ""):
        field.fill(typed)
        page.get_by_label("Purpose").click()
        expect(field).to_have_value(typed)


@pytest.mark.parametrize(
    ("language", "shown", "month"),
    [("en", "5 Mar 2026", "March"), ("de", "05.03.2026", "März"), ("ru", "05.03.2026", "март")],
)
def test_a_day_is_picked_in_the_language_of_the_page(page: Page, live_server, language, shown, month):
    sign_in(page, live_server.url, make_user("accountant", language=language))
    page.goto(f"{live_server.url}/money/payments/new/")
    field = page.locator("input[name=paid_on]")
    field.fill("2026-03-04")
    field.press("Tab")
    field.click()
    calendar = page.locator(".flatpickr-calendar.open")
    expect(calendar.locator(".flatpickr-monthDropdown-months option:checked")).to_have_text(month)
    calendar.locator(".flatpickr-day:not(.prevMonthDay)", has_text="5").first.click()
    expect(field).to_have_value(shown)


def test_a_report_of_own_days_is_picked_inside_its_menu(page: Page, live_server):
    sign_in(page, live_server.url, make_user("director"))
    page.goto(f"{live_server.url}/reports/sales/?since=2026-03-02&until=2026-03-20")
    page.locator("summary", has_text="2026").first.click()
    since = page.locator("input[name=since][data-day]")
    expect(since).to_have_value("2 Mar 2026")
    since.click()
    page.locator(".flatpickr-calendar.open .flatpickr-day", has_text="9").first.click()
    expect(since).to_have_value("9 Mar 2026")
    page.get_by_role("button", name="Show these days").click()
    expect(page.locator("summary", has_text="9 to 20 Mar 2026")).to_be_visible()


def test_a_typed_day_is_shown_by_enter(page: Page, live_server):
    sign_in(page, live_server.url, make_user("accountant"))
    page.goto(f"{live_server.url}/money/receivables/")
    field = page.locator("input[name=on]")
    field.fill("4 Mar 2026")
    field.press("Enter")
    page.wait_for_url("**on=4+Mar+2026*")
    expect(page.get_by_role("textbox", name="as of")).to_have_value("4 Mar 2026")


@pytest.mark.parametrize("address", ["/money/receivables/", "/money/payments/{payment}/allocate/"])
def test_the_pages_are_usable_everywhere(page: Page, live_server, story, address):
    assert_looks(page, live_server.url + address.format(payment=story[2].pk), WIDTHS)
