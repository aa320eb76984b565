"""Master data: items, their terms, and places."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin.base import EntityAdmin, ReadOnlyAdmin
from inventory.models import (
    Item,
    ItemCategory,
    ItemUnit,
    Location,
    Lot,
    StandardCost,
    StockMove,
    SupplierItem,
    Unit,
    Warehouse,
)


@admin.register(Unit)
class UnitAdmin(EntityAdmin):
    list_display = ("code", "name")
    search_fields = ("code", "name")
    ordering = ("code",)


@admin.register(ItemCategory)
class ItemCategoryAdmin(EntityAdmin):
    list_display = ("name", "parent")
    search_fields = ("name",)
    ordering = ("name",)


class ItemUnitInline(admin.TabularInline):
    model = ItemUnit
    extra = 0
    autocomplete_fields = ("unit",)


class SupplierItemInline(admin.TabularInline):
    model = SupplierItem
    extra = 0
    autocomplete_fields = ("supplier", "currency")


@admin.register(Item)
class ItemAdmin(EntityAdmin):
    """Valuation, tracking, base unit and type can be chosen until the item has moved."""

    list_display = ("sku", "name", "type", "status", "category", "unit", "valuation", "tracking", "replenishment")
    list_filter = ("type", "status", "valuation", "tracking", "replenishment", "is_sold", "category")
    search_fields = ("sku", "name", "external_key")
    ordering = ("sku",)
    inlines = (ItemUnitInline, SupplierItemInline)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = super().get_readonly_fields(request, obj)
        moved = obj is not None and StockMove.objects.filter(item=obj).exists()
        return [*fields, "valuation", "tracking", "unit", "type"] if moved else fields


@admin.register(ItemUnit)
class ItemUnitAdmin(EntityAdmin):
    list_display = ("item", "unit", "factor")
    search_fields = ("item__sku", "item__name")


@admin.register(StandardCost)
class StandardCostAdmin(ReadOnlyAdmin):
    list_display = ("item", "cost", "valid")
    search_fields = ("item__sku", "item__name")
    ordering = ("item", "-valid")


@admin.register(SupplierItem)
class SupplierItemAdmin(EntityAdmin):
    list_display = ("item", "supplier", "price", "currency", "pack_qty", "moq", "lead_days", "rank")
    list_filter = ("currency", "rank")
    search_fields = ("item__sku", "item__name", "supplier__legal_name")
    ordering = ("item", "rank")


@admin.register(Lot)
class LotAdmin(ReadOnlyAdmin):
    list_display = ("code", "item", "status", "expires_on", "origin")
    list_filter = ("status", "expires_on")
    search_fields = ("code", "item__sku", "origin")
    date_hierarchy = "expires_on"


@admin.register(Warehouse)
class WarehouseAdmin(ReadOnlyAdmin):
    """A warehouse is made together with its first place, by its service."""

    list_display = ("code", "name", "branch", "is_active")
    list_filter = ("branch", "is_active")
    search_fields = ("code", "name")
    ordering = ("code",)


@admin.register(Location)
class LocationAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "warehouse", "kind", "is_default", "is_active")
    list_filter = ("kind", "warehouse", "is_active")
    search_fields = ("code", "name", "warehouse__name", "external_key")
    ordering = ("warehouse", "code")
