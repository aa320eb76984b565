"""Found by a piece of a phone number and sold ten bikes: palette, deal, quote, acceptance."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from django.urls import reverse
from playwright.sync_api import expect

from core.models import User
from crm.models import LegalEntity, Person
from inventory.models import Item
from sales.models import Deal, Quote, SalesOrder
from tests.e2e.bike_shop import Shop, money
from tests.e2e.selling import write_lines
from tests.e2e.theatre import follow, press, says
from tests.factories.core import give_role, make_user
from tests.samples.bike_order import BIKES, PRICE, START, find_client, find_number

PIECE = "5550"
WORTH = PRICE * BIKES


def find_by_phone(shop: Shop) -> LegalEntity:
    """The seller types a piece of the number into the palette and gets to the person, then to the company."""
    entity = find_client(PIECE)
    number, person = find_number(PIECE).normalised, find_number(PIECE).person
    shop.world.users["seller"] = _seller_of(entity, person)
    page = shop.open("seller", "sales:my_day")
    page.keyboard.press("Control+k")
    page.keyboard.type(re.sub(r"\D", "", number)[-7:])
    line = page.locator("#palette [role=option]", has_text=person.last_name).first
    expect(line).to_be_visible()
    line.click()
    follow(page, entity.client.name)
    page.wait_for_url("**" + reverse("crm:client_card", args=[entity.client_id]))
    return entity


def _seller_of(entity: LegalEntity, person: Person) -> User:
    """Whoever looks after the company; the files do not know whose contact a person is."""
    client = entity.client
    seller = client.owner or make_user("seller")
    if not seller.role_assignments.filter(role__code="seller").exists():
        give_role(seller, "seller")
    seller.is_active = True
    for record, changes in ((seller, ["is_active"]), (client, ["owner"]), (person, ["owner"])):
        if changes == ["owner"]:
            record.owner = seller
        record.save(update_fields=changes)
    return seller


def sell(shop: Shop, entity: LegalEntity, bike: Item) -> SalesOrder:
    """A deal from the client's card, a quote with the price by hand (their list ends before our day), its answer."""
    page = shop.by("seller")
    deals = page.locator("section", has=page.get_by_role("heading", name="Deals"))
    deals.get_by_role("link", name="Deal").first.click()
    page.locator("input[name=name]").fill("Ten bikes")
    page.locator("input[name=amount]").fill("35000")
    page.locator("#record-form button[type=submit]").first.click()
    says(page, "Ten bikes", entity.client.name)
    deal = Deal.objects.get(name="Ten bikes")
    follow(page, "Quote", exact=True)
    write_lines(page, [{"item": bike.sku, "qty": str(BIKES), "discount_pct": "0", "price": str(PRICE)}])
    press(page, "Save the draft")
    says(page, money(WORTH))
    quote = Quote.objects.get(deal=deal)
    assert quote.net_amount == WORTH
    says(page, money(quote.gross_amount))
    return _answered(shop, quote)


def _answered(shop: Shop, quote: Quote) -> SalesOrder:
    page = shop.by("seller")
    press(page, "Send to client")
    page.locator("select[name=to]").select_option("")
    page.locator("form.step-form button[type=submit]").dblclick()
    says(page, "The quote is out")
    shop.on(START + timedelta(hours=4))
    page = shop.open("seller", "sales:quote_card", quote.pk)
    follow(page, "Accepted")
    page.locator("input[name=accepted_by_name]").fill("The owner")
    page.locator("form.step-form button[type=submit]").dblclick()
    says(page, "is made and confirmed")
    order = SalesOrder.objects.get(quote=quote)
    assert (order.status, order.net_amount) == ("confirmed", Decimal("35782.70"))
    page = shop.open("seller", "sales:order_card", order.pk)
    says(page, order.number, money(WORTH), money(order.gross_amount))
    return order
