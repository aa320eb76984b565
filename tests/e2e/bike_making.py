"""Planned, bought for and made: the bike and one of its parts on screens, the rest of the levels through services."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from playwright.sync_api import Page

from inventory.models import Item, PurchaseOrder
from production.models import Operation, WipEntry, WorkOrder
from sales.models import SalesOrder
from tests.e2e.bike_shop import Shop, money
from tests.e2e.theatre import follow, press, says
from tests.samples import bike_order
from tests.samples.bike_order import BIKES

OWN_WORK = WorkOrder.objects.filter(origin="own").order_by("pk")
OWN_PURCHASES = PurchaseOrder.objects.filter(origin="own").order_by("pk")


def plan(shop: Shop, order: SalesOrder, bike: Item) -> None:
    """The lead sees the promise, and on the list what is to be made for it on all levels."""
    order.refresh_from_db()
    assert order.promised_on is not None
    assert OWN_WORK.get(item=bike).qty == BIKES
    assert OWN_WORK.count() > 5, "sub-assemblies that stock does not cover are made, too"
    page = shop.open("production_lead", "production:plan_order", order.pk)
    says(page, order.number, order.promised_on.strftime("%-d %b"))
    page = shop.open("production_lead", "production:workorder_list")
    says(page, OWN_WORK.get(item=bike).number, f"{bike.name}, 0 of 10", order.number)


def buy(shop: Shop, at: datetime) -> datetime:
    """The buyer gives the first draft up and orders the same from the suggestions; the goods come when expected.

    Every other supplier gets the same order with the same service behind the same two pages, so the rest is bought
    through it.
    """
    first, *rest = list(OWN_PURCHASES.exclude(status="cancelled"))
    shop.on(at)
    purchase = _suggested(shop, first)
    page = shop.by("purchaser")
    says(page, purchase.number, money(purchase.net_amount))
    follow(page, "Place the order")
    page.locator("input[name=to]").fill("")
    press(page, "Order", exact=True)
    says(page, "was ordered")
    came = max([_received(shop, purchase, at), *(bike_order.buy(one, at) for one in rest)])
    return came


def _suggested(shop: Shop, draft: PurchaseOrder) -> PurchaseOrder:
    line = draft.lines.select_related("item").get()
    page = shop.open("purchaser", "inventory:purchase_cancel", draft.pk)
    page.locator("[name=reason]").fill("All at once from the suggestions")
    page.locator("main form[method=post] button[type=submit]").last.click()
    says(page, draft.number, "Cancelled")
    page = shop.open("purchaser", "inventory:purchase_proposals")
    page.locator("#proposals input[name=item]").evaluate_all("boxes => boxes.forEach(box => { box.checked = false })")
    page.get_by_label(f"Order {line.item.name}", exact=True).check()
    says(page.get_by_role("region", name=str(draft.supplier)), line.item.sku, money(draft.net_amount))
    page.locator("button[form=proposals]").dblclick()
    says(page, "1 purchase order was created")
    made = OWN_PURCHASES.exclude(pk=draft.pk).latest("pk")
    assert (made.supplier, made.net_amount) == (draft.supplier, draft.net_amount)
    return made


def _received(shop: Shop, purchase: PurchaseOrder, at: datetime) -> datetime:
    line = purchase.lines.get()
    assert line.due_on is not None
    came = datetime.combine(line.due_on, at.timetz())
    shop.on(came)
    page = shop.open("storekeeper", "inventory:receipt_of", purchase.pk)
    press(page, "Everything came")
    page.get_by_role("button", name="Post the receipt").dblclick()
    says(page, "GR-2014-", "Posted", purchase.number)
    line.refresh_from_db()
    assert line.received_qty == line.qty
    return came


def make(shop: Shop, order: SalesOrder, bike: Item, since: datetime) -> datetime:
    """Level by level from the bottom. Of the 27 work orders the bike and its part with the most steps are worked off
    on screens; the others go the same way through the services behind these pages."""
    counts = {work.pk: work.operations.count() for work in OWN_WORK.exclude(item=bike)}
    on_screens = {OWN_WORK.get(item=bike).pk, max(counts, key=lambda pk: (counts[pk], -pk))}

    def by_hand(work: WorkOrder, at: datetime) -> None:
        if work.pk in on_screens:
            _work_off(shop, work, at)
        else:
            bike_order.make(work, at)

    done = bike_order.make_all(order, since, by_hand)
    assert not OWN_WORK.exclude(status="done").exists()
    return done


def _work_off(shop: Shop, work: WorkOrder, at: datetime) -> None:
    """Release, issue what is planned, report the time of each step and the pieces; nothing is left in work."""
    shop.on(at)
    page = shop.open("production_lead", "production:workorder_card", work.pk)
    press(page, "Release")
    says(page, "is on the shop floor")
    follow(page, "Issue material")
    page.get_by_role("button", name="Issue material").dblclick()
    says(page, work.number)
    for operation in work.operations.order_by("sequence"):
        _report(page, operation)
    follow(page, "Report output")
    page.get_by_role("button", name="Report output").dblclick()
    says(page, "Done", "In work $0.00")
    work.refresh_from_db()
    spent = sum(row.amount for row in WipEntry.objects.filter(work_order=work, amount__gt=0))
    says(page, f"${money(spent)}", f"−${money(spent)}")
    assert (work.made_qty, work.status) == (work.qty, "done")


def _report(page: Page, operation: Operation) -> None:
    follow(page, "Report time")
    page.locator("select[name=operation]").select_option(str(operation.pk))
    page.locator("input[name=minutes]").fill(str(operation.minutes.quantize(Decimal("0.01"))))
    page.get_by_role("button", name="Report time").dblclick()
    says(page, "Saved.")
