from django.contrib import admin

from core.admin.base import ReadOnlyAdmin
from core.models import ActingEnd, ActingSession, UserSession


@admin.register(UserSession)
class UserSessionAdmin(ReadOnlyAdmin):
    list_display = ("user", "device", "address", "signed_in_at", "last_seen_at")
    search_fields = ("user__email", "user__last_name", "=address")
    date_hierarchy = "signed_in_at"
    ordering = ("-last_seen_at",)
    exclude = ("key_hash",)


@admin.register(ActingSession)
class ActingSessionAdmin(ReadOnlyAdmin):
    list_display = ("by", "person", "reason", "began_at", "until")
    search_fields = ("by__email", "person__email", "reason")
    date_hierarchy = "began_at"
    ordering = ("-began_at",)


@admin.register(ActingEnd)
class ActingEndAdmin(ReadOnlyAdmin):
    list_display = ("acting", "ended_at")
    ordering = ("-ended_at",)
