"""What finance puts on cards and into lists: of clients, orders, and its own documents."""

from finance.panels import accounts, clients, documents, orders, payments, reminders

__all__ = ["accounts", "clients", "documents", "orders", "payments", "reminders"]
