"""The main pages of the warehouse in both themes, on a desk and on a phone: no finding of axe, nothing too wide."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from core.actors import SYSTEM
from inventory.models import StockMove
from inventory.services.counts import start_count
from inventory.services.items import set_supplier_terms
from inventory.services.purchasing import OrderedLine, draft_purchase_order, place_purchase_order
from inventory.services.receipts import ReceivedLine, post_goods_receipt
from sales.services.confirming import confirm_order
from tests.factories.core import make_currency, make_user
from tests.factories.inventory import make_item, make_lot, make_supplier, make_warehouse, stock_up
from tests.factories.sales import make_order, make_sold_item
from tests.ui.browsing import assert_fits_a_phone, assert_looks, sign_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def goods():
    """A warehouse at work: stock with a lot, a purchase on its way, one received, an order to pick, a count begun."""
    now, place = timezone.now(), make_warehouse(name="Main warehouse")
    profile = make_item("ALU-P", name="Aluminium profile with a name as long as they come", unit="m", min_stock=30)
    veneer = make_item("VEN", name="Oak veneer", unit="m²", tracking="lot")
    stock_up(profile, place, 12, 120)
    stock_up(veneer, place, 18, 500, lot_id=make_lot(veneer, "L-2609-14").pk)
    supplier = make_supplier("Alumet Profiles SA")
    set_supplier_terms(
        supplier_id=supplier.pk, item_id=profile.pk, price=Decimal("9.90"), currency_id=make_currency("EUR").pk,
        lead_days=5, by=SYSTEM,
    )  # fmt: skip
    orders = []
    for _number in range(2):
        draft = draft_purchase_order(
            warehouse_id=place.pk, supplier_id=supplier.pk, lines=[OrderedLine(profile.pk, Decimal(4))],
            at=now - timedelta(days=9), by=SYSTEM,
        )  # fmt: skip
        orders.append(place_purchase_order(order_id=draft.pk, at=now - timedelta(days=9), by=SYSTEM))
    line = orders[0].lines.get()
    receipt = post_goods_receipt(
        order_id=orders[0].pk, lines=[ReceivedLine(line.pk, line.qty)], at=now, by=SYSTEM, key="came"
    )
    sold = make_sold_item("48.00")
    stock_up(sold, place, 9, 90)
    order = make_order([(sold, 3)], warehouse=place)
    confirm_order(order_id=order.pk, at=now, by=SYSTEM)
    count = start_count(warehouse_id=place.pk, at=now, by=SYSTEM)
    return {"item": profile, "order": order, "coming": orders[1], "receipt": receipt, "count": count}


@pytest.fixture
def addresses(goods):
    """Who looks, and at which address."""
    move = StockMove.objects.order_by("-pk")[0]
    pages = [
        ("stock_list", []), ("stock_card", [goods["item"].pk]), ("item_list", []), ("item_card", [goods["item"].pk]),
        ("move_list", []), ("move_card", [move.pk]), ("receipt_new", []), ("receipt_of", [goods["coming"].pk]),
        ("receipt_list", []), ("receipt_card", [goods["receipt"].pk]), ("count_list", []),
        ("count_card", [goods["count"].pk]), ("count_scan", [goods["count"].pk]), ("purchase_proposals", []),
        ("purchase_list", []), ("purchase_card", [goods["coming"].pk]), ("transfer_new", []),
    ]  # fmt: skip
    found = [reverse(f"inventory:{name}", args=args) for name, args in pages]
    return [*found, reverse("sales:picking"), reverse("sales:picking_order", args=[goods["order"].pk])]


def test_main_pages(page: Page, live_server, addresses):
    sign_in(page, live_server.url, make_user(roles=["storekeeper", "purchaser"]))
    for address in addresses:
        assert_looks(page, live_server.url + address)
        assert_fits_a_phone(page, live_server.url + address)
