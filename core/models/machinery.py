"""Rows that make the machinery safe: events, outbox, idempotency keys, links, status changes, files."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.choices import DeliveryStatus, OutboxKind, OutboxPolicy, OutboxStatus
from core.models.base import LockingQuerySet, UUIDv7, append_only


class Event(models.Model):
    """Something that happened, written in the transaction in which it happened."""

    name = models.CharField(max_length=120)
    payload = models.JSONField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers = [append_only("event_append_only")]

    def __str__(self) -> str:
        return f"{self.name} {self.payload}"


class EventDelivery(models.Model):
    """One handler's copy of an event. Done is marked in the transaction of the handler's own changes."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries")
    handler = models.CharField(max_length=160)
    status = models.CharField(max_length=8, choices=DeliveryStatus.choices, default=DeliveryStatus.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("event deliveries")
        constraints = [models.UniqueConstraint(fields=["event", "handler"], name="event_delivered_once_per_handler")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(status="waiting"), name="event_delivery_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.handler} ({self.status})"


class OutboxMessage(models.Model):
    """A mail or a call that has to leave the house, with what is known of its fate (RELIABILITY 2.5).

    Messages with the same `ordering_key` leave one after the other. `attempts` counts the tries, `doubts` how
    often a try was left without an answer.
    """

    kind = models.CharField(max_length=8, choices=OutboxKind.choices)
    policy = models.CharField(max_length=10, choices=OutboxPolicy.choices, default=OutboxPolicy.DOCUMENT)
    dedupe_key = models.CharField(max_length=200, unique=True)
    recipient = models.CharField(max_length=320)
    subject = models.CharField(max_length=300, blank=True)
    payload = models.JSONField(default=dict)
    message_id = models.CharField(max_length=200, blank=True)
    ordering_key = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=10, choices=OutboxStatus.choices, default=OutboxStatus.NEW)
    attempts = models.PositiveSmallIntegerField(default=0)
    doubts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(db_default=Now())
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(status__in=["new", "sending"]), name="outbox_message_open"),
            models.Index(
                fields=["ordering_key", "id"],
                condition=Q(status__in=["new", "sending"]) & ~Q(ordering_key=""),
                name="outbox_message_in_order",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="sent") | Q(sent_at__isnull=False), name="outbox_message_sent_at_a_moment"
            ),
            models.CheckConstraint(
                condition=~Q(status="sending") | Q(lease_until__isnull=False), name="outbox_message_sending_has_a_lease"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient}: {self.subject}"


class IdempotencyKey(models.Model):
    """The stored answer to a command that carried a key; kept at least a day."""

    scope = models.CharField(max_length=80)
    key = models.CharField(max_length=80)
    body_hash = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotency_key_once_per_scope")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_key_by_age")]

    def __str__(self) -> str:
        return f"{self.scope}:{self.key}"


class RecordLink(models.Model):
    """Joins any two records when no rule depends on the link (a task and its order, a call and its deal)."""

    source_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    source_id = models.BigIntegerField()
    source = GenericForeignKey("source_type", "source_id")
    target_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    target_id = models.BigIntegerField()
    target = GenericForeignKey("target_type", "target_id")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source_type", "source_id", "target_type", "target_id"], name="record_link_once"
            ),
        ]
        indexes = [models.Index(fields=["target_type", "target_id"], name="record_link_by_target")]

    def __str__(self) -> str:
        return f"{self.source_type_id}:{self.source_id} → {self.target_type_id}:{self.target_id}"


class StatusChange(models.Model):
    """A stored state of a document moved on: from, to, when, by whom."""

    record_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+", db_index=False)
    record_id = models.BigIntegerField()
    record = GenericForeignKey("record_type", "record_id")
    from_status = models.CharField(max_length=20, blank=True)
    to_status = models.CharField(max_length=20)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["record_type", "record_id", "id"], name="status_change_by_record")]
        triggers = [append_only("status_change_append_only")]

    def __str__(self) -> str:
        return f"{self.from_status} → {self.to_status}"


class PublicLink(models.Model):
    """A door without a login to one record. Only the hash of its token is stored."""

    purpose = models.CharField(max_length=40)
    record_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    record_id = models.BigIntegerField()
    record = GenericForeignKey("record_type", "record_id")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    max_uses = models.PositiveIntegerField(null=True, blank=True)
    uses = models.PositiveIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = LockingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(max_uses__isnull=True) | Q(uses__lte=models.F("max_uses")),
                name="public_link_used_at_most_as_often_as_allowed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} #{self.record_id}"


class Attachment(models.Model):
    """A file of a record, stored under a uuid outside the static folder."""

    uuid = models.UUIDField(unique=True, editable=False, db_default=UUIDv7())
    record_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    record_id = models.BigIntegerField()
    record = GenericForeignKey("record_type", "record_id")
    kind = models.CharField(max_length=20, default="file")
    file = models.FileField(upload_to="attachments/%Y/%m/")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["record_type", "record_id"], name="attachment_by_record")]

    def __str__(self) -> str:
        return self.name
