"""The dashboard, the reports and the campaigns in both themes, on a desk and on a phone."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from tests.factories.core import make_user
from tests.reports.conftest import FIRST, LAST
from tests.ui.browsing import assert_fits_a_phone, assert_looks, sign_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

DAYS = f"?since={FIRST.isoformat()}&until={LAST.isoformat()}"
PAGES = ("dashboard", "sales", "funnel", "abc", "xyz", "order_results")


def test_main_pages(page: Page, live_server, month):
    sign_in(page, live_server.url, make_user("director"))
    figures = [reverse("reports:indicator", args=[code]) for code in ("margin_pct", "won_amount")]
    for address in (*(reverse(f"reports:{name}") for name in PAGES), *figures):
        assert_looks(page, live_server.url + address + DAYS)
        assert_fits_a_phone(page, live_server.url + address + DAYS)
