"""Event deliveries that were given up and wait for a person."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from core import events, policy
from core.actors import Actor
from core.choices import DeliveryStatus
from core.models import EventDelivery
from core.transactions import command


@command
def retry_delivery(*, delivery_id: int, by: Actor) -> EventDelivery:
    """Let a dead delivery be tried again, with all its attempts. Locks it; any other stays as it is."""
    policy.require(by, "core.manage_messages")
    delivery = EventDelivery.objects.locked().get(pk=delivery_id)
    if delivery.status != DeliveryStatus.DEAD:
        return delivery
    delivery.status, delivery.attempts, delivery.due_at = DeliveryStatus.WAITING, 0, timezone.now()
    delivery.save(update_fields=["status", "attempts", "due_at"])
    transaction.on_commit(lambda: events.wake(delivery.pk), robust=True)
    return delivery
