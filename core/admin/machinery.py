from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core import policy
from core.admin.base import ReadOnlyAdmin, ReadOnlyInline
from core.models import (
    Attachment,
    Event,
    EventDelivery,
    IdempotencyKey,
    OutboxMessage,
    PublicLink,
    RecordLink,
    SearchEntry,
    StatusChange,
)
from core.services.deliveries import retry_delivery
from core.services.outbox_sending import retry_message


class MessagesAdmin(ReadOnlyAdmin):
    """Read-only, but for the button that lets failed work be tried again."""

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return policy.allows(request.user, "core.manage_messages")  # type: ignore[arg-type]


class EventDeliveryInline(ReadOnlyInline):
    model = EventDelivery


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("id", "name", "payload", "recorded_at")
    list_filter = ("name",)
    search_fields = ("name", "payload")
    date_hierarchy = "recorded_at"
    ordering = ("-id",)
    inlines = (EventDeliveryInline,)


@admin.register(EventDelivery)
class EventDeliveryAdmin(MessagesAdmin):
    list_display = ("id", "event", "handler", "status", "attempts", "due_at", "done_at")
    list_filter = ("status", "handler")
    search_fields = ("handler", "error")
    ordering = ("-id",)
    actions = ("retry",)

    @admin.action(description=_("Try given-up deliveries again"), permissions=["retry"])
    def retry(self, request: HttpRequest, queryset: QuerySet[EventDelivery]) -> None:
        for delivery in queryset:
            retry_delivery(delivery_id=delivery.pk, by=request.user)  # type: ignore[arg-type]


@admin.register(OutboxMessage)
class OutboxMessageAdmin(MessagesAdmin):
    list_display = ("id", "kind", "recipient", "subject", "status", "attempts", "doubts", "due_at", "sent_at")
    list_filter = ("status", "kind", "policy")
    search_fields = ("recipient", "subject", "dedupe_key", "message_id")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    actions = ("retry",)

    @admin.action(description=_("Send again what failed or is unknown"), permissions=["retry"])
    def retry(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> None:
        for message in queryset:
            retry_message(message_id=message.pk, by=request.user)  # type: ignore[arg-type]


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnlyAdmin):
    list_display = ("scope", "key", "created_at")
    list_filter = ("scope",)
    search_fields = ("key",)
    ordering = ("-created_at",)


@admin.register(RecordLink)
class RecordLinkAdmin(ReadOnlyAdmin):
    list_display = ("source_type", "source_id", "target_type", "target_id", "created_at")
    list_filter = ("source_type", "target_type")
    search_fields = ("=source_id", "=target_id")
    ordering = ("-id",)


@admin.register(StatusChange)
class StatusChangeAdmin(ReadOnlyAdmin):
    list_display = ("record_type", "record_id", "from_status", "to_status", "occurred_at", "by", "note")
    list_filter = ("record_type", "to_status")
    search_fields = ("=record_id", "note")
    date_hierarchy = "occurred_at"
    ordering = ("-id",)


@admin.register(PublicLink)
class PublicLinkAdmin(ReadOnlyAdmin):
    list_display = ("purpose", "record_type", "record_id", "expires_at", "uses", "max_uses", "revoked_at", "created_by")
    list_filter = ("purpose", "record_type")
    search_fields = ("=record_id",)
    ordering = ("-id",)
    exclude = ("token_hash",)


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyAdmin):
    list_display = ("name", "kind", "record_type", "record_id", "content_type", "size", "created_at", "created_by")
    list_filter = ("kind", "content_type", "record_type")
    search_fields = ("name", "sha256", "=record_id")
    date_hierarchy = "created_at"
    ordering = ("-id",)

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # The address of the file is not for every reader; downloads go through a view that checks the record.
        return ("file",)


@admin.register(SearchEntry)
class SearchEntryAdmin(ReadOnlyAdmin):
    list_display = ("title", "kind", "record_id", "detail", "number")
    list_filter = ("kind",)
    search_fields = ("text", "=record_id")
    ordering = ("kind", "record_id")
