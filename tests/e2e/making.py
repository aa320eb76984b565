"""Steps 11 and 12 on the screens: release, material, work at the station by PIN, output."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from playwright.sync_api import Page, expect

from production.models import Operation, WorkOrder
from tests.e2e.theatre import Theatre, follow, press, says

PIN = "4711"


def give_a_pin(play: Theatre) -> None:
    """The production lead gives the operator a PIN."""
    page = play.open("production_lead", "production:operator_list")
    page.get_by_role("link", name="Set the PIN of Dan Ross").click()
    fields = page.locator("input[type=password]")
    expect(fields).to_have_count(2)
    for field in fields.all():
        field.fill(PIN)
    press(page, "Set the PIN")
    says(page, "The PIN is set.")


def release(play: Theatre) -> WorkOrder:
    """On the morning of the planned day the work order goes to the shop floor."""
    work = WorkOrder.objects.get()
    page = play.open("production_lead", "production:workorder_board")
    says(page, work.number, "Bluehaven Group")
    page = play.open("production_lead", "production:workorder_card", work.pk)
    press(page, "Release")
    says(page, "is on the shop floor", "29.64")
    return work


def work_at(play: Theatre, given: dict[str, Any], work: WorkOrder) -> Page:
    """The operator comes in at the tablet of a work centre and starts; the clock runs until the given moment."""
    done_at = datetime.fromisoformat(given["at"])
    center = play.world.centers[given["center"]]
    play.at((done_at - timedelta(minutes=float(given["minutes"]))).isoformat())
    page = play.open("production_lead@tablet", "production:station_open", center.pk)
    press(page, "Use this tablet")
    come_in(page)
    says(page, center.name, work.number, "Glazed partition GP-200, 3 pc")
    press(page, "Start")
    says(page, "Started")
    return page


def come_in(page: Page) -> None:
    """The tablet asks who comes, also when nobody touched it for a while."""
    follow(page, "Dan Ross")
    field = page.locator("#pin")
    expect(field).to_be_visible()
    page.wait_for_load_state("load")  # the keys write by script
    for digit in PIN:
        press(page, digit, exact=True)
    expect(field).to_have_value(PIN)
    press(page, "Come in")


def report(play: Theatre, page: Page) -> None:
    """The time is over: the operator comes back to the tablet, counts what is good, and finishes."""
    page.reload()
    come_in(page)
    _count(page, plain_qty(play))
    press(page, "Finish job")
    says(page, "Finished", f"{plain_qty(play)} good")


def cut(play: Theatre, work: WorkOrder) -> None:
    """Cutting, 95 minutes; meanwhile the lead books the material as it was really taken."""
    (given,) = [one for one in play.inputs["times"] if one["center"] == "CUT"]
    page = work_at(play, given, work)
    play.later(minutes=float(given["minutes"]))
    _issue(play, work)
    report(play, page)

    page = play.open("production_lead", "production:workorder_card", work.pk)
    says(page, "803.30", "57.00", "860.30", "342.50", "300.00", "160.80")
    play.worth("443.15")


def _issue(play: Theatre, work: WorkOrder) -> None:
    given = play.inputs["issue"]
    assert given["at"] == play.now.isoformat()
    page = play.open("production_lead", "production:workorder_issue", work.pk)
    for sku, qty in given["qtys"].items():
        page.locator(f"input[name=item_{play.world.items[sku].pk}]").fill(qty)
    page.get_by_role("button", name="Issue material").dblclick()
    says(page, work.number, "803.30")


def _count(page: Page, good: str) -> None:
    """Scrap without a reason is refused; then the good pieces are counted."""
    page.locator("#floor-scrap").fill("1")
    press(page, "Scrap", exact=True)
    says(page.locator("[data-said]"), "Say why the pieces went wrong.")
    page.locator("#floor-good").fill(good)
    press(page, "Count")
    says(page.locator("[data-said]"), f"Counted: {good} good.")


def assemble(play: Theatre, work: WorkOrder) -> None:
    """Assembly, 160 minutes; with the last operation the three pieces are made, at what they cost."""
    (given,) = [one for one in play.inputs["times"] if one["center"] == "ASM"]
    page = work_at(play, given, work)
    play.later(minutes=float(given["minutes"]))
    report(play, page)

    page = play.open("production_lead", "production:workorder_card", work.pk)
    says(page, "Done", "137.00", "803.30", "−€940.30", "In work €0.00")
    play.worth("1,383.45")
    assert Operation.objects.filter(status="done").count() == 2


def plain_qty(play: Theatre) -> str:
    return format(Decimal(play.inputs["output"]["qty"]).normalize(), "f")
