"""Orders to suppliers, receipts, and the costs that came with them."""

from django.contrib import admin

from core.admin.base import ReadOnlyAdmin, ReadOnlyInline
from inventory.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    LandedCost,
    LandedCostShare,
    PurchaseOrder,
    PurchaseOrderLine,
)


class PurchaseOrderLineInline(ReadOnlyInline):
    model = PurchaseOrderLine
    fields = (
        "position", "item", "qty", "price", "net_amount", "due_on", "received_qty", "rejected_qty", "billed_qty",
    )  # fmt: skip


class GoodsReceiptLineInline(ReadOnlyInline):
    model = GoodsReceiptLine
    fields = ("order_line", "location", "lot", "qty", "rejected_qty", "value", "landed_value", "move")


class LandedCostInline(ReadOnlyInline):
    model = LandedCost
    fields = ("label", "amount", "key", "is_late", "occurred_at")


class LandedCostShareInline(ReadOnlyInline):
    model = LandedCostShare


@admin.register(PurchaseOrder)
class PurchaseOrderAdmin(ReadOnlyAdmin):
    list_display = (
        "number", "status", "supplier", "warehouse", "net_amount", "gross_amount", "currency", "drafted_at",
        "ordered_at", "owner",
    )  # fmt: skip
    list_filter = ("status", "origin", "warehouse", "branch")
    search_fields = ("number", "supplier__legal_name", "reason", "external_key")
    date_hierarchy = "drafted_at"
    ordering = ("-drafted_at", "-pk")
    inlines = (PurchaseOrderLineInline,)


@admin.register(PurchaseOrderLine)
class PurchaseOrderLineAdmin(ReadOnlyAdmin):
    list_display = ("order", "position", "item", "qty", "price", "due_on", "received_qty", "rejected_qty", "billed_qty")
    search_fields = ("order__number", "item__sku", "item__name")
    date_hierarchy = "due_on"
    ordering = ("-pk",)


@admin.register(GoodsReceipt)
class GoodsReceiptAdmin(ReadOnlyAdmin):
    list_display = ("number", "order", "status", "received_at", "supplier_note", "rate")
    list_filter = ("status",)
    search_fields = ("number", "order__number", "supplier_note", "order__supplier__legal_name")
    date_hierarchy = "received_at"
    ordering = ("-received_at", "-pk")
    inlines = (GoodsReceiptLineInline, LandedCostInline)


@admin.register(GoodsReceiptLine)
class GoodsReceiptLineAdmin(ReadOnlyAdmin):
    list_display = ("receipt", "order_line", "lot", "qty", "rejected_qty", "value", "landed_value")
    search_fields = ("receipt__number", "order_line__item__sku", "lot__code")
    ordering = ("-pk",)


@admin.register(LandedCost)
class LandedCostAdmin(ReadOnlyAdmin):
    list_display = ("receipt", "label", "amount", "key", "is_late", "occurred_at")
    list_filter = ("key", "is_late")
    search_fields = ("receipt__number", "label", "source_key")
    date_hierarchy = "occurred_at"
    ordering = ("-pk",)
    inlines = (LandedCostShareInline,)


@admin.register(LandedCostShare)
class LandedCostShareAdmin(ReadOnlyAdmin):
    list_display = ("cost", "line", "amount")
    search_fields = ("cost__label", "cost__receipt__number")
    ordering = ("-pk",)
