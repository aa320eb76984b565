"""Buying: proposals from shortages, and the life of an order to a supplier."""

from inventory.services.purchasing.mailing import mail_purchase_order
from inventory.services.purchasing.orders import (
    OrderedLine,
    cancel_purchase_order,
    change_purchase_order,
    draft_purchase_order,
    place_purchase_order,
    reschedule_line,
)
from inventory.services.purchasing.proposals import propose_purchases

__all__ = [
    "OrderedLine", "cancel_purchase_order", "change_purchase_order", "draft_purchase_order", "mail_purchase_order",
    "place_purchase_order", "propose_purchases", "reschedule_line",
]  # fmt: skip
