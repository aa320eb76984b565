"""What the API shows of goods, stock and purchasing, and what it can do with items."""

from inventory.api import items, purchasing, stock

__all__ = ["items", "purchasing", "stock"]
