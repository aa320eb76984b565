from django.contrib import admin

from core.admin.base import ReadOnlyAdmin
from core.models import ImportChange, ImportMapping, ImportRow, ImportRun


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = ("name", "profile", "state", "by", "created_at", "imported_at", "undone_at")
    list_filter = ("profile", "state")
    search_fields = ("name", "sha256")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    exclude = ("file",)


@admin.register(ImportRow)
class ImportRowAdmin(ReadOnlyAdmin):
    list_display = ("run", "line", "state", "key", "action", "record_id")
    list_filter = ("state",)
    search_fields = ("=key",)
    ordering = ("-id",)


@admin.register(ImportChange)
class ImportChangeAdmin(ReadOnlyAdmin):
    list_display = ("run", "line", "record_type", "record_id", "kind", "undone_at", "kept_because")
    list_filter = ("kind", "record_type")
    search_fields = ("=record_id",)
    ordering = ("-id",)


@admin.register(ImportMapping)
class ImportMappingAdmin(ReadOnlyAdmin):
    list_display = ("name", "profile", "owner", "updated_at")
    list_filter = ("profile",)
    search_fields = ("name",)
    ordering = ("profile", "name")
