"""Entries of the sidebar that belong to goods."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.ui import navigation
from core.ui.navigation import Entry
from inventory.choices import PurchaseStatus
from inventory.models import PurchaseOrder


def coming(user: Any) -> int | None:
    """How many deliveries are expected."""
    rows = PurchaseOrder.objects.visible_to(user).filter(
        status__in=(PurchaseStatus.ORDERED, PurchaseStatus.PART_RECEIVED), origin="own"
    )
    return rows.count() or None


def drafts(user: Any) -> int | None:
    """How many drafts wait to be placed."""
    return PurchaseOrder.objects.visible_to(user).filter(status=PurchaseStatus.DRAFT).count() or None


navigation.add(
    Entry(
        _("Stock"),
        "packages",
        "inventory:stock_list",
        "stock",
        10,
        action="inventory.view_stockbalance",
        on_phone=True,
        first_for=("storekeeper", "purchaser"),
    ),
    Entry(
        _("Receiving"),
        "package-import",
        "inventory:receipt_new",
        "stock",
        30,
        action="inventory.post_goods_receipt",
        on_phone=True,
        counter=coming,
        counter_seconds=60,
        first_for=("storekeeper",),
    ),
    Entry(_("Receipts"), "truck-delivery", "inventory:receipt_list", "stock", 35, action="inventory.view_goodsreceipt"),
    Entry(_("Stock counts"), "checklist", "inventory:count_list", "stock", 40, action="inventory.view_stocktake"),
    Entry(
        _("Purchasing"),
        "shopping-cart",
        "inventory:purchase_list",
        "stock",
        50,
        action="inventory.view_purchaseorder",
        counter=drafts,
        counter_seconds=60,
        first_for=("purchaser",),
    ),
    Entry(
        _("Suggestions"),
        "file-plus",
        "inventory:purchase_proposals",
        "stock",
        55,
        action="inventory.propose_purchases",
        first_for=("purchaser",),
    ),
    Entry(_("Stock moves"), "transfer", "inventory:move_list", "stock", 60, action="inventory.view_stockmove"),
    Entry(_("Items"), "tag", "inventory:item_list", "stock", 70, action="inventory.view_item"),
)
