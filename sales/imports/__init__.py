"""What can be imported into sales: prices, and orders and deals of another system."""

from sales.imports import deals, orders, prices

__all__ = ["deals", "orders", "prices"]
