"""What the API shows of deals, quotes and orders, and what it can do with them."""

from sales.api import deals, orders, quotes, setup

__all__ = ["deals", "orders", "quotes", "setup"]
