"""The main pages of production in both themes, on a desk and on a phone: no finding of axe, nothing too wide."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from core.actors import SYSTEM
from production.services.badges import code_of, make_badge
from production.services.pins import set_pin
from production.services.stations import open_station
from production.services.work import issue_materials, start_operation
from production.views.stations import COOKIE
from sales.services.estimates import request_estimate
from tests.factories.core import make_user
from tests.factories.production import make_bom, make_plant, make_work_order
from tests.factories.sales import make_deal
from tests.ui.browsing import assert_looks, sign_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def addresses():
    """A plant with a work order that runs, one that waits, a recipe in force, a draft and a question about cost."""
    plant, operator, now = make_plant(), make_user("operator", first_name="Dan"), timezone.now()
    work = make_work_order(1, plant=plant)
    make_work_order(3, plant=plant)
    issue_materials(work_order_id=work.pk, at=now, by=SYSTEM, key="issue")
    first = work.operations.order_by("sequence")[0]
    start_operation(operation_id=first.pk, at=now, by=operator)
    draft = make_bom(plant.product, active=False)
    deal = make_deal()
    asked = request_estimate(deal_id=deal.pk, lines=[(plant.product.pk, 4)], at=now, by=SYSTEM)
    order = work.order_line.order
    pages = [
        ("workorder_board", []), ("workorder_gantt", []), ("workorder_list", []), ("workorder_card", [work.pk]),
        ("workorder_cancel", [work.pk]), ("workorder_time", [work.pk]), ("plan", []), ("plan_order", [order.pk]),
        ("bom_list", []), ("bom_card", [draft.pk]), ("bom_edit", [draft.pk]), ("center_list", []),
        ("center_card", [first.center_id]), ("estimate_inbox", []), ("estimate_answer", [asked.pk]),
        ("shop_floor", []), ("floor_center", [first.center_id]), ("operator_list", []),
        ("operator_badge", [operator.pk]), ("workorder_new", []),
    ]  # fmt: skip
    return [reverse(f"production:{name}", args=args) for name, args in pages]


def test_main_pages(page: Page, live_server, addresses):
    sign_in(page, live_server.url, make_user(roles=["production_lead", "operator", "director"]))
    for address in addresses:
        assert_looks(page, live_server.url + address)


def test_a_station_asks_who_comes_and_takes_a_scanned_badge(page: Page, live_server):
    dan, lead, now = make_user("operator", first_name="Dan"), make_user("production_lead"), timezone.now()
    plant = make_plant()
    work, center = make_work_order(1, plant=plant), plant.centers["CUT"]
    later = make_work_order(2, plant=plant)
    code = code_of(make_badge(user_id=dan.pk, after=0, at=now, by=lead))
    set_pin(user_id=dan.pk, pin="4711", at=now, by=lead)
    token = open_station(center_id=center.pk, at=now, by=lead)
    url = f"{live_server.url}/production/station/"
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": url}])
    assert_looks(page, f"{url}enter/")
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(url)
    expect(page.locator("#badge")).to_be_focused()
    page.keyboard.type(code)  # as a scanner does: the code and Enter, into the field that has the focus
    page.keyboard.press("Enter")
    expect(page).to_have_url(url)
    expect(page.get_by_role("button", name="Dan")).to_be_visible()
    page.locator("#scan-job").fill(later.number)
    page.locator("#scan-job").press("Enter")
    expect(page.get_by_text(f"{later.number}, ")).to_be_visible()
    expect(page).to_have_url(f"{url}?op={later.operations.get(center=center).pk}")
    expect(page.locator(".fnext").first).to_contain_text(work.number)
    page.get_by_role("button", name="Dan").click()
    expect(page).to_have_url(f"{url}enter/")
