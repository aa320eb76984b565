"""Admin pages of `production`: setting up is edited here, recipes, plans and ledgers are read-only."""

from production.admin import floor, orders, recipes, stops

__all__ = ["floor", "orders", "recipes", "stops"]
