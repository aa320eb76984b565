"""What can be imported into inventory: items, suppliers' prices, opening stock."""

from inventory.imports import items, openings, terms

__all__ = ["items", "openings", "terms"]
