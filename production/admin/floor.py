from django.contrib import admin

from core.admin.base import ReadOnlyAdmin
from production.models import OperatorBadge, OperatorPin, PieceCount, Station


@admin.register(PieceCount)
class PieceCountAdmin(ReadOnlyAdmin):
    list_display = ("operation", "good", "scrap", "reason", "occurred_at", "by")
    list_filter = ("reason", "occurred_at")
    search_fields = ("operation__work_order__number", "source_key")


@admin.register(OperatorPin)
class OperatorPinAdmin(ReadOnlyAdmin):
    list_display = ("user", "set_at", "set_by", "wrong_tries", "locked_until")
    fields = ("user", "set_at", "set_by", "wrong_tries", "locked_until")
    search_fields = ("user__email",)


@admin.register(OperatorBadge)
class OperatorBadgeAdmin(ReadOnlyAdmin):
    list_display = ("user", "series", "is_printed_here", "set_at", "set_by")
    fields = ("user", "series", "is_printed_here", "set_at", "set_by")
    search_fields = ("user__email",)


@admin.register(Station)
class StationAdmin(ReadOnlyAdmin):
    list_display = ("center", "opened_at", "opened_by", "closed_at", "operator", "seen_at", "locked_until")
    fields = ("center", "opened_at", "opened_by", "closed_at", "operator", "seen_at", "wrong_tries", "locked_until")
    list_filter = ("center", "closed_at")
    search_fields = ("center__code",)
