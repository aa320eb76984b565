"""Doors for other systems: keys of the API, and where they are told what happened."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.history import tracked, tracked_without
from core.models.base import Entity, Ownership, ScopedQuerySet, UUIDv7
from core.models.machinery import OutboxMessage


@tracked_without("token_hash", "last_used_at")
class ApiToken(models.Model):
    """A key with which another system acts as a user, within `scopes` and never beyond the user's own rights.

    Only the hash of the key is stored; `prefix` is its beginning, so that people tell keys apart. `last_used_at` is
    written at most once in ten minutes, so it may lag by as much.
    """

    view_action = "core.use_api"

    uuid = models.UUIDField(unique=True, editable=False, db_default=UUIDv7())
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_tokens", verbose_name=_("acts as")
    )
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(_("begins with"), max_length=16)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=80), verbose_name=_("may"))
    created_at = models.DateTimeField(_("made at"), db_default=Now())
    expires_at = models.DateTimeField(_("valid until"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedQuerySet.as_manager()
    ownership: ClassVar[Ownership] = Ownership(owner="user")

    class Meta:
        verbose_name, verbose_name_plural = _("API key"), _("API keys")
        indexes = [models.Index(fields=["user", "-created_at"], name="api_token_of_user")]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="api_token_ends_after_it_began"),
            models.CheckConstraint(condition=~Q(scopes=[]), name="api_token_may_something"),
        ]

    def __str__(self) -> str:
        return self.name

    def is_usable(self, at: datetime) -> bool:
        return self.revoked_at is None and self.expires_at > at


@tracked
class WebhookEndpoint(Entity):
    """Where another system wants to be told what happened: signed calls, with the data its owner may see.

    The secret is not stored: it follows from the server's own key, the endpoint and `secret_number`, so a copy of
    the database signs nothing, and a new secret is the next number.
    """

    view_action = "core.manage_webhooks"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="webhooks", verbose_name=_("owner")
    )
    name = models.CharField(_("name"), max_length=80)
    url = models.URLField(_("address"), max_length=320)
    event_names = ArrayField(models.CharField(max_length=60), verbose_name=_("events"))
    is_active = models.BooleanField(_("active"), default=True)
    secret_number = models.PositiveIntegerField(default=1, editable=False)

    ownership: ClassVar[Ownership] = Ownership(owner="owner")

    class Meta:
        verbose_name, verbose_name_plural = _("webhook"), _("webhooks")
        constraints = [
            models.CheckConstraint(condition=~Q(event_names=[]), name="webhook_hears_something"),
            models.CheckConstraint(
                condition=Q(url__startswith="https://") | Q(url__startswith="http://"),
                name="webhook_on_the_web",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key_name(self) -> str:
        """The name of the secret that signs calls to this endpoint (see `core.senders.signing_key`)."""
        return f"endpoint:{self.uuid}:{self.secret_number}"


class WebhookDelivery(models.Model):
    """Which message of the outbox tells which endpoint of what; the message itself knows its fate."""

    view_action = "core.manage_webhooks"

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.PROTECT, related_name="deliveries")
    message = models.OneToOneField(OutboxMessage, on_delete=models.CASCADE, related_name="delivery")
    event = models.CharField(_("event"), max_length=60)
    resource = models.CharField(_("resource"), max_length=60, blank=True)
    record_id = models.BigIntegerField(_("record"), null=True, blank=True)
    created_at = models.DateTimeField(_("made at"), db_default=Now())

    objects = ScopedQuerySet.as_manager()
    ownership: ClassVar[Ownership] = Ownership(owner="endpoint__owner")

    class Meta:
        verbose_name, verbose_name_plural = _("call of a webhook"), _("calls of webhooks")
        indexes = [models.Index(fields=["endpoint", "-id"], name="webhook_delivery_of_endpoint")]

    def __str__(self) -> str:
        return f"{self.event} → {self.endpoint_id}"
