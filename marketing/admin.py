from django.contrib import admin

from core.admin.base import EntityAdmin, ReadOnlyAdmin, ReadOnlyInline
from marketing.models import Campaign, CampaignCost, Touch


class CampaignCostInline(ReadOnlyInline):
    model = CampaignCost


@admin.register(Campaign)
class CampaignAdmin(EntityAdmin):
    """Names, dates and budgets are edited here; status and source only move by the services."""

    list_display = ("code", "name", "source", "status", "budget", "starts_on", "ends_on")
    list_filter = ("status",)
    search_fields = ("code", "name", "source__name")
    readonly_fields = ("code", "source", "status", "external_key")
    inlines = (CampaignCostInline,)

    def has_add_permission(self, request, obj=None):  # type: ignore[no-untyped-def]
        return False

    def has_delete_permission(self, request, obj=None):  # type: ignore[no-untyped-def]
        return False


@admin.register(CampaignCost)
class CampaignCostAdmin(ReadOnlyAdmin):
    list_display = ("campaign", "label", "amount", "spent_on", "recorded_at")
    list_filter = ("campaign",)
    search_fields = ("campaign__code", "label")
    date_hierarchy = "spent_on"
    ordering = ("-id",)


@admin.register(Touch)
class TouchAdmin(ReadOnlyAdmin):
    list_display = ("at", "kind", "source", "campaign", "lead", "client")
    list_filter = ("kind", "campaign")
    search_fields = ("source__code", "lead__name", "client__name")
    date_hierarchy = "at"
    ordering = ("-id",)
