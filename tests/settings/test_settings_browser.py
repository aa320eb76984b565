"""The settings in Chromium: usable at each width and theme, a pipeline changed by hand, the idle warning answered."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.factories import core as make
from tests.factories import sales
from tests.ui.browsing import WIDTHS, assert_looks, sign_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_hub_and_first_set_up_are_usable(quiet_page: Page, live_server):
    sign_in(quiet_page, live_server.url, make.make_user("administrator"))
    for path in ("/settings/", "/setup/"):
        assert_looks(quiet_page, live_server.url + path, WIDTHS)


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
