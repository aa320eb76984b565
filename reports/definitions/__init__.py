"""The indicators of the product; importing the modules makes them known."""

from reports.definitions import campaigns, deals, leads, money, orders, people, stock

__all__ = ["campaigns", "deals", "leads", "money", "orders", "people", "stock"]
