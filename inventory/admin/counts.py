"""Stock counts, to read."""

from django.contrib import admin

from core.admin.base import ReadOnlyAdmin, ReadOnlyInline
from inventory.models import Stocktake, StocktakeLine


class StocktakeLineInline(ReadOnlyInline):
    model = StocktakeLine
    fields = ("item", "location", "lot", "expected", "counted", "counted_at", "counted_by", "move")


@admin.register(Stocktake)
class StocktakeAdmin(ReadOnlyAdmin):
    list_display = ("number", "status", "warehouse", "location", "category", "snapshot_at", "posted_at", "owner")
    list_filter = ("status", "warehouse")
    search_fields = ("number", "note")
    date_hierarchy = "snapshot_at"
    ordering = ("-snapshot_at", "-pk")
    inlines = (StocktakeLineInline,)


@admin.register(StocktakeLine)
class StocktakeLineAdmin(ReadOnlyAdmin):
    list_display = ("stocktake", "item", "location", "lot", "expected", "counted", "move")
    list_filter = ("stocktake__status",)
    search_fields = ("stocktake__number", "item__sku", "item__name", "lot__code")
    ordering = ("-pk",)
