"""Sending what lies in the outbox: claimed under a lease, tried again, looked at when in doubt."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from core import breaker, policy
from core.actors import Actor
from core.choices import OutboxKind, OutboxPolicy, OutboxStatus
from core.consent import may_be_mailed
from core.models import OutboxMessage
from core.senders import NoAnswer, NotNow, Refused, sender_for, service_of
from core.services.outbox import OPEN, wake
from core.transactions import command

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)
# Minutes between the eight tries: they span 24 hours.
PAUSES = [1, 4, 25, 90, 240, 420, 660]
TRIES = len(PAUSES) + 1


def send(message_id: int) -> OutboxStatus | None:
    """Take up one due message and hand it over; its new state, or None when it was not to be sent now.

    Not inside a transaction: the claim has to be committed before the other side is spoken to.
    """
    message = _claim(message_id)
    if message is None:
        return None
    if message.status != OutboxStatus.SENDING:
        return OutboxStatus(message.status)
    service = service_of(message)
    if breaker.is_open(service):
        return _mark(message, OutboxStatus.NEW, attempts=message.attempts - 1, due_at=timezone.now() + LEASE)
    try:
        sender_for(message)(message)
    except Refused as error:
        state = OutboxStatus.BOUNCED if error.bounced else OutboxStatus.FAILED
        return _mark(message, state, error=str(error))
    except NoAnswer as error:
        breaker.failed(service)
        return _mark(message, **_after_doubt(message, str(error)))
    except NotNow as error:
        breaker.failed(service)
        return _mark(message, **_after_failure(message, str(error)))
    except Exception as error:
        logger.exception("outbox message cannot be built", extra={"message_id": message_id})
        return _mark(message, **_after_failure(message, repr(error)))
    breaker.worked(service)
    return _mark(message, OutboxStatus.SENT, sent_at=timezone.now(), error="")


@transaction.atomic
def _claim(message_id: int) -> OutboxMessage | None:
    """Lease a due message for the time of one try. Those who may not be mailed any more are suppressed here."""
    now = timezone.now()
    message = _ready(now).select_for_update(skip_locked=True, of=("self",)).filter(pk=message_id).first()
    if message is None:
        return None
    if message.policy == OutboxPolicy.MARKETING and not may_be_mailed(message.recipient):
        message.status = OutboxStatus.SUPPRESSED
        message.save(update_fields=["status"])
        return message
    message.status, message.lease_until = OutboxStatus.SENDING, now + LEASE
    message.attempts += 1
    message.save(update_fields=["status", "lease_until", "attempts"])
    return message


def _ready(now: datetime) -> Any:
    """New messages that are due and have no open message before them in their order."""
    earlier = OutboxMessage.objects.filter(
        ordering_key=OuterRef("ordering_key"), pk__lt=OuterRef("pk"), status__in=OPEN
    ).exclude(ordering_key="")
    return OutboxMessage.objects.filter(~Exists(earlier), status=OutboxStatus.NEW, due_at__lte=now)


def _mark(message: OutboxMessage, status: OutboxStatus, **fields: Any) -> OutboxStatus | None:
    """Write the end of a try, unless the lease ran out meanwhile and somebody else decided."""
    mine = OutboxMessage.objects.filter(pk=message.pk, status=OutboxStatus.SENDING, attempts=message.attempts)
    return status if mine.update(status=status, lease_until=None, **fields) else None


def _after_failure(message: OutboxMessage, reason: str) -> dict[str, Any]:
    """Nothing was handed over: try again after a pause, eight times over a day."""
    if message.attempts >= TRIES:
        return {"status": OutboxStatus.FAILED, "error": reason}
    due_at = timezone.now() + timedelta(minutes=PAUSES[message.attempts - 1])
    return {"status": OutboxStatus.NEW, "due_at": due_at, "error": reason}


def _after_doubt(message: OutboxMessage, reason: str) -> dict[str, Any]:
    """Nobody knows whether it arrived. Calls are known by their id, so they simply go again."""
    if message.kind == OutboxKind.WEBHOOK:
        return _after_failure(message, reason)
    doubts = message.doubts + 1
    if message.policy == OutboxPolicy.DOCUMENT and doubts == 1:
        return {"status": OutboxStatus.NEW, "doubts": doubts, "due_at": timezone.now(), "error": reason}
    return {"status": OutboxStatus.UNKNOWN, "doubts": doubts, "error": reason}


def settle_lost_leases(*, limit: int = 500) -> int:
    """Decide about messages whose sender died; returns how many."""
    lost = OutboxMessage.objects.filter(status=OutboxStatus.SENDING, lease_until__lt=timezone.now())
    settled = 0
    for message in lost.order_by("pk")[:limit]:
        settled += _mark(message, **_after_doubt(message, "the sender died")) is not None
    return settled


def due_messages(*, limit: int = 500) -> list[int]:
    """The keys of messages that should be on their way by now, oldest first."""
    return list(_ready(timezone.now()).order_by("due_at", "pk").values_list("pk", flat=True)[:limit])


@command
def retry_message(*, message_id: int, by: Actor) -> OutboxMessage:
    """Send a message again that failed, bounced, was suppressed, or whose fate is unknown; a person decided so.

    Locks the message; one that is on its way or sent stays as it is.
    """
    policy.require(by, "core.manage_messages")
    message = OutboxMessage.objects.locked().get(pk=message_id)
    if message.status in {*OPEN, OutboxStatus.SENT}:
        return message
    message.status, message.due_at, message.attempts = OutboxStatus.NEW, timezone.now(), 0
    message.save(update_fields=["status", "due_at", "attempts"])
    transaction.on_commit(lambda: wake(message.pk), robust=True)
    return message
