"""Deals under the hands of a person: the board by mouse, the card, and every page in each width and theme."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from core.actors import SYSTEM
from crm.services.tasks import create_task
from sales.choices import StageCategory
from sales.models import Deal
from sales.services.deals import add_competitor
from sales.services.pipelines import DutyDraft, StageDraft, create_pipeline
from tests.factories.core import make_user
from tests.factories.crm import make_lead
from tests.factories.sales import make_deal
from tests.ui.browsing import WIDTHS, assert_looks, drag, sign_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

STAGES = (
    StageDraft("one", "One", 10, max_days=3, duties=(DutyDraft("Measure", 24, True),)),
    StageDraft("two", "Two", 50),
    StageDraft("won", "Won", 100, StageCategory.WON),
    StageDraft("lost", "Lost", 0, StageCategory.LOST),
)


@pytest.fixture
def seller(page: Page, live_server):
    user = make_user("seller", first_name="Marta", last_name="Lindqvist")
    sign_in(page, live_server.url, user)
    page.set_viewport_size({"width": 1440, "height": 900})
    return user


def deal_of(user, **fields) -> Deal:
    return make_deal(owner=user, at=timezone.now() - timedelta(days=5), **fields)


def test_a_card_is_dragged_taken_back_and_lost_with_a_reason(page: Page, live_server, seller):
    deal = deal_of(seller, name="Oak kitchen")
    page.goto(f"{live_server.url}/sales/deals/board/")
    card = page.locator(f"#card-{deal.pk}")
    drag(page, card, page.locator("#col-estimate"))
    expect(page.locator("#col-estimate").locator(f"#card-{deal.pk}")).to_be_visible()
    expect(page.locator("#head-estimate")).to_contain_text("€400 at 40%")
    expect(page.get_by_role("status")).to_contain_text("Oak kitchen moved to Estimate")
    page.keyboard.press("z")
    expect(page.locator("#col-qualified").locator(f"#card-{deal.pk}")).to_be_visible()
    drag(page, card, page.locator("#col-won"))
    expect(page.get_by_role("alert")).to_contain_text("Won needs a quote")
    expect(page.get_by_role("link", name="Add quote")).to_be_visible()
    expect(page.locator("#col-qualified").locator(f"#card-{deal.pk}")).to_be_visible()


def test_open_duties_hold_a_card_and_lead_to_the_checklist(page: Page, live_server, seller):
    create_pipeline(code="short", name="Short", stages=STAGES, by=SYSTEM)
    deal = deal_of(seller, name="Oak kitchen", pipeline_code="short")
    page.goto(f"{live_server.url}/sales/deals/board/?pipeline=short")
    drag(page, page.locator(f"#card-{deal.pk}"), page.locator("#col-two"))
    page.get_by_role("link", name="Open the checklist").click()
    page.get_by_role("region", name="Stage checklist").get_by_label("Mark done: Measure").click()
    expect(page.locator("#checklist")).to_contain_text("1 of 1")
    page.get_by_role("button", name="Two").click()
    expect(page.locator(".stages [aria-current=step]")).to_contain_text("Two")


def test_every_page_is_usable(page: Page, live_server, seller):
    deal = deal_of(seller, name="Reception and meeting rooms")
    create_task(title="Site visit", due_at=timezone.now(), assignee_id=seller.pk, links=[deal], by=SYSTEM)
    add_competitor(deal_id=deal.pk, name="BuildIn Interiors", note="No acoustic panels", by=SYSTEM)
    make_lead(owner_id=seller.pk, company="Cedar Law", received_at=timezone.now() - timedelta(hours=2))
    paths = ("my-day/", "deals/board/", "deals/", f"deals/{deal.pk}/", f"deals/{deal.pk}/lines/")
    for path in (*(f"/sales/{path}" for path in paths), "/crm/inbox/"):
        assert_looks(page, live_server.url + path, WIDTHS)
