"""Shipped, delivered, invoiced and paid, and what is left of it: stock, debts and the result of the order."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal

from playwright.sync_api import expect

from finance.models import BankAccount, Invoice, Payment
from finance.selectors.results import order_result
from inventory.models import Item, StockBalance, StockMove
from production.models import WipEntry
from sales.models import SalesOrder, Shipment
from tests.e2e.bike_making import OWN_WORK
from tests.e2e.bike_selling import WORTH
from tests.e2e.bike_shop import Shop, money
from tests.e2e.theatre import follow, press, says
from tests.samples.bike_order import BIKES

WHO = "accountant"


def ship(shop: Shop, order: SalesOrder, bike: Item, at: datetime) -> datetime:
    """The storekeeper picks and ships them; two days later they are said to have arrived."""
    shop.on(at)
    page = shop.open("storekeeper", "sales:picking")
    page.locator("a.tile", has_text=order.number).click()
    says(page, bike.name, bike.sku)
    press(page, "Confirm")
    page.get_by_role("button", name="Ship it").dblclick()
    says(page, "is on its way")
    shipment = Shipment.objects.get(order=order)
    assert order.lines.get().shipped_qty == BIKES
    assert not StockBalance.objects.filter(item=bike, qty__gt=0).exists()

    arrived = at + timedelta(days=2)
    shop.on(arrived)
    page = shop.open("storekeeper", "sales:shipment_card", shipment.pk)
    follow(page, "Delivered")
    page.locator("form.step-form button[type=submit]").dblclick()
    says(page, shipment.number, "Delivered")
    page = shop.open("storekeeper", "inventory:stock_list", query=f"?q={bike.sku}")
    says(page.get_by_role("row", name=bike.sku), f"{bike.name} {bike.sku} 0 EA 0 0 below 100")
    return arrived


def collect(shop: Shop, order: SalesOrder, at: datetime) -> None:
    """The accountant invoices what was delivered, books the money and settles the invoice with it."""
    account = BankAccount.objects.create(
        organization=order.organization, branch=order.branch, name="Bikes", currency=order.currency
    )
    shop.on(at)
    page = shop.open(WHO, "finance:to_invoice")
    follow(page, order.number)
    press(page, "Count again")
    says(page, money(WORTH), money(order.gross_amount))
    press(page, "Post the invoice")
    press(page, "Post invoice", exact=True)
    says(page, "INV-2014-00001", money(order.gross_amount))
    invoice = Invoice.objects.get(order=order)
    assert (invoice.net_amount, invoice.gross_amount) == (WORTH, order.gross_amount)

    query = f"?client={order.client_id}&amount={invoice.gross_amount}&account={account.pk}&text={invoice.number}"
    page = shop.open(WHO, "finance:payment_new", query=query)
    page.locator("select[name=legal_entity]").select_option(str(order.legal_entity_id))
    page.get_by_role("button", name="Record the payment").dblclick()
    says(page, "The payment is recorded", money(invoice.gross_amount))
    payment = Payment.objects.get(account=account)
    assert payment.amount == invoice.gross_amount
    page = shop.open(WHO, "finance:payment_allocate", payment.pk)
    says(page, invoice.number)
    page.get_by_label(f"Amount for {invoice.number}").fill(str(invoice.gross_amount))
    page.get_by_role("button", name="Allocate", exact=True).dblclick()
    says(page, "settles 1 document")
    page = shop.open(WHO, "finance:invoice_card", invoice.pk)
    says(page, "Paid", "0.00")
    page = shop.open(WHO, "finance:receivables")
    says(page, "Owed to us $0.00")
    invoice.refresh_from_db()
    assert invoice.allocated == invoice.gross_amount >= WORTH


def compare(shop: Shop, order: SalesOrder) -> None:
    """The director reads the result: what was sold less what the bikes cost as they were made."""
    out = StockMove.objects.get(kind="shipment", item=order.lines.get().item)
    result = order_result(order.pk)
    assert (result.revenue, result.cost) == (Decimal("35782.70"), out.value)
    assert sum(row.amount for row in WipEntry.objects.filter(work_order__in=OWN_WORK)) == 0
    page = shop.open("director", "sales:order_card", order.pk)
    says(page, "All shipped", money(result.revenue), f"−${money(result.cost)}")
    expect(page.locator("#order-result")).to_contain_text(re.compile(re.escape(money(result.cost))))
