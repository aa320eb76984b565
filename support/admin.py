from django.contrib import admin

from core.admin.base import ReadOnlyAdmin, ReadOnlyInline
from support.models import InstallationVisit, Ticket, VisitPart, VisitUpload


class VisitPartInline(ReadOnlyInline):
    model = VisitPart


@admin.register(InstallationVisit)
class InstallationVisitAdmin(ReadOnlyAdmin):
    list_display = ("number", "order", "status", "crew", "slot", "fee", "signed_by", "done_at")
    list_filter = ("status", "branch")
    search_fields = ("number", "order__number", "crew", "address")
    ordering = ("-id",)
    inlines = (VisitPartInline,)


@admin.register(VisitPart)
class VisitPartAdmin(ReadOnlyAdmin):
    list_display = ("visit", "item", "qty", "move")
    search_fields = ("visit__number", "item__sku")
    ordering = ("-id",)


@admin.register(VisitUpload)
class VisitUploadAdmin(ReadOnlyAdmin):
    list_display = ("visit", "kind", "name", "size", "created_at")
    list_filter = ("kind",)
    search_fields = ("visit__number",)
    ordering = ("-id",)


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin):
    list_display = (
        "number",
        "client",
        "order",
        "subject",
        "severity",
        "status",
        "decision",
        "owner",
        "sla_due_at",
        "cost",
    )
    list_filter = ("status", "severity", "decision", "branch")
    search_fields = ("number", "subject", "client__name", "order__number", "cause")
    date_hierarchy = "opened_at"
    ordering = ("-id",)
