"""Entries of the sidebar that belong to money, and the accountant's first page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core import policy
from core.ui import navigation
from core.ui.navigation import Entry
from finance.selectors.bank import lines_to_book
from finance.selectors.suggesting import waiting

MOST = 999


def payments_to_allocate(user: Any) -> int | None:
    """Payments whose money settles nothing yet, for who may allocate it."""
    if not policy.allows(user, "finance.allocate"):
        return None
    return waiting(user)[:MOST].count() or None


def lines_waiting(user: Any) -> int | None:
    if not policy.allows(user, "finance.import_statement"):
        return None
    return lines_to_book(user)[:MOST].count() or None


navigation.add(
    Entry(
        _("Receivables"), "cash", "finance:receivables", "money", 10, action="finance.view_invoice", on_phone=True,
        first_for=("accountant",),
    ),
    Entry(
        _("Payments"), "arrows-exchange", "finance:payment_list", "money", 20, action="finance.view_payment",
        on_phone=True, first_for=("accountant",), counter=payments_to_allocate, counter_seconds=15,
    ),
    Entry(
        _("Invoices"), "file-invoice", "finance:invoice_list", "money", 30, action="finance.view_invoice",
        on_phone=True, first_for=("accountant",),
    ),
    Entry(_("To invoice"), "file-plus", "finance:to_invoice", "money", 35, action="finance.post_invoice"),
    Entry(_("Payables"), "receipt-2", "finance:payables", "money", 40, action="finance.view_bill"),
    Entry(_("Supplier bills"), "receipt", "finance:bill_list", "money", 45, action="finance.view_bill"),
    Entry(
        _("Bank"), "building-bank", "finance:bank_list", "money", 50, action="finance.view_bankaccount",
        counter=lines_waiting, counter_seconds=15,
    ),
    Entry(_("Cash journal"), "book-2", "finance:cash_journal", "money", 60, action="finance.view_bankaccount"),
    Entry(_("Months"), "calendar-check", "finance:period_list", "money", 70, action="finance.view_period"),
)  # fmt: skip
