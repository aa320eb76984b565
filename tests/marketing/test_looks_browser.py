"""The pages of campaigns in both themes, on a desk and on a phone."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from tests.factories.core import make_user
from tests.marketing.test_campaigns import make_campaign
from tests.ui.browsing import assert_looks, sign_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_main_pages(page: Page, live_server):
    sign_in(page, live_server.url, make_user(roles=["marketer", "director"]))
    campaign = make_campaign()
    for name, args in (("campaign_list", []), ("campaign_card", [campaign.pk]), ("campaign_new", [])):
        assert_looks(page, live_server.url + reverse(f"marketing:{name}", args=args))
