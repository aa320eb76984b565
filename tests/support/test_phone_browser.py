"""The crew's form on a phone: offline in the middle, reloaded, resumed, sent once; usable at every width."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from core.actors import SYSTEM
from core.models import Attachment
from inventory.models import CostLayer, StockMove
from samples.story.fingerprint import fingerprint
from support.models import InstallationVisit, VisitUpload
from support.services.visits import open_visit_link
from tests.factories.inventory import make_item, make_warehouse, stock_up
from tests.factories.support import make_installable_order, make_visit, picture
from tests.ui.browsing import THEMES, assert_usable

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def seal():
    return make_item("SEAL", name="Sealing strip")


@pytest.fixture
def visit(seal):
    warehouse = make_warehouse()
    stock_up(seal, warehouse, 10, "63.50")
    return make_visit(make_installable_order(warehouse), contact="Nora Field")


@pytest.fixture
def address(live_server, visit) -> str:
    token = open_visit_link(visit_id=visit.pk, expires_at=timezone.now() + timedelta(days=1), by=SYSTEM)
    return live_server.url + reverse("support:visit_public", args=[token])


@pytest.fixture
def photos() -> list[str]:
    folder = Path(tempfile.mkdtemp())
    made = []
    for color in ("red", "green", "blue"):
        path = folder / f"{color}.png"
        path.write_bytes(picture(color).content)
        made.append(str(path))
    return made


def go_on(page: Page, name: str) -> None:
    page.get_by_role("button", name=f"Next: {name}").click()


def sign(page: Page) -> None:
    box = page.locator("[data-sign]").bounding_box()
    assert box
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 30, steps=5)
    page.mouse.move(box["x"] + 220, box["y"] + 80, steps=5)
    page.mouse.up()


def test_cut_off_in_the_middle_reloaded_and_sent_once(page: Page, address, visit, seal, photos):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address)
    page.wait_for_selector("[data-offline=ready]", state="attached")
    go_on(page, "parts used")
    page.get_by_role("button", name="One Sealing strip more").click(click_count=2)
    go_on(page, "what was done")

    page.context.set_offline(True)
    page.get_by_text("Yes, all of it").click()
    page.locator("#id_photos").set_input_files(photos)
    expect(page.locator("[data-photos] li")).to_have_count(3)
    page.get_by_label("Remark").fill("Left panel re-adjusted.")
    expect(page.locator("[data-state]")).to_have_text("Saved")
    page.reload()

    expect(page.locator("[data-photos] li")).to_have_count(3)
    expect(page.get_by_label("Remark")).to_have_value("Left panel re-adjusted.")
    expect(page.locator(f"#id_part_{seal.pk}")).to_have_value("2")
    go_on(page, "client signs")
    page.get_by_label("Name of who signs").fill("Nora Field")
    sign(page)
    page.get_by_role("button", name="Send the report").click()
    expect(page.locator("[data-state]")).to_have_text("Waiting for a signal")
    assert VisitUpload.objects.count() == 0
    page.reload()
    expect(page.get_by_role("heading", name="Sending the report")).to_be_visible()

    page.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.get_by_role("heading", name="The report is in")).to_be_visible(timeout=20_000)
    visit = InstallationVisit.objects.get(pk=visit.pk)
    assert (visit.status, visit.signed_by, visit.remark) == ("done", "Nora Field", "Left panel re-adjusted.")
    move = StockMove.objects.get(kind="site_issue")
    assert (move.qty, move.value, CostLayer.objects.get(item=seal).left_qty) == (2, Decimal("12.70"), 8)
    assert sorted(Attachment.objects.values_list("kind", flat=True)) == ["photo", "photo", "photo", "signature"]
    page.goto(address)
    expect(page.get_by_role("heading", name="The report is in")).to_be_visible()


def test_an_answer_that_gets_lost_does_not_count_twice(page: Page, address, visit, photos):
    page.goto(address)
    page.wait_for_selector("[data-ready]", state="attached")
    go_on(page, "parts used")
    go_on(page, "what was done")
    page.get_by_text("Yes, all of it").click()
    page.locator("#id_photos").set_input_files(photos)
    expect(page.locator("[data-photos] li")).to_have_count(3)
    go_on(page, "client signs")
    page.get_by_label("Name of who signs").fill("Nora Field")
    page.get_by_text("Signed on paper instead").click()
    lost: list[int] = []

    def lose_the_first(route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route(address, lose_the_first)
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", name="The report is in")).to_be_visible(timeout=20_000)
    assert lost == [200]
    assert Attachment.objects.filter(kind="photo").count() == 3
    assert InstallationVisit.objects.get(pk=visit.pk).status == "done"


def test_the_line_breaks_between_two_pictures_and_two_tabs_go_on(page: Page, address, visit, seal, photos):
    """The first picture is in, the answer about the second gets lost, the third never leaves; the phone restarts."""
    came: list[str] = []

    def break_down(route) -> None:
        came.append("in" if not came else "unanswered" if len(came) == 1 else "lost")
        if came[-1] == "in":
            route.continue_()
        else:
            if came[-1] == "unanswered":
                route.fetch()
            route.abort()

    page.route("**/pictures/", break_down)
    page.goto(address)
    page.wait_for_selector("[data-offline=ready]", state="attached")
    go_on(page, "parts used")
    page.get_by_role("button", name="One Sealing strip more").click()
    go_on(page, "what was done")
    page.get_by_text("Yes, all of it").click()
    page.locator("#id_photos").set_input_files(photos)
    expect(page.locator("[data-photos] li")).to_have_count(3)
    go_on(page, "client signs")
    page.get_by_label("Name of who signs").fill("Nora Field")
    sign(page)
    page.get_by_role("button", name="Send the report").dblclick()
    expect(page.locator("[data-state]")).to_have_text("Waiting for a signal")
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", name="Sending the report")).to_be_visible()
    assert VisitUpload.objects.count() == 2
    assert InstallationVisit.objects.get(pk=visit.pk).status == "planned"
    other = page.context.new_page()
    other.goto(address)
    expect(other.get_by_role("heading", name="Sending the report")).to_be_visible()

    page.unroute("**/pictures/")
    page.context.set_offline(False)
    for tab in (page, other):
        tab.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.get_by_role("heading", name="The report is in")).to_be_visible(timeout=20_000)
    sent = fingerprint()
    other.evaluate("window.dispatchEvent(new Event('online'))")
    expect(other.get_by_role("heading", name="The report is in")).to_be_visible(timeout=20_000)
    page.goto(address)
    expect(page.get_by_role("heading", name="The report is in")).to_be_visible()

    assert InstallationVisit.objects.get(pk=visit.pk).status == "done"
    assert sorted(Attachment.objects.values_list("kind", flat=True)) == ["photo", "photo", "photo", "signature"]
    assert StockMove.objects.get(kind="site_issue").qty == 1
    assert CostLayer.objects.get(item=seal).left_qty == 9
    assert fingerprint() == sent


def test_what_is_missing_is_said_before_going_on(page: Page, address):
    page.goto(address)
    page.wait_for_selector("[data-ready]", state="attached")
    go_on(page, "parts used")
    go_on(page, "what was done")
    page.get_by_text("Partly, something is left").click()
    go_on(page, "client signs")
    expect(page.get_by_text("Say what is left to do.")).to_be_visible()
    expect(page.get_by_text("Add at least 3 photos.")).to_be_visible()
    page.get_by_text("No, we could not install").click()
    page.get_by_label("Why could it not be installed?").fill("The lift is broken.")
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", name="The report is in")).to_be_visible(timeout=20_000)
    assert InstallationVisit.objects.get().status == "failed"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [320, 390])
def test_everybody_can_use_it(quiet_page: Page, address, width, theme):
    quiet_page.set_viewport_size({"width": width, "height": 700})
    quiet_page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    quiet_page.goto(address)
    quiet_page.wait_for_selector("[data-ready]", state="attached")
    for name in ("parts used", "what was done"):
        assert_usable(quiet_page, width)
        go_on(quiet_page, name)
    quiet_page.get_by_text("Yes, all of it").click()
    assert_usable(quiet_page, width)
    quiet_page.evaluate("document.querySelectorAll('.vstep').forEach(s => { s.hidden = s.dataset.step !== '4'; })")
    assert_usable(quiet_page, width)
