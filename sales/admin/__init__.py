"""Admin pages of `sales`: setting up is edited here, everything that happened is read-only."""

from sales.admin import deals, orders, quotes, setup

__all__ = ["deals", "orders", "quotes", "setup"]
