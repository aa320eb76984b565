from django.contrib import admin

from core.admin.base import ReadOnlyAdmin
from core.models import CustomField, Look, SetupStamp, SkippedStep, SwitchedOff


@admin.register(CustomField)
class CustomFieldAdmin(ReadOnlyAdmin):
    list_display = ("label", "model", "key", "kind", "group", "is_required", "is_active", "index_state")
    list_filter = ("model", "kind", "is_active")
    search_fields = ("label", "key")
    ordering = ("model", "position", "pk")


@admin.register(SwitchedOff)
class SwitchedOffAdmin(ReadOnlyAdmin):
    list_display = ("code", "at", "by")
    ordering = ("code",)


@admin.register(SetupStamp)
class SetupStampAdmin(ReadOnlyAdmin):
    list_display = ("stamp",)


@admin.register(Look)
class LookAdmin(ReadOnlyAdmin):
    list_display = ("organization", "brand", "language")
    ordering = ("organization__name",)


@admin.register(SkippedStep)
class SkippedStepAdmin(ReadOnlyAdmin):
    list_display = ("code", "at", "by")
    ordering = ("code",)
