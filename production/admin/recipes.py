from django.contrib import admin

from core.admin.base import EntityAdmin, ReadOnlyAdmin, ReadOnlyInline
from production.models import BOM, BOMLine, BOMOperation, CenterSlot, ScrapReason, WorkCenter


@admin.register(WorkCenter)
class WorkCenterAdmin(EntityAdmin):
    list_display = ("code", "name", "branch", "calendar", "rate_per_hour", "capacity", "is_active")
    list_filter = ("is_active", "branch", "calendar")
    search_fields = ("code", "name", "external_key")
    ordering = ("code",)


@admin.register(ScrapReason)
class ScrapReasonAdmin(EntityAdmin):
    list_display = ("name", "external_key")
    search_fields = ("name", "external_key")


class BOMLineInline(ReadOnlyInline):
    model = BOMLine


class BOMOperationInline(ReadOnlyInline):
    model = BOMOperation


@admin.register(BOM)
class BOMAdmin(ReadOnlyAdmin):
    list_display = ("item", "revision", "status", "valid", "batch_qty", "updated_at")
    list_filter = ("status",)
    search_fields = ("item__sku", "item__name", "external_key")
    ordering = ("item__sku", "-revision")
    inlines = (BOMLineInline, BOMOperationInline)


@admin.register(BOMLine)
class BOMLineAdmin(ReadOnlyAdmin):
    list_display = ("bom", "position", "item", "qty", "scrap_pct", "valid")
    search_fields = ("bom__item__sku", "item__sku", "item__name")


@admin.register(BOMOperation)
class BOMOperationAdmin(ReadOnlyAdmin):
    list_display = ("bom", "sequence", "name", "center", "setup_minutes", "run_minutes")
    list_filter = ("center",)
    search_fields = ("bom__item__sku", "name", "center__code")


@admin.register(CenterSlot)
class CenterSlotAdmin(ReadOnlyAdmin):
    list_display = ("center", "lane", "period", "operation", "reason")
    list_filter = ("center",)
    search_fields = ("center__code", "reason", "operation__work_order__number")
    ordering = ("-period",)
