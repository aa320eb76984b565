from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin.base import EntityAdmin
from sales.models import DiscountPolicy, Pipeline, PriceList, PriceRule, Stage, StageDuty


class StageInline(admin.TabularInline):
    model = Stage
    extra = 0
    show_change_link = True


class StageDutyInline(admin.TabularInline):
    model = StageDuty
    extra = 0


@admin.register(Pipeline)
class PipelineAdmin(EntityAdmin):
    list_display = ("code", "name", "is_default", "is_active")
    list_filter = ("is_active",)
    search_fields = ("code", "name")
    readonly_fields = ("external_key",)
    inlines = (StageInline,)


@admin.register(Stage)
class StageAdmin(EntityAdmin):
    """A stage keeps its pipeline and its category for life: deals went through it."""

    list_display = ("name", "pipeline", "position", "category", "probability", "max_days", "is_active")
    list_filter = ("pipeline", "category", "is_active")
    search_fields = ("name", "code", "pipeline__name")
    ordering = ("pipeline", "position")
    inlines = (StageDutyInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "pipeline", "category"] if obj else fields


@admin.register(StageDuty)
class StageDutyAdmin(EntityAdmin):
    list_display = ("title", "stage", "due_hours", "is_required")
    list_filter = ("is_required", "stage__pipeline")
    search_fields = ("title", "stage__name")


@admin.register(PriceList)
class PriceListAdmin(EntityAdmin):
    list_display = ("code", "name", "currency", "segment", "branch", "client", "legal_entity", "is_active")
    list_filter = ("is_active", "currency", "branch")
    search_fields = ("code", "name", "client__name", "legal_entity__legal_name")
    readonly_fields = ("external_key",)


@admin.register(PriceRule)
class PriceRuleAdmin(EntityAdmin):
    list_display = ("price_list", "item", "category", "min_qty", "valid", "price", "percent_off")
    list_filter = ("price_list",)
    search_fields = ("price_list__code", "item__sku", "item__name")
    raw_id_fields = ("category",)


@admin.register(DiscountPolicy)
class DiscountPolicyAdmin(EntityAdmin):
    list_display = ("role", "max_discount_pct", "min_margin_pct")
    search_fields = ("role__name",)
