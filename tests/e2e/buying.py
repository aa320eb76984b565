"""Steps 8 to 10 on the screens: what the order set going, the promise and "what if", orders and receipts."""

from __future__ import annotations

from typing import Any

from inventory.models import GoodsReceipt, PurchaseOrder
from sales.models import SalesOrder
from tests.e2e.theatre import Theatre, follow, press, says

BOUGHT = {"clearpane": ("GLS-8", "4"), "fastfix": ("HWK", "5"), "alumet": ("ALU-P", "6")}
RECEIVED = {"fastfix": ("264.00",), "clearpane": ("165.00", "18.00", "183.00"), "alumet": ("72.60",)}


def what_the_order_set_going(play: Theatre, order: SalesOrder) -> None:
    """One work order and three drafts of purchases wait; pack and install wait for the goods."""
    page = play.open("production_lead", "production:workorder_list")
    says(page, "WO-2026-00001", "SO-2026-00001")
    page = play.open("purchaser", "inventory:purchase_proposals", query="?tab=drafts")
    says(page, "Drafts to place 3")
    for supplier, (sku, qty) in BOUGHT.items():
        card = page.get_by_role("region", name=play.fixture["suppliers"][supplier])
        says(card, sku, qty)
    page = play.open("seller", "sales:order_card", order.pk)
    says(page, "€2,336.86", "What happens for it", "PO-2026-00001", "PO-2026-00002", "PO-2026-00003")


def promise_and_what_if(play: Theatre, order: SalesOrder) -> None:
    page = play.open("seller", "sales:order_delivery", order.pk)
    says(page, "GLS-8 Bottleneck", "19 Mar", "14:30", "16:00", "20 Mar", "08:00", "10:30", "Mon 23 Mar", "Tue 24 Mar")
    for sku, days in play.inputs["promise"]["what_if"].items():
        days_of = page.locator(f"input[name=days-{play.world.items[sku].pk}]")
        if not days_of.is_visible():  # it holds nothing up, so it is folded away
            page.locator("details", has=days_of).locator("> summary").click()
        days_of.fill(str(days))
    press(page, "Work it out")
    says(page, "HWK Bottleneck", "17 Mar", "09:30", "12:00", "Thu 19 Mar", "As things stand: Tue 24 Mar")


def place_the_orders(play: Theatre) -> None:
    for supplier in BOUGHT:
        page = play.open("purchaser", "inventory:purchase_proposals", query="?tab=drafts")
        card = page.get_by_role("region", name=play.fixture["suppliers"][supplier])
        card.get_by_role("link", name="Place the order").click()
        press(page, "Order", exact=True)
        says(page, "was ordered")


def receive_the_goods(play: Theatre) -> None:
    for given in play.inputs["receipts"]:
        receive(play, given)
    play.worth("1,246.45")


def receive(play: Theatre, given: dict[str, Any]) -> None:
    """The storekeeper posts what came, the freight with it, once however often he presses; the value is booked."""
    play.at(given["at"])
    purchase = PurchaseOrder.objects.get(supplier=play.world.suppliers[given["supplier"]])
    page = play.open("storekeeper", "inventory:receipt_new")
    follow(page, purchase.number)
    says(page, "What came", BOUGHT[given["supplier"]][1])
    press(page, "Everything came")
    if given["freight"] != "0.00":
        page.locator("input[name=freight-0]").fill(given["freight"])
    page.get_by_role("button", name="Post the receipt").dblclick()
    says(page, "GR-2026-", "Posted", purchase.number)
    page = play.open("purchaser", "inventory:receipt_card", GoodsReceipt.objects.get(order=purchase).pk)
    says(page, *RECEIVED[given["supplier"]])


def bought_lines_on_the_deal(play: Theatre, order: SalesOrder) -> None:
    """The seller sees on the thread of his deal that everything bought for it has come."""
    page = play.open("seller", "sales:deal_card", order.quote.deal_id, query="?tab=thread")
    says(page, "Purchasing Done Thu 19 Mar")
    for sku, came in (("HWK", "Tue 17 Mar 10:00"), ("GLS-8", "Wed 18 Mar 15:00"), ("ALU-P", "Thu 19 Mar 09:00")):
        says(page.get_by_role("row", name=sku), "Received", came)
    page = play.open("seller", "sales:order_card", order.pk)
    says(page, "Materials All done")
