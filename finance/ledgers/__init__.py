"""Promises about money: allocations, numbers, document totals, bank statements; importing declares them."""

from finance.ledgers import bank, invoices, payments  # noqa: F401
