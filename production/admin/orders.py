from django.contrib import admin

from core.admin.base import ReadOnlyAdmin, ReadOnlyInline
from production.models import Operation, WipEntry, WorkOrder, WorkOrderMaterial


class MaterialInline(ReadOnlyInline):
    model = WorkOrderMaterial
    fields = ("position", "item", "qty", "issued_qty")


class OperationInline(ReadOnlyInline):
    model = Operation
    fields = ("sequence", "name", "center", "status", "minutes", "actual_minutes", "starts_at", "ends_at", "done_at")


@admin.register(WorkOrder)
class WorkOrderAdmin(ReadOnlyAdmin):
    list_display = (
        "number", "status", "item", "qty", "made_qty", "scrapped_qty", "warehouse", "starts_at", "ends_at", "due_on",
        "origin",
    )  # fmt: skip
    list_filter = ("status", "origin", "branch", "starts_at")
    search_fields = ("number", "item__sku", "item__name", "order_line__order__number", "external_key")
    ordering = ("-pk",)
    inlines = (MaterialInline, OperationInline)


@admin.register(WorkOrderMaterial)
class WorkOrderMaterialAdmin(ReadOnlyAdmin):
    list_display = ("work_order", "position", "item", "qty", "issued_qty")
    search_fields = ("work_order__number", "item__sku", "item__name")


@admin.register(Operation)
class OperationAdmin(ReadOnlyAdmin):
    list_display = (
        "work_order", "sequence", "name", "center", "status", "minutes", "actual_minutes", "starts_at", "ends_at",
    )  # fmt: skip
    list_filter = ("status", "center", "starts_at")
    search_fields = ("work_order__number", "name", "center__code")


@admin.register(WipEntry)
class WipEntryAdmin(ReadOnlyAdmin):
    list_display = ("work_order", "kind", "amount", "qty", "minutes", "occurred_at", "recorded_at", "by", "source_key")
    list_filter = ("kind", "occurred_at")
    search_fields = ("work_order__number", "source_key")
    ordering = ("-pk",)
