"""Money: what is owed both ways, documents, payments, bank, journal, months."""

from __future__ import annotations

from typing import Any

from finance.models import BankAccount, Invoice, Payment
from finance.selectors.billing import purchases_to_bill
from finance.selectors.invoicing import orders_to_invoice
from finance.selectors.suggesting import waiting
from samples.shots.screens import Screen, at, of


def an_invoice(user: Any) -> Invoice | None:
    return Invoice.objects.visible_to(user).filter(kind="invoice", allocated__gt=0).order_by("-pk").first()


def a_bill(user: Any) -> Invoice | None:
    return Invoice.objects.visible_to(user).filter(kind="bill").order_by("-pk").first()


def a_payment(user: Any) -> Payment | None:
    return Payment.objects.visible_to(user).filter(allocated__gt=0).order_by("-pk").first()


def money_to_allocate(user: Any) -> Payment | None:
    return waiting(user).first()


def an_account(user: Any) -> BankAccount | None:
    return BankAccount.objects.visible_to(user).order_by("pk").first()


SCREENS = (
    Screen("receivables", "accountant", at("finance:receivables"), mock="11-receivables"),
    Screen("receivables-seller", "seller", at("finance:receivables")),
    Screen("remind", "accountant", at("finance:remind")),
    Screen("allocate", "accountant", of("finance:payment_allocate", money_to_allocate), mock="11b-payment-allocation"),
    Screen("payables", "accountant", at("finance:payables")),
    Screen("invoices", "accountant", at("finance:invoice_list")),
    Screen("invoice-card", "accountant", of("finance:invoice_card", an_invoice)),
    Screen("invoice-credit", "accountant", of("finance:invoice_credit", an_invoice)),
    Screen("to-invoice", "accountant", at("finance:to_invoice")),
    Screen("invoice-order", "accountant", of("finance:invoice_order", lambda user: orders_to_invoice(user).first())),
    Screen("bills", "accountant", at("finance:bill_list")),
    Screen("bill-card", "accountant", of("finance:bill_card", a_bill)),
    Screen("bill-enter", "accountant", of("finance:bill_enter", lambda user: purchases_to_bill(user).first())),
    Screen("payments", "accountant", at("finance:payment_list")),
    Screen("payment-card", "accountant", of("finance:payment_card", a_payment)),
    Screen("payment-new", "accountant", at("finance:payment_new")),
    Screen("bank", "accountant", at("finance:bank_list")),
    Screen("bank-card", "accountant", of("finance:bank_card", an_account)),
    Screen("bank-lines", "accountant", at("finance:bank_lines")),
    Screen("cash-journal", "accountant", at("finance:cash_journal")),
    Screen("months", "accountant", at("finance:period_list")),
)
