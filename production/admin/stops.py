from django.contrib import admin

from core.admin.base import ReadOnlyAdmin
from production.models import Blockage, BOMCheck, CheckNote, HelpCall


@admin.register(BOMCheck)
class BOMCheckAdmin(ReadOnlyAdmin):
    list_display = ("operation", "position", "text", "unit", "after_pieces")
    search_fields = ("text", "operation__bom__item__sku")


@admin.register(CheckNote)
class CheckNoteAdmin(ReadOnlyAdmin):
    list_display = ("operation", "bom_check", "is_done", "value", "occurred_at", "by")
    list_filter = ("is_done", "occurred_at")
    search_fields = ("operation__work_order__number", "bom_check__text", "source_key")


@admin.register(Blockage)
class BlockageAdmin(ReadOnlyAdmin):
    list_display = ("operation", "cause", "note", "reported_at", "reported_by", "lifted_at", "lifted_by")
    list_filter = ("cause", "reported_at")
    search_fields = ("operation__work_order__number", "note")


@admin.register(HelpCall)
class HelpCallAdmin(ReadOnlyAdmin):
    list_display = ("center", "operation", "called_at", "called_by", "answered_at", "answered_by")
    list_filter = ("center", "called_at")
    search_fields = ("center__code",)
