"""What the API shows of invoices, money and banks, and what it can post."""

from finance.api import banks, invoices, payments

__all__ = ["banks", "invoices", "payments"]
