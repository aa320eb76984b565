"""The stock ledger: moves, layers, balances, and who waits for what."""

from django.contrib import admin

from core.admin.base import ReadOnlyAdmin, ReadOnlyInline
from inventory.models import (
    CostLayer,
    Demand,
    LayerUse,
    Peg,
    StockBalance,
    StockMove,
    Supply,
    ValueAdjustment,
    ValueAdjustmentPart,
    WorthChange,
)


class LayerUseInline(ReadOnlyInline):
    model = LayerUse
    fields = ("layer", "move", "qty", "value", "reversal_of")


class PartInline(ReadOnlyInline):
    model = ValueAdjustmentPart
    fields = ("target", "use", "amount")


class PegInline(ReadOnlyInline):
    model = Peg
    fields = ("demand", "balance", "supply", "qty", "used_qty", "status")


@admin.register(StockMove)
class StockMoveAdmin(ReadOnlyAdmin):
    list_display = (
        "occurred_at", "kind", "item", "lot", "from_location", "to_location", "qty", "value", "document", "by",
    )  # fmt: skip
    list_filter = ("kind", "branch", "from_location__kind", "to_location__kind")
    search_fields = ("item__sku", "item__name", "document", "source_key", "lot__code")
    date_hierarchy = "occurred_at"
    ordering = ("-occurred_at", "-pk")
    inlines = (LayerUseInline,)


@admin.register(CostLayer)
class CostLayerAdmin(ReadOnlyAdmin):
    list_display = ("item", "warehouse", "lot", "received_at", "qty", "value", "left_qty", "left_value", "pooled")
    list_filter = ("warehouse", "pooled")
    search_fields = ("item__sku", "item__name", "lot__code", "move__document")
    date_hierarchy = "received_at"
    ordering = ("-received_at", "-pk")
    inlines = (LayerUseInline,)


@admin.register(LayerUse)
class LayerUseAdmin(ReadOnlyAdmin):
    list_display = ("layer", "move", "qty", "value")
    search_fields = ("move__item__sku", "move__document", "move__source_key")
    ordering = ("-pk",)


@admin.register(ValueAdjustment)
class ValueAdjustmentAdmin(ReadOnlyAdmin):
    list_display = ("occurred_at", "reason", "amount", "receipt_move", "layer", "recorded_at", "by")
    search_fields = ("reason", "source_key", "receipt_move__item__sku")
    date_hierarchy = "occurred_at"
    ordering = ("-pk",)
    inlines = (PartInline,)


@admin.register(ValueAdjustmentPart)
class ValueAdjustmentPartAdmin(ReadOnlyAdmin):
    list_display = ("adjustment", "target", "use", "amount")
    list_filter = ("target",)
    search_fields = ("adjustment__reason", "adjustment__source_key")
    ordering = ("-pk",)


@admin.register(WorthChange)
class WorthChangeAdmin(ReadOnlyAdmin):
    list_display = ("warehouse", "amount")
    list_filter = ("warehouse",)
    search_fields = ("warehouse__code", "warehouse__name")
    ordering = ("-pk",)


@admin.register(StockBalance)
class StockBalanceAdmin(ReadOnlyAdmin):
    list_display = ("item", "location", "lot", "qty", "reserved")
    list_filter = ("location__warehouse", "location__kind")
    search_fields = ("item__sku", "item__name", "lot__code", "location__code")
    ordering = ("item", "location")
    inlines = (PegInline,)


@admin.register(Demand)
class DemandAdmin(ReadOnlyAdmin):
    list_display = ("key", "label", "item", "warehouse", "qty", "done_qty", "pegged_qty", "due_on", "status")
    list_filter = ("status", "warehouse")
    search_fields = ("key", "label", "item__sku")
    date_hierarchy = "due_on"
    ordering = ("-pk",)
    inlines = (PegInline,)


@admin.register(Supply)
class SupplyAdmin(ReadOnlyAdmin):
    list_display = (
        "key",
        "label",
        "kind",
        "item",
        "warehouse",
        "qty",
        "received_qty",
        "pegged_qty",
        "due_on",
        "status",
    )
    list_filter = ("status", "kind", "warehouse")
    search_fields = ("key", "label", "item__sku")
    date_hierarchy = "due_on"
    ordering = ("-pk",)
    inlines = (PegInline,)


@admin.register(Peg)
class PegAdmin(ReadOnlyAdmin):
    list_display = ("demand", "balance", "supply", "qty", "used_qty", "status")
    list_filter = ("status",)
    search_fields = ("demand__key", "demand__label", "supply__key", "demand__item__sku")
    ordering = ("-pk",)
