"""The board of leads under the hands of a person: by mouse, by keyboard, and when a rule says no."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from core.actors import SYSTEM
from crm.choices import LeadStatus
from crm.models import Lead
from crm.services.leads import answer_lead
from tests.factories.core import make_user
from tests.factories.crm import make_lead
from tests.ui.browsing import WIDTHS, assert_looks, drag, sign_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def seller(page: Page, live_server):
    user = make_user("seller", first_name="Marta", last_name="Lindqvist")
    sign_in(page, live_server.url, user)
    page.set_viewport_size({"width": 1440, "height": 900})
    return user


def lead_of(user, company: str, minutes: int = 5) -> Lead:
    return make_lead(owner_id=user.pk, company=company, received_at=timezone.now() - timedelta(minutes=minutes))


def card(page: Page, lead: Lead) -> Locator:
    return page.locator(f"#card-{lead.pk}")


def column(page: Page, key: str) -> Locator:
    return page.locator(f"#col-{key}")


def stands(lead: Lead) -> str:
    return Lead.objects.values_list("status", flat=True).get(pk=lead.pk)


def test_a_dragged_card_stays_and_both_heads_follow(page: Page, live_server, seller):
    lead = lead_of(seller, "Hotel Miramar")
    page.goto(f"{live_server.url}/crm/leads/board/")
    drag(page, card(page, lead), column(page, "working"))
    expect(column(page, "working").locator(f"#card-{lead.pk}")).to_be_visible()
    expect(page.get_by_role("heading", name="Working")).to_have_text("Working 1")
    expect(page.get_by_role("heading", name="New")).to_have_text("New 0")
    expect(page.get_by_role("status")).to_contain_text("Hotel Miramar moved to Working")
    assert stands(lead) == LeadStatus.WORKING
    page.keyboard.press("z")
    expect(column(page, "new").locator(f"#card-{lead.pk}")).to_be_visible()
    expect(page.get_by_role("heading", name="New")).to_have_text("New 1")
    assert stands(lead) == LeadStatus.NEW


def test_a_refused_card_goes_back_between_its_neighbours(page: Page, live_server, seller):
    first, middle, last = (lead_of(seller, name, n) for n, name in enumerate(("Vela", "Miramar", "Okonkwo"), 1))
    for lead in (first, middle, last):
        answer_lead(lead_id=lead.pk, at=timezone.now(), kind="mail", subject="Hello", by=SYSTEM)
    page.goto(f"{live_server.url}/crm/leads/board/")
    drag(page, card(page, middle), column(page, "new"))
    expect(page.get_by_role("alert")).to_contain_text("was answered already")
    ids = column(page, "working").locator(".dcard").evaluate_all("cards => cards.map(card => card.dataset.record)")
    assert ids == [str(lead.pk) for lead in (first, middle, last)]
    assert stands(middle) == LeadStatus.WORKING


def test_a_column_that_asks_does_so_before_anything_is_sent(page: Page, live_server, seller):
    lead = lead_of(seller, "Café Morgen")
    page.goto(f"{live_server.url}/crm/leads/board/")
    drag(page, card(page, lead), column(page, "rejected"))
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Why does it come to nothing?")).to_be_focused()
    page.keyboard.press("Escape")
    expect(column(page, "new").locator(f"#card-{lead.pk}")).to_be_visible()
    assert stands(lead) == LeadStatus.NEW
    drag(page, card(page, lead), column(page, "rejected"))
    dialog.get_by_label("Why does it come to nothing?").fill("No budget this year")
    dialog.get_by_role("button", name="Reject the lead").click()
    expect(column(page, "rejected").locator(f"#card-{lead.pk}")).to_contain_text("No budget this year")
    assert stands(lead) == LeadStatus.REJECTED


def test_cards_move_by_keyboard_alone(page: Page, live_server, seller):
    lead = lead_of(seller, "Hotel Miramar")
    page.goto(f"{live_server.url}/crm/leads/board/")
    handle = card(page, lead).get_by_role("button", name="Move Hotel Miramar")
    handle.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(handle).to_be_focused()
    page.keyboard.press("m")
    page.get_by_role("dialog").get_by_role("button", name="Working").press("Enter")
    expect(column(page, "working").locator(f"#card-{lead.pk}")).to_be_visible()
    expect(card(page, lead).get_by_role("button", name="Move Hotel Miramar")).to_be_focused()
    assert stands(lead) == LeadStatus.WORKING


def test_a_lead_is_added_from_the_board_and_more_are_shown(page: Page, live_server, seller):
    for number in range(22):
        lead_of(seller, f"Company {number}", number + 10)
    page.goto(f"{live_server.url}/crm/leads/board/")
    expect(column(page, "new").locator(".dcard")).to_have_count(20)
    page.keyboard.press("n")
    page.get_by_label("Who asks").fill("Ines Ferreira")
    page.keyboard.press("Enter")
    expect(column(page, "new").locator(".dcard").first).to_contain_text("Ines Ferreira")
    expect(page.get_by_role("heading", name="New")).to_have_text("New 23")
    page.get_by_role("link", name="Show 2 more").click()
    expect(column(page, "new").locator(".dcard")).to_have_count(23)


def test_a_lost_connection_puts_the_card_back(page: Page, live_server, seller):
    lead = lead_of(seller, "Hotel Miramar")
    page.goto(f"{live_server.url}/crm/leads/board/")
    page.context.set_offline(True)
    drag(page, card(page, lead), column(page, "working"))
    expect(page.get_by_role("alert")).to_contain_text("No answer from the server")
    expect(column(page, "new").locator(f"#card-{lead.pk}")).to_be_visible()
    page.context.set_offline(False)


def test_everybody_can_use_it(quiet_page: Page, live_server, seller):
    lead_of(seller, "Verkehrsinfrastrukturfinanzierungsgesellschaft mbH")
    make_lead(owner_id=seller.pk, company="Late Ltd", received_at=timezone.now() - timedelta(days=4))
    assert_looks(quiet_page, f"{live_server.url}/crm/leads/board/", WIDTHS)
