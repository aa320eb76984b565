"""What finance puts on cards and into lists: of clients, orders, and its own documents."""

from finance.panels import accounts, clients, documents, orders, payments

__all__ = ["accounts", "clients", "documents", "orders", "payments"]
