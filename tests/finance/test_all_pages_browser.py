"""Every page of money, read by the checker of accessibility."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from core.actors import SYSTEM
from crm.models import ContactPoint
from finance.models import Reminder
from sales.services.confirming import confirm_order
from tests.factories.core import make_user
from tests.factories.finance import make_account, make_invoice, make_payment
from tests.factories.inventory import make_warehouse, stock_up
from tests.factories.sales import make_order, make_sold_item
from tests.ui.browsing import assert_looks, sign_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ISSUED, DUE = date(2026, 3, 26), date(2026, 4, 9)


@pytest.fixture
def invoice(quiet_page: Page, live_server):
    sign_in(quiet_page, live_server.url, make_user("accountant", first_name="Maria", last_name="Costa"))
    return make_invoice([("1590.34", 20), ("389.50", 10)], on=ISSUED, due_on=DUE)


def test_documents(quiet_page: Page, live_server, invoice):
    paths = [
        reverse("finance:invoice_list"),
        reverse("finance:invoice_card", args=[invoice.pk]),
        reverse("finance:invoice_credit", args=[invoice.pk]),
        reverse("finance:to_invoice"),
        reverse("finance:payables"),
        reverse("finance:bill_list"),
        reverse("finance:period_list"),
        reverse("finance:article_list"),
    ]
    for path in paths:
        assert_looks(quiet_page, live_server.url + path)


def test_payments_and_bank(quiet_page: Page, live_server, invoice):
    account = make_account()
    payment = make_payment(amount="100.00", entity=invoice.legal_entity, account=account)
    paths = [
        reverse("finance:payment_list"),
        reverse("finance:payment_card", args=[payment.pk]),
        reverse("finance:payment_allocate", args=[payment.pk]),
        reverse("finance:payment_new"),
        reverse("finance:bank_list"),
        reverse("finance:bank_card", args=[account.pk]),
        reverse("finance:bank_lines"),
        reverse("finance:cash_journal"),
    ]
    for path in paths:
        assert_looks(quiet_page, live_server.url + path)


def test_a_chosen_client_is_reminded(quiet_page: Page, live_server, invoice):
    make_account(invoice.branch)
    client = invoice.client
    ContactPoint.objects.create(kind="email", value="pay@example.com", normalised="pay@example.com", client=client)
    make_invoice(branch=invoice.branch, on=ISSUED, due_on=DUE)
    for path in (reverse("finance:receivables"), reverse("finance:remind")):
        assert_looks(quiet_page, live_server.url + path)
    quiet_page.set_viewport_size({"width": 1440, "height": 900})
    quiet_page.goto(live_server.url + reverse("finance:receivables"))
    quiet_page.get_by_label(f"Select {client.name}").check()
    quiet_page.get_by_role("toolbar").get_by_role("button", name="Send reminders").click()
    expect(quiet_page.get_by_text("pay@example.com")).to_be_visible()
    quiet_page.get_by_role("button", name="Send 1 reminder").click()
    expect(quiet_page.get_by_text("1 reminder is on its way.")).to_be_visible()
    expect(quiet_page.get_by_role("link", name="Reminder 1")).to_be_visible()
    assert Reminder.objects.get().client == client


def test_a_quantity_that_is_typed_is_the_one_that_is_invoiced(quiet_page: Page, live_server, invoice):
    item, warehouse = make_sold_item("100.00", tax=20), make_warehouse(branch=invoice.branch)
    stock_up(item, warehouse, 5, value="50.00")
    order = make_order([(item, 5)], warehouse=warehouse)
    confirm_order(order_id=order.pk, at=timezone.now(), by=SYSTEM)
    page = quiet_page
    page.goto(live_server.url + reverse("finance:invoice_order", args=[order.pk]))
    expect(page.get_by_label("The rest of the order, in advance")).to_be_checked()
    page.get_by_role("textbox", name="Quantity of").fill("2")
    expect(page.get_by_label("Chosen quantities")).to_be_checked()
    expect(page.locator("#sums")).to_contain_text("€240.00")
