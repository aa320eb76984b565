"""Reading keys, webhooks and their calls for the screens."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from core.actors import Actor
from core.choices import OutboxStatus
from core.models import ApiToken, WebhookDelivery, WebhookEndpoint

OPEN = (OutboxStatus.NEW, OutboxStatus.SENDING)
DEAD = (OutboxStatus.FAILED, OutboxStatus.BOUNCED, OutboxStatus.SUPPRESSED, OutboxStatus.UNKNOWN)
STATES = {"dead": DEAD, "open": OPEN, "sent": (OutboxStatus.SENT,)}


def tokens_of(user: Actor) -> QuerySet[ApiToken]:
    """The keys a user may see: his own, an administrator all; usable ones first, then the newest."""
    rows = ApiToken.objects.visible_to(user, "core.use_api").select_related("user", "revoked_by")
    return rows.order_by("revoked_at", "-created_at", "-pk")


def state_of(token: ApiToken, at: datetime) -> str:
    """`usable`, `revoked` or `expired`."""
    if token.revoked_at is not None:
        return "revoked"
    return "usable" if token.expires_at > at else "expired"


def endpoints_of(user: Actor) -> QuerySet[Any]:
    """The webhooks a user may see, with the number of calls that were given up and that wait."""
    rows = WebhookEndpoint.objects.visible_to(user, "core.manage_webhooks").select_related("owner")
    return rows.annotate(
        dead=Count("deliveries", filter=Q(deliveries__message__status__in=DEAD)),
        waiting=Count("deliveries", filter=Q(deliveries__message__status__in=OPEN)),
    ).order_by("name", "pk")


def calls_of(user: Actor, *, state: str = "", endpoint: WebhookEndpoint | None = None) -> QuerySet[WebhookDelivery]:
    """The calls of the webhooks a user may see, the newest first; `state` is one of STATES."""
    rows = WebhookDelivery.objects.visible_to(user, "core.manage_webhooks").select_related("endpoint", "message")
    if endpoint is not None:
        rows = rows.filter(endpoint=endpoint)
    if state in STATES:
        rows = rows.filter(message__status__in=STATES[state])
    return rows.order_by("-pk")
