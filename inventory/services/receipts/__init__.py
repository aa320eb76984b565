"""Goods from suppliers: posting, costs that come later, and taking a receipt back."""

from inventory.services.receipts.arrivals import Landed, ReceivedLine
from inventory.services.receipts.late_costs import add_late_cost
from inventory.services.receipts.posting import post_goods_receipt
from inventory.services.receipts.taking_back import take_back_receipt

__all__ = ["Landed", "ReceivedLine", "add_late_cost", "post_goods_receipt", "take_back_receipt"]
