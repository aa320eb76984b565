"""Keys of the API and webhooks: looked at here, made and withdrawn on their own screens."""

from __future__ import annotations

from django.contrib import admin

from core.admin.base import ReadOnlyAdmin
from core.models import ApiToken, WebhookDelivery, WebhookEndpoint


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    list_display = ("name", "user", "prefix", "expires_at", "last_used_at", "revoked_at")
    list_filter = ("revoked_at",)
    search_fields = ("name", "prefix", "user__email")
    ordering = ("-id",)
    exclude = ("token_hash",)


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ReadOnlyAdmin):
    list_display = ("name", "url", "owner", "is_active", "created_at")
    list_filter = ("is_active",)
    search_fields = ("name", "url", "owner__email")
    ordering = ("-id",)


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    list_display = ("event", "endpoint", "message", "resource", "record_id", "created_at")
    list_filter = ("event",)
    search_fields = ("=record_id", "endpoint__name")
    ordering = ("-id",)
