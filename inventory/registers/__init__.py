"""What of goods, stock and purchasing the kit shows."""

from inventory.registers.counts import Counts
from inventory.registers.items import TONES, Items
from inventory.registers.moves import Moves
from inventory.registers.purchasing import Purchases, Receipts
from inventory.registers.stock import Stock

__all__ = ["TONES", "Counts", "Items", "Moves", "Purchases", "Receipts", "Stock"]
