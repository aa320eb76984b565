"""Work without a mouse: a seller from his sign-in to the sent quote, a storekeeper from the ramp to the road."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from core.actors import SYSTEM
from crm.models import Interaction
from inventory.models import GoodsReceipt
from sales.models import Quote, Shipment
from sales.services import confirming
from tests.factories.core import make_user
from tests.factories.crm import make_task
from tests.factories.inventory import make_item, make_purchase_order, make_warehouse, stock_up
from tests.factories.sales import make_deal, make_order, make_sold_item

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct-horse-battery-9"
FAR = 250  # no control lies more steps of Tab away
PATIENCE_MS = 30_000


class Keys:
    """Somebody at a keyboard. What has the focus is seen by all: an outline around it, never hidden."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        page.set_default_timeout(PATIENCE_MS)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def type_where_it_stands(self, field: Locator, text: str) -> None:
        """Type into the field that a page gives the focus by itself, a moment after it was loaded."""
        expect(field).to_be_focused()
        self.type(text)

    def to(self, wanted: Locator) -> None:
        """Tab until the control has the focus, and see that it shows."""
        expect(wanted.first).to_be_attached()
        for _step in range(FAR):
            if wanted.first.evaluate("e => e === document.activeElement"):
                break
            self.press("Tab")
        else:
            pytest.fail(f"Tab does not reach {wanted} on {self.page.url}")
        assert wanted.first.evaluate(
            "e => { const s = getComputedStyle(e), b = e.getBoundingClientRect();"
            " return b.width > 0 && (s.outlineStyle !== 'none' || s.boxShadow !== 'none'); }"
        ), f"the focus on {wanted} is not seen"

    def use(self, wanted: Locator) -> None:
        self.to(wanted)
        self.press("Enter")

    def fill(self, wanted: Locator, text: str) -> None:
        self.to(wanted)
        self.press("Control+a")
        self.type(text)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name)

    def link(self, name: str | re.Pattern[str]) -> Locator:
        return self.page.locator("main").get_by_role("link", name=name)

    def sign_in(self, email: str) -> None:
        self.page.goto(self.address + reverse("account_login"))
        self.type_where_it_stands(self.page.locator("#id_login"), email)
        self.fill(self.page.locator("#id_password"), PASSWORD)
        self.press("Enter")
        self.page.wait_for_url(lambda url: "login" not in url)

    def find(self, text: str) -> None:
        """The palette: Ctrl K, a piece of the name, Enter on the first."""
        self.press("Control+k")
        self.type(text)
        expect(self.page.locator("#palette [role=option][aria-selected=true]")).to_contain_text(text)
        self.press("Enter")

    def sees(self, text: str) -> None:
        expect(self.page.locator("body")).to_contain_text(text, timeout=PATIENCE_MS)


@pytest.fixture
def keys(quiet_page: Page, live_server) -> Iterator[Keys]:
    def forbidden(*_args, **_kwargs):
        raise AssertionError("no mouse here")

    for name in ("click", "dblclick", "down", "move"):
        setattr(quiet_page.mouse, name, forbidden)
    yield Keys(quiet_page, live_server.url)


def somebody(role: str):
    user = make_user(role, first_name="Ann", last_name="Lee")
    user.set_password(PASSWORD)
    user.save()
    return user


def test_a_sellers_day(keys: Keys):
    seller, page = somebody("seller"), keys.page
    deal = make_deal(owner=seller, name="Glass partitions", at=timezone.now())
    make_task(title="Call Nora", assignee_id=seller.pk, due_at=timezone.now() + timedelta(minutes=5), links=[deal])
    item = make_sold_item("120.00", sku="GP-7")

    keys.sign_in(seller.email)
    keys.press("g", "m")
    page.wait_for_url("**" + reverse("sales:my_day"))
    keys.sees("Call Nora")
    keys.use(keys.link("Glass partitions"))
    page.wait_for_url("**" + reverse("sales:deal_card", args=[deal.pk]))

    keys.use(page.locator("summary", has_text="Call"))
    text = page.locator("#talk_text")
    expect(text).to_be_visible()
    keys.fill(text, "Nora wants three by May.")
    keys.press("Control+Enter")
    keys.sees("Nora wants three by May.")
    assert Interaction.objects.filter(body="Nora wants three by May.").count() == 1

    keys.use(keys.link(re.compile("^Quote$")))
    keys.fill(page.locator("[data-line-search]"), item.sku)
    keys.press("Enter")
    expect(page.locator("input[name=lines-0-qty]")).to_be_visible()
    keys.fill(page.locator("input[name=lines-0-qty]"), "3")
    keys.sees("360.00")
    keys.use(keys.button("Save the draft"))
    keys.use(keys.link("Send to client").or_(keys.button("Send to client")))
    keys.to(page.locator("select[name=stage]"))
    keys.type("Proposal")
    keys.use(page.locator("form.step-form button[type=submit]"))
    keys.sees("The quote is out")
    quote = Quote.objects.get()
    assert (quote.status, quote.net_amount, quote.deal.stage.code) == ("sent", Decimal("360.00"), "proposal")


def test_a_storekeepers_day(keys: Keys):
    storekeeper, page = somebody("storekeeper"), keys.page
    warehouse = make_warehouse()
    purchase = make_purchase_order([(make_item("HWK", name="Hardware"), 10, "5.00")], warehouse=warehouse)
    item = make_sold_item(sku="GP-7", name="Partition")
    stock_up(item, warehouse, 5, "250.00", at=timezone.now() - timedelta(days=1))
    order = make_order([(item, 2)], warehouse=warehouse, at=timezone.now())
    confirming.confirm_order(order_id=order.pk, at=timezone.now(), by=SYSTEM)

    keys.sign_in(storekeeper.email)
    keys.find(purchase.number)
    page.wait_for_url("**" + reverse("inventory:purchase_card", args=[purchase.pk]))
    keys.use(keys.link("Receive"))
    keys.fill(page.locator(f"input[name=qty-{purchase.lines.get().pk}]"), "10")
    keys.use(keys.button("Post the receipt"))
    keys.sees("was posted")
    assert GoodsReceipt.objects.get().lines.get().qty == 10

    keys.press("Control+k")
    keys.type(">Picking")
    expect(page.locator("#palette [role=option][aria-selected=true]")).to_contain_text("Picking")
    keys.press("Enter")
    page.wait_for_url("**" + reverse("sales:picking"))
    keys.type_where_it_stands(page.locator("main input[name=q]"), order.number)
    keys.press("Enter")
    page.wait_for_url("**" + reverse("sales:picking_order", args=[order.pk]))
    keys.fill(page.locator("input[name=quantity]"), "2")
    keys.use(keys.button("Confirm"))
    keys.sees("Everything was picked")
    keys.use(keys.button("Ship it"))
    keys.sees("is on its way")
    assert [line.qty for line in Shipment.objects.get().lines.all()] == [2]
