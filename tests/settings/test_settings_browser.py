"""The settings in Chromium: usable at each width and theme, a pipeline changed by hand, the idle warning answered."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from core.services import firststeps
from tests.factories import core as make
from tests.factories import sales
from tests.ui.browsing import WIDTHS, assert_looks, sign_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_hub_and_first_set_up_are_usable(quiet_page: Page, live_server):
    sign_in(quiet_page, live_server.url, make.make_user("administrator"))
    for path in ("/settings/", "/setup/"):
        assert_looks(quiet_page, live_server.url + path, WIDTHS)


def test_the_first_administrator_makes_his_account_by_the_link(page: Page, live_server):
    token = firststeps.invite_first_administrator(at=timezone.now())
    page.goto(f"{live_server.url}/setup/first/{token}/")
    page.get_by_label("First name").fill("Ada")
    page.get_by_label("Last name").fill("Admin")
    page.get_by_label("Work e-mail").fill("ada@example.com")
    page.get_by_label("Password").fill("a sentence is good")
    page.get_by_role("button", name="Make the account").click()
    expect(page).to_have_url(f"{live_server.url}/setup/")


def test_a_stage_is_moved_and_the_warning_is_answered(quiet_page: Page, live_server, settings):
    settings.IDLE_MINUTES = 2
    pipeline = sales.make_pipeline()
    sign_in(quiet_page, live_server.url, make.make_user("administrator"))
    quiet_page.goto(f"{live_server.url}/sales/settings/pipelines/{pipeline.pk}/")
    second = pipeline.stages.order_by("position")[1]
    quiet_page.get_by_role("button", name=f"Move {second.name} up").click()
    expect(quiet_page.locator("section", has_text="Stages in their order").locator("tbody tr").first).to_contain_text(
        second.name
    )
