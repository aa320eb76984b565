"""Ledger checks of sales."""

from sales.ledgers import documents, orders, paths

__all__ = ["documents", "orders", "paths"]
