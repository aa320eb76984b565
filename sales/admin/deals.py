from django.contrib import admin

from core.admin.base import ReadOnlyAdmin, ReadOnlyInline
from sales.models import (
    Deal,
    DealCompetitor,
    DealLine,
    DealRole,
    EstimateCost,
    EstimateLine,
    EstimateRequest,
    StageChange,
)


class DealLineInline(ReadOnlyInline):
    model = DealLine


class StageChangeInline(ReadOnlyInline):
    model = StageChange
    fields = ("seq", "from_stage", "to_stage", "at", "by", "amount", "probability")


class DealRoleInline(ReadOnlyInline):
    model = DealRole


class DealCompetitorInline(ReadOnlyInline):
    model = DealCompetitor


@admin.register(Deal)
class DealAdmin(ReadOnlyAdmin):
    list_display = ("name", "client", "stage", "status", "amount", "currency", "probability", "owner", "opened_at")
    list_filter = ("status", "pipeline", "stage", "origin", "branch", "lost_reason")
    search_fields = ("name", "client__name", "external_key")
    ordering = ("-opened_at",)
    inlines = (DealLineInline, StageChangeInline, DealRoleInline, DealCompetitorInline)


@admin.register(DealLine)
class DealLineAdmin(ReadOnlyAdmin):
    list_display = ("deal", "position", "item", "qty", "unit_price", "discount_pct", "net_amount")
    search_fields = ("deal__name", "item__sku", "text")


@admin.register(StageChange)
class StageChangeAdmin(ReadOnlyAdmin):
    list_display = ("deal", "seq", "from_stage", "to_stage", "at", "by", "amount", "probability")
    list_filter = ("to_stage", "at")
    search_fields = ("deal__name",)
    ordering = ("-pk",)


@admin.register(DealRole)
class DealRoleAdmin(ReadOnlyAdmin):
    list_display = ("deal", "person", "role", "legal_entity")
    list_filter = ("role",)
    search_fields = ("deal__name", "person__last_name")


@admin.register(DealCompetitor)
class DealCompetitorAdmin(ReadOnlyAdmin):
    list_display = ("name", "deal", "price", "note")
    search_fields = ("name", "deal__name")


class EstimateLineInline(ReadOnlyInline):
    model = EstimateLine


class EstimateCostInline(ReadOnlyInline):
    model = EstimateCost


@admin.register(EstimateRequest)
class EstimateRequestAdmin(ReadOnlyAdmin):
    list_display = ("deal", "status", "asked_at", "due_on", "asked_of", "answered_at", "cost", "lead_days")
    list_filter = ("status", "asked_at")
    search_fields = ("deal__name", "remark")
    ordering = ("-asked_at",)
    inlines = (EstimateLineInline, EstimateCostInline)


@admin.register(EstimateLine)
class EstimateLineAdmin(ReadOnlyAdmin):
    list_display = ("request", "item", "qty")
    search_fields = ("request__deal__name", "item__sku")


@admin.register(EstimateCost)
class EstimateCostAdmin(ReadOnlyAdmin):
    list_display = ("request", "for_item", "kind", "code", "qty", "amount", "last_price")
    list_filter = ("kind",)
    search_fields = ("request__deal__name", "code", "for_item__sku")
