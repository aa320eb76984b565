from django.contrib import admin

from core.admin.base import ReadOnlyAdmin, ReadOnlyInline
from sales.models import OrderCost, OrderLine, OrderTax, Pick, SalesOrder, Shipment, ShipmentLine


class OrderLineInline(ReadOnlyInline):
    model = OrderLine
    fields = (
        "position", "item", "qty", "unit_price", "discount_pct", "tax_percent", "net_amount", "made_qty",
        "shipped_qty", "invoiced_qty", "promised_on",
    )  # fmt: skip


class OrderTaxInline(ReadOnlyInline):
    model = OrderTax


@admin.register(SalesOrder)
class SalesOrderAdmin(ReadOnlyAdmin):
    list_display = (
        "number", "status", "client", "legal_entity", "net_amount", "gross_amount", "currency", "ordered_at",
        "promised_on", "owner",
    )  # fmt: skip
    list_filter = ("status", "origin", "channel", "branch", "territory", "ordered_at")
    search_fields = ("number", "client__name", "legal_entity__legal_name", "client_reference", "external_key")
    ordering = ("-ordered_at",)
    inlines = (OrderLineInline, OrderTaxInline)


@admin.register(OrderLine)
class OrderLineAdmin(ReadOnlyAdmin):
    list_display = ("order", "position", "item", "qty", "net_amount", "made_qty", "shipped_qty", "invoiced_qty")
    search_fields = ("order__number", "item__sku", "text")


@admin.register(OrderTax)
class OrderTaxAdmin(ReadOnlyAdmin):
    list_display = ("order", "percent", "net_amount", "tax_amount")
    list_filter = ("percent",)
    search_fields = ("order__number",)


@admin.register(OrderCost)
class OrderCostAdmin(ReadOnlyAdmin):
    list_display = ("order", "kind", "label", "amount", "occurred_at", "recorded_at", "source_key")
    list_filter = ("kind", "occurred_at")
    search_fields = ("order__number", "label", "source_key")
    ordering = ("-pk",)


class ShipmentLineInline(ReadOnlyInline):
    model = ShipmentLine


@admin.register(Shipment)
class ShipmentAdmin(ReadOnlyAdmin):
    list_display = ("number", "status", "order", "warehouse", "shipped_at", "delivered_on", "carrier", "tracking")
    list_filter = ("status", "warehouse", "shipped_at")
    search_fields = ("number", "order__number", "tracking", "carrier")
    ordering = ("-shipped_at",)
    inlines = (ShipmentLineInline,)


@admin.register(ShipmentLine)
class ShipmentLineAdmin(ReadOnlyAdmin):
    list_display = ("shipment", "order_line", "lot", "qty", "move")
    search_fields = ("shipment__number", "order_line__item__sku")


@admin.register(Pick)
class PickAdmin(ReadOnlyAdmin):
    list_display = ("order_line", "location", "lot", "qty", "is_done", "is_short", "picked_at", "by", "shipment")
    list_filter = ("is_done", "is_short")
    search_fields = ("order_line__order__number", "order_line__item__sku", "location__code")
    ordering = ("-pk",)
