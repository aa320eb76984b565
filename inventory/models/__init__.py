from inventory.models.counts import Stocktake, StocktakeLine
from inventory.models.items import Item, ItemCategory, ItemUnit, Lot, StandardCost, SupplierItem, Unit
from inventory.models.layers import CostLayer, LayerUse, ValueAdjustment, ValueAdjustmentPart, WorthChange
from inventory.models.pegs import Demand, Peg, Supply
from inventory.models.places import Location, Warehouse
from inventory.models.purchasing import (
    GoodsReceipt,
    GoodsReceiptLine,
    LandedCost,
    LandedCostShare,
    PurchaseOrder,
    PurchaseOrderLine,
)
from inventory.models.stock import StockBalance, StockMove

__all__ = [
    "CostLayer", "Demand", "GoodsReceipt", "GoodsReceiptLine", "Item", "ItemCategory", "ItemUnit", "LandedCost",
    "LandedCostShare", "LayerUse", "Location", "Lot", "Peg", "PurchaseOrder", "PurchaseOrderLine", "StandardCost",
    "StockBalance", "StockMove", "Stocktake", "StocktakeLine",
    "SupplierItem", "Supply", "Unit", "ValueAdjustment", "ValueAdjustmentPart",
    "Warehouse", "WorthChange",
]  # fmt: skip
