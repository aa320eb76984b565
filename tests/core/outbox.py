"""A box with a mail and a call, for the tests of the outbox."""

from __future__ import annotations

from core.services.outbox import enqueue_call, enqueue_mail


def mail(key="invoice:1", **kwargs):
    return enqueue_mail(**{"to": "ann@example.com", "subject": "Invoice", "text": "Hello", "dedupe_key": key, **kwargs})


def call(key="hook:1", **kwargs):
    return enqueue_call(**{"url": "https://example.com/hook", "body": {"order": 7}, "dedupe_key": key, **kwargs})


def state(message):
    message.refresh_from_db()
    return message.status
