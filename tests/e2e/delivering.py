"""Steps 13 to 15 on the screens: picking, shipping in two parts, the installer's phone, what is left in stock."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from sales.models import SalesOrder, Shipment
from tests.e2e.theatre import PATIENCE_MS, Theatre, draw, follow, press, says
from tests.factories.support import picture


def pick_and_ship_a_part(play: Theatre, order: SalesOrder) -> None:
    """The storekeeper takes two of the three pieces and ships them; what the carrier costs, the accountant books."""
    given = play.inputs["shipments"][0]
    play.at(given["at"])
    page = play.open("storekeeper", "sales:picking")
    follow(page, order.number)
    says(page, "Glazed partition GP-200", "3 pc here")
    page.locator("input[name=quantity]").fill(given["lines"]["GP-200"])
    press(page, "Confirm")
    says(page, "2 of 3, the rest stays open")
    page.get_by_role("button", name="Ship it").dblclick()
    says(page, "is on its way")
    shipment = Shipment.objects.get()
    page = play.open("accountant", "sales:shipment_card", shipment.pk)
    follow(page, "What the carrier costs")
    page.get_by_label("Carrier", exact=True).fill(given["carrier"])
    page.locator("input[name=amount]").fill(given["carrier_cost"])
    page.get_by_role("button", name="Book it").dblclick()
    says(page, "€626.87", "€52.00", "Norlink")


def ship_the_rest(play: Theatre, order: SalesOrder) -> None:
    given = play.inputs["shipments"][1]
    play.at(given["at"])
    page = play.open("storekeeper", "sales:order_card", order.pk)
    follow(page, "Ship", exact=True)
    page.get_by_label("Carrier", exact=True).fill(given["carrier"])
    page.get_by_role("button", name="Post the shipment").dblclick()
    says(page, "is posted")
    last = Shipment.objects.latest("pk")
    page = play.open("head_of_sales", "sales:shipment_card", last.pk)
    says(page, "€313.43")
    page = play.open("seller", "sales:order_card", order.pk)
    says(page, "All shipped")


def plan_the_visit(play: Theatre, order: SalesOrder) -> str:
    """The visit stands there since the last goods left; the seller names the crew and hands out a link."""
    given = play.inputs["visit"]
    page = play.open("seller", "sales:order_card", order.pk)
    says(page, "SO-2026-00001: install Ready")
    follow(page, "IV-2026-00001")
    follow(page, "Edit")
    page.locator("input[name=crew]").fill(given["crew"])
    expect(page.locator("input[name=fee]")).to_have_value(given["fee"])
    press(page, "Save")
    says(page, given["crew"], "SO-2026-00001", "Crew fee €220.00")
    follow(page, "Link for the crew")
    press(page, "Make the link")
    return urlsplit(page.locator("#link").input_value()).path


def install(play: Theatre, order: SalesOrder, link: str, photos: Path) -> None:
    """The installer reports from his phone without a sign-in; opening the link again tells the same result."""
    given = play.inputs["visit"]
    play.at(given["at"])
    page = play.by("")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(link)
    page.wait_for_selector("[data-ready]", state="attached")
    says(page, "SO-2026-00001", "Glazed partition GP-200", given["crew"])
    _next(page, "parts used")
    for sku, qty in given["parts"].items():
        name = play.world.items[sku].name
        page.get_by_role("button", name=f"One {name} more").click(click_count=int(qty))
    _next(page, "what was done")
    page.get_by_text("Yes, all of it").click()
    page.locator("#id_photos").set_input_files(_pictures(photos, given["photos"]))
    expect(page.locator("[data-photos] li")).to_have_count(given["photos"])
    page.get_by_label("Remark").fill(given["remark"])
    _next(page, "client signs")
    page.get_by_label("Name of who signs").fill(given["signed_by"])
    draw(page, page.locator("[data-sign]"))
    page.get_by_role("button", name="Send the report").dblclick()
    expect(page.get_by_role("heading", name="The report is in")).to_be_visible(timeout=PATIENCE_MS)
    page.goto(link)
    expect(page.get_by_role("heading", name="The report is in")).to_be_visible(timeout=PATIENCE_MS)

    page = play.open("seller", "sales:order_card", order.pk)
    says(page, given["remark"], "3 photos", given["signed_by"])
    page = play.open("seller", "sales:deal_card", order.quote.deal_id)
    says(page, given["remark"][:30], "Installation")


def _next(page: Page, name: str) -> None:
    page.get_by_role("button", name=f"Next: {name}").click()


def _pictures(folder: Path, count: int) -> list[Any]:
    made = []
    for color in ("red", "green", "blue")[:count]:
        path = folder / f"{color}.png"
        path.write_bytes(picture(color).content)
        made.append(str(path))
    return made


def what_is_left_in_stock(play: Theatre) -> None:
    play.worth("430.45")
    page = play.open("purchaser", "inventory:stock_list", query=f"?as_of={play.now:%Y-%m-%d}")
    for sku, qty, value in (
        ("ALU-P", "11", "131.85"), ("GLS-8", "0.8", "36.60"), ("HWK", "4", "211.20"), ("SEAL", "8", "50.80"),
    ):  # fmt: skip
        says(page.get_by_role("row", name=sku), qty, value)
