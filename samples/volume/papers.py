"""Invoices of the orders, and the payments that settle most of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.models import Organization
from finance.models import Allocation, Invoice, InvoiceLine, InvoiceTax, Payment
from samples.volume.company import TAX_PERCENT
from samples.volume.copying import Row, copy, money
from samples.volume.goods import Stock
from samples.volume.orders import Order, numbers

DUE_DAYS = 30


@dataclass(frozen=True)
class Paid:
    """One payment of one invoice (whose key is that of its order)."""

    order: Order
    at: datetime
    cents: int


def load(stock: Stock, orders: list[Order]) -> dict[str, int]:
    """Rows of an invoice before the invoice: a posted one takes no new rows."""
    organization = Organization.objects.get(pk=stock.company.organization)
    heads = (
        "id organization branch kind status number client legal_entity order currency issued_on due_on posted_at"
        " net_amount tax_amount gross_amount base_gross_amount allocated"
    )
    named = numbers("invoice", organization, [order.shipped for order in orders])
    paid = payments_of(stock, orders)
    given = numbers("payment", organization, [payment.at for payment in paid])
    payment_columns = (
        "id organization account number direction client legal_entity amount currency base_amount paid_on recorded_at"
        " order allocated"
    )
    return {
        "invoice lines": copy(
            InvoiceLine, "invoice position item order_line qty unit_price tax_percent net_amount", lines(orders)
        ),
        "invoice taxes": copy(
            InvoiceTax, "invoice percent net_amount tax_amount",
            ((order.number, TAX_PERCENT, money(order.net), money(order.tax)) for order in orders),
        ),
        "invoices": copy(Invoice, heads, invoices(stock, orders, named, settled(paid))),
        "payments": copy(Payment, payment_columns, payments(stock, paid, given)),
        "allocations": copy(
            Allocation, "payment invoice amount allocated_on recorded_at",
            (
                (key, row.order.number, money(row.cents), row.at.date().isoformat(), row.at.isoformat())
                for key, row in enumerate(paid, start=1)
            ),
        ),
    }  # fmt: skip


def payments_of(stock: Stock, orders: list[Order]) -> list[Paid]:
    """Every second paid invoice is paid in two parts; in the order of time."""
    dice, made = stock.plan.random("payments"), []
    for order in orders:
        total = order.net + order.tax
        first = total * dice.randint(20, 80) // 100
        parts = {"open": [], "part": [first], "paid": [first, total - first] if order.number % 2 else [total]}
        for nth, cents in enumerate(parts[order.fate]):
            at = order.shipped + timedelta(days=dice.randint(1, 12) + 14 * nth, seconds=nth)
            made.append(Paid(order, min(at, stock.plan.ends), cents))
    return sorted(made, key=lambda row: (row.at, row.order.number))


def settled(paid: list[Paid]) -> dict[int, int]:
    """How much of each invoice is paid."""
    sums: dict[int, int] = {}
    for row in paid:
        sums[row.order.number] = sums.get(row.order.number, 0) + row.cents
    return sums


def lines(orders: list[Order]) -> Iterator[Row]:
    for order in orders:
        rows = zip(order.lines, order.outs, order.prices, order.nets, strict=True)
        for position, (line, out, price, net) in enumerate(rows, start=1):
            yield order.number, position, out.item, line, out.qty, money(price), TAX_PERCENT, money(net)


def invoices(stock: Stock, orders: list[Order], named: list[str], sums: dict[int, int]) -> Iterator[Row]:
    company = stock.company
    for order, name in zip(orders, named, strict=True):
        on, gross = order.shipped.date(), money(order.net + order.tax)
        yield (
            order.number, company.organization, company.branches[order.warehouse], "invoice", "posted", name,
            order.client, order.client, order.number, company.currency, on.isoformat(),
            (on + timedelta(days=DUE_DAYS)).isoformat(), order.shipped.isoformat(), money(order.net), money(order.tax),
            gross, gross, money(sums.get(order.number, 0)),
        )  # fmt: skip


def payments(stock: Stock, paid: list[Paid], given: list[str]) -> Iterator[Row]:
    company = stock.company
    for key, (row, name) in enumerate(zip(paid, given, strict=True), start=1):
        amount = money(row.cents)
        yield (
            key, company.organization, company.account, name, "in", row.order.client, row.order.client, amount,
            company.currency, amount, row.at.date().isoformat(), row.at.isoformat(), row.order.number, amount,
        )  # fmt: skip
