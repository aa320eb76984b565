"""What happened in the warehouse and in purchasing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class GoodsReceived:
    """A supplier's goods were posted into stock."""

    receipt_id: int


@dataclass(frozen=True)
class ReceiptTakenBack:
    """A posted receipt was reversed: its goods left the stock again."""

    receipt_id: int


@dataclass(frozen=True)
class PurchaseOrderPlaced:
    """A draft became an order to the supplier."""

    order_id: int


@dataclass(frozen=True)
class PurchaseOrderCancelled:
    """An order to a supplier was called off; what it was to bring is missing again."""

    order_id: int


@dataclass(frozen=True)
class SupplyMoved:
    """Coming goods are expected on another day; promises that rest on them may have moved."""

    supply_id: int


@dataclass(frozen=True)
class PurchasesProposed:
    """Shortages of a warehouse were turned into draft purchase orders.

    `without_supplier` are items that are short and that nobody is known to sell.
    """

    warehouse_id: int
    order_ids: list[int]
    without_supplier: list[int]


@dataclass(frozen=True)
class StocktakePosted:
    """A stock count was posted: its differences are moved."""

    stocktake_id: int
