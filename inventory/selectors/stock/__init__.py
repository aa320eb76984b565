"""What lies where, what it is worth, what is free, and what buying more would take."""

from inventory.selectors.stock.as_of import StockRow, stock_as_of, stock_value_as_of
from inventory.selectors.stock.availability import Availability, availability
from inventory.selectors.stock.costs import CostPreview, cost_preview, cost_previews
from inventory.selectors.stock.levels import (
    LevelRow,
    PlaceStock,
    items_below,
    stock_at_standard_cost,
)
from inventory.selectors.stock.terms import Terms, supplier_terms

__all__ = [
    "Availability", "CostPreview", "LevelRow", "PlaceStock", "StockRow", "Terms", "availability", "cost_preview",
    "cost_previews", "items_below", "stock_as_of", "stock_at_standard_cost", "stock_value_as_of", "supplier_terms",
]  # fmt: skip
