"""Prices, and the orders and deals of another system, out of files."""

from sales.services.importing.deals import import_deals, take_deals_back
from sales.services.importing.orders import import_orders
from sales.services.importing.prices import import_prices

__all__ = ["import_deals", "import_orders", "import_prices", "take_deals_back"]
