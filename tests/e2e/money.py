"""Steps 18 to 23 on the screens: advance, invoice, supplier bills, statement, allocation, late cost, complaint."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from core.ui.periods import as_typed
from finance.models import Invoice
from inventory.models import GoodsReceipt, PurchaseOrder
from sales.models import SalesOrder
from support.models import Ticket
from tests.e2e.theatre import Theatre, follow, press, says

WHO = "accountant"


def take_the_advance(play: Theatre, order: SalesOrder) -> None:
    given = play.inputs["advance"]
    play.at(f"{given['on']}T12:00:00+00:00")
    page = play.open(WHO, "sales:order_card", order.pk)
    follow(page, "Book an advance")
    page.locator("input[name=amount]").fill(given["amount"])
    page.locator("select[name=account]").select_option(label="Main account")
    page.locator("input[name=text]").fill("Advance")
    press(page, "Record the payment")
    says(page, "€900.00", "Bluehaven Trading Ltd")


def nothing_is_owed_yet(play: Theatre) -> None:
    """After the visit the client has only paid: 900.00 to his credit, no debt."""
    page = play.open(WHO, "crm:client_card", play.world.client.pk)
    says(page, "All that is owed less all that was paid −€900.00")
    page = play.open(WHO, "finance:receivables")
    says(page, "Owed to us €0.00")


def write_the_invoice(play: Theatre, order: SalesOrder) -> Invoice:
    given = play.inputs["invoice"]
    play.at(f"{given['on']}T12:00:00+00:00")
    page = play.open(WHO, "finance:to_invoice")
    follow(page, order.number)
    press(page, "Count again")
    says(page, "€1,979.84", "€318.07", "€38.95", "€2,336.86", "Advance taken −€900.00", "Left to pay €1,436.86")
    press(page, "Post the invoice")
    press(page, "Post invoice", exact=True)
    says(page, "INV-2026-00001", "€2,336.86", "€1,436.86", "9 Apr")
    page = play.open(WHO, "finance:receivables")
    says(page, "Owed to us €1,436.86")
    return Invoice.objects.get(kind="invoice")


def enter_the_bills(play: Theatre) -> None:
    for bill, total in zip(play.inputs["bills"], ("219.60", "316.80", "87.12"), strict=True):
        purchase = PurchaseOrder.objects.get(supplier=play.world.suppliers[bill["supplier"]])
        page = play.open(WHO, "finance:bills_to_enter")
        follow(page, purchase.number)
        says(page, f"Total as received €{total}")
        page.locator("input[name=number]").fill(bill["number"])
        write_day(page, "issued_on", bill["on"])
        press(page, "Post the bill")
        says(page, bill["number"], f"€{total}")


def write_day(page: Page, name: str, day: str) -> None:
    field = page.locator(f"input[name={name}]")
    field.fill(day)
    field.press("Tab")
    expect(field).to_have_value(as_typed(date.fromisoformat(day)))


def add_late_freight(play: Theatre, order: SalesOrder) -> None:
    """A bill after shipping: what still lies there takes its share, the order the rest; March stays as it was."""
    given = play.inputs["late_freight"]
    play.at(given["at"])
    receipt = GoodsReceipt.objects.get(order__supplier=play.world.suppliers[given["supplier"]])
    page = play.open("purchaser", "inventory:receipt_card", receipt.pk)
    follow(page, "Add a late cost")
    page.locator("input[name=amount]").fill(given["amount"])
    page.get_by_role("button", name="Add", exact=True).dblclick()
    says(page, "came later", "2.00")
    page = play.open("purchaser", "inventory:stock_list")
    says(page.get_by_role("row", name="GLS-8"), "0.8", "37.00")
    page = play.open("director", "sales:order_card", order.pk)
    says(page, "−€1,226.60", "€753.24", "38.05")
    page = play.open("purchaser", "inventory:stock_list", query="?as_of=2026-03-25")
    says(page, "Value at cost €430.45")


def read_the_statement(play: Theatre, folder: Path) -> None:
    """The preview says what is new; read in once, the same file again brings nothing."""
    given = play.inputs["statement"]
    play.at(given["imported_at"])
    file = folder / "statement.csv"
    rows = (f"{row['on']},{row['amount']},{row['reference']},{_name(play, row)},{row['text']}" for row in given["rows"])
    file.write_text("\n".join(["date,amount,reference,name,text", *rows]) + "\n")
    for new in (3, 0):
        page = play.open(WHO, "finance:bank_import")
        page.locator("select[name=account]").select_option(label="Main account")
        page.locator("input[name=file]").set_input_files(file)
        press(page, "Look at it")
        says(page, f"New {new}")
        press(page, "Read in")
        says(page, "3 new lines of 3." if new else "Nothing new: all 3 lines were there already.")


def _name(play: Theatre, row: dict[str, Any]) -> str:
    party = play.world.suppliers[row["supplier"]] if "supplier" in row else play.world.entities[row["entity"]]
    return str(party.legal_name)


def book_the_lines(play: Theatre) -> None:
    """The advance is known already; the bill is paid; the other legal entity pays the invoice."""
    page = play.open(WHO, "finance:bank_lines")
    says(page, "2 lines")
    line = page.locator("article.linecard")
    line.filter(has_text="CP-4471").get_by_role("link", name="Book").click()
    press(page, "Book it")
    expect(page.get_by_label("Amount for CP-4471")).to_have_value("219.60")
    press(page, "Allocate", exact=True)
    says(page, "settles 1 document")
    page = play.open(WHO, "finance:bank_lines")
    line = page.locator("article.linecard")
    line.filter(has_text="Invoice partition order").get_by_role("link", name="Book").click()
    press(page, "Book it")
    says(page, "Bluehaven Services Ltd")


def allocate(play: Theatre, invoice: Invoice) -> None:
    """A cent too much is refused; 1,436.86 pays the invoice, 63.14 stays on account."""
    page = play.by(WHO)
    amount = page.get_by_label(f"Amount for {invoice.number}")
    amount.fill("1436.87")
    press(page, "Allocate", exact=True)
    says(page, "1,436.87 EUR to settle, 1,436.86 EUR open on INV-2026-00001.")
    expect(amount).to_have_value("1,436.87")
    amount.fill("1436.86")
    expect(page.locator("[data-left]")).to_have_text("€63.14")
    page.get_by_role("button", name="Allocate", exact=True).dblclick()
    says(page, "settles 1 document", "€63.14")
    page = play.open(WHO, "finance:invoice_card", invoice.pk)
    says(page, "Paid", "€0.00")
    page = play.open(WHO, "finance:receivables")
    says(page, "Owed to us €0.00")
    page = play.open(WHO, "crm:client_card", play.world.client.pk)
    says(page, "All that is owed less all that was paid −€63.14")
    page = play.open(WHO, "finance:bank_card", play.world.account.pk)
    says(page, "€7,180.40")
    page = play.open(WHO, "finance:payables")
    says(page, "We owe €403.92", "316.80", "87.12")


def complain(play: Theatre, order: SalesOrder, invoice: Invoice) -> None:
    """A scratch: the seller opens a ticket, the head of sales decides on a credit, the accountant posts it."""
    given = play.inputs["credit_note"]
    play.at(given["at"])
    page = play.open("seller", "sales:order_card", order.pk)
    follow(page, "Open a ticket")
    page.locator("input[name=subject]").fill(given["reason"])
    press(page, "Create")
    says(page, given["reason"])
    page = play.open("head_of_sales", "support:ticket_resolve", Ticket.objects.get().pk)
    page.locator("input[name=decision][value=credit]").check()
    page.locator("input[name=cause]").fill(given["reason"])
    press(page, "Save")
    says(page, "Saved.")

    page = play.open(WHO, "finance:invoice_card", invoice.pk)
    page.locator("main").get_by_role("link", name="Credit").first.click()
    line = order.lines.get(item__sku=given["item"])
    number = invoice.lines.get(order_line=line).pk
    page.locator(f"input[name=net-{number}]").fill(given["net"])
    page.locator("input[name=reason]").fill(given["reason"])
    press(page, "Post the credit note")
    press(page, "Post credit note", exact=True)
    says(page, "CN-2026-00001", "60.00")
    page = play.open(WHO, "crm:client_card", play.world.client.pk)
    says(page, "All that is owed less all that was paid −€123.14")
    page = play.open("director", "sales:order_card", order.pk)
    says(page, "€1,929.84", "€703.24", "36.44")
