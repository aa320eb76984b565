"""The main pages of production in both themes, on a desk and on a phone: no finding of axe, nothing too wide."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from core.actors import SYSTEM
from core.services.attachments import store_file
from production.models import Blockage, BOMCheck, CheckNote
from production.services.badges import code_of, make_badge
from production.services.helping import call_for_help
from production.services.pins import set_pin
from production.services.stations import open_station
from production.services.work import issue_materials, start_operation
from production.views.stations import COOKIE
from sales.services.estimates import request_estimate
from tests.factories.core import make_user
from tests.factories.production import make_bom, make_plant, make_work_order
from tests.factories.sales import make_deal
from tests.ui.browsing import assert_fits_a_phone, assert_looks, sign_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def a_drawing() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 500), "white").save(out, "PNG")
    return out.getvalue()


def asks_checks(step) -> None:
    """One to tick and one to measure."""
    row = step.work_order.bom.operations.get(sequence=step.sequence)
    BOMCheck.objects.create(operation=row, position=1, text="Glue temperature", unit="°C")
    BOMCheck.objects.create(operation=row, position=2, text="First piece against the drawing")


@pytest.fixture
def addresses():
    """A plant with a work order that runs, one that waits, a recipe in force, a draft and a question about cost."""
    plant, operator, now = make_plant(), make_user("operator", first_name="Dan"), timezone.now()
    work = make_work_order(1, plant=plant)
    make_work_order(3, plant=plant)
    issue_materials(work_order_id=work.pk, at=now, by=SYSTEM, key="issue")
    first = work.operations.order_by("sequence")[0]
    asks_checks(first)
    drawing = store_file(record=work.bom, name="frame.png", content=a_drawing(), by=SYSTEM)
    call_for_help(center_id=first.center_id, at=now, by=operator)
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
        ("operator_badge", [operator.pk]), ("workorder_new", []), ("floor_drawing", [first.center_id, drawing.uuid]),
    ]  # fmt: skip
    return [reverse(f"production:{name}", args=args) for name, args in pages]


def test_main_pages(page: Page, live_server, addresses):
    sign_in(page, live_server.url, make_user(roles=["production_lead", "operator", "director"]))
    for address in addresses:
        assert_looks(page, live_server.url + address)
        assert_fits_a_phone(page, live_server.url + address)


def test_the_sum_of_an_estimate_follows_what_is_typed_in_german(page: Page, live_server):
    plant = make_plant()
    deal = make_deal(branch=plant.branch)
    asked = request_estimate(deal_id=deal.pk, lines=[(plant.product.pk, 4)], at=timezone.now(), by=SYSTEM)
    sign_in(page, live_server.url, make_user("production_lead", language="de"))
    page.goto(live_server.url + reverse("production:estimate_answer", args=[asked.pk]))
    fields = page.locator(".amount input")
    for number in range(fields.count()):
        fields.nth(number).fill("")
    fields.nth(0).fill("1.200,50")
    fields.nth(1).fill("2.000")
    expect(page.locator("[data-sum]")).to_have_text("3.200,50\u00a0€")


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


def test_an_operator_checks_measures_and_reports_a_blocked_job(page: Page, live_server):
    dan = make_user("operator", first_name="Dan")
    work = make_work_order(1)
    first = work.operations.order_by("sequence")[0]
    asks_checks(first)
    start_operation(operation_id=first.pk, at=timezone.now(), by=dan)
    sign_in(page, live_server.url, dan)
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(live_server.url + reverse("production:floor_center", args=[first.center_id]))
    assert page.evaluate("document.documentElement.scrollHeight") <= 768, "a tablet shows the job without scrolling"
    page.get_by_role("button", name="First piece against the drawing").click()
    expect(page.get_by_role("button", name="First piece against the drawing")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("Glue temperature: value in °C").fill("196")
    page.keyboard.press("Enter")
    expect(page.get_by_text("196 °C")).to_be_visible()
    assert CheckNote.objects.count() == 2
    assert not first.counts.exists(), "Enter wrote the value and counted nothing"
    page.locator("summary", has_text="Blocked").click()
    page.get_by_label("The machine stands").check()
    page.get_by_label("In a few words").fill("Spindle hot")
    page.get_by_role("button", name="Report it as blocked").click()
    expect(page.get_by_role("button", name="The job can go on")).to_be_visible()
    assert Blockage.objects.get().words == "Spindle hot"
    page.get_by_role("button", name="The job can go on").click()
    expect(page.get_by_role("button", name="Finish job")).to_be_visible()
    page.get_by_role("button", name="Call for help").click()
    expect(page.get_by_text("Help is called since")).to_be_visible()
