"""The lists of the warehouse take as many statements for ten rows as for a thousand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from inventory.models import GoodsReceipt, PurchaseOrder, Stocktake, SupplierItem
from inventory.services.counts import start_count
from sales.services.confirming import confirm_order
from tests.factories.core import make_currency, make_user, serial
from tests.factories.inventory import make_item, make_purchase_order, make_supplier, make_warehouse, stock_up
from tests.factories.sales import make_order, make_sold_item
from tests.inventory.test_statement_counts import fill, items
from tests.ui.counting import assert_constant

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(client):
    user = make_user(roles=["storekeeper", "purchaser", "director"])
    client.force_login(user)
    return user


def test_stock_moves_and_suggestions(client, people):
    place, supplier, euro = make_warehouse(), make_supplier(), make_currency("EUR")

    def more(count: int) -> None:
        made = items(count, min_stock=Decimal(20))
        fill(place, made)
        SupplierItem.objects.bulk_create(
            SupplierItem(supplier=supplier, item=item, price=Decimal(3), currency=euro, lead_days=4) for item in made
        )

    pages = {"stock_list": 32, "item_list": 26, "move_list": 26, "purchase_proposals": 34}
    assert_constant(client, {reverse(f"inventory:{name}"): most for name, most in pages.items()}, more)


def test_purchases_receipts_and_counts(client, people):
    place = make_warehouse()
    stock_up(make_item(), place, 5, 50)
    first = make_purchase_order([(make_item(), 5, "10.00")], warehouse=place)
    count = start_count(warehouse_id=place.pk, at=timezone.now(), by=SYSTEM)

    def more(number: int) -> None:
        orders = PurchaseOrder.objects.bulk_create(
            PurchaseOrder(
                organization=first.organization, branch=first.branch, warehouse=place, supplier=first.supplier,
                number=f"PO-B-{serial()}", status=first.status, currency=first.currency, drafted_at=first.drafted_at,
            )
            for _one in range(number)
        )  # fmt: skip
        GoodsReceipt.objects.bulk_create(
            GoodsReceipt(order=order, number=f"GR-{order.pk}", received_at=timezone.now()) for order in orders
        )
        Stocktake.objects.bulk_create(
            Stocktake(warehouse=place, number=f"ST-{serial()}", status="cancelled", snapshot_at=count.snapshot_at)
            for _one in range(number)
        )

    pages = {"purchase_list": 28, "receipt_list": 26, "receipt_new": 22, "count_list": 26}
    assert_constant(client, {reverse(f"inventory:{name}"): most for name, most in pages.items()}, more)


def test_orders_to_pick(client, people):
    place, sold = make_warehouse(), make_sold_item("10.00")
    stock_up(sold, place, 1000, 1000)

    def more(number: int) -> None:
        for _one in range(min(number, 40)):  # each is confirmed by its service; the page shows two hundred at most
            confirm_order(order_id=make_order([(sold, 1)], warehouse=place).pk, at=timezone.now(), by=SYSTEM)

    assert_constant(client, {reverse("sales:picking"): 22}, more)
