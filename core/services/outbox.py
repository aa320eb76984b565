"""Mails and calls to the outside: written in the transaction of the business fact, sent after it.

A message is claimed and committed as `sending` before anybody is spoken to. What a crash leaves in between is
`unknown`: a document is sent once more with the same Message-ID, marketing mail is shown and left alone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import doorbell
from core.choices import OutboxKind, OutboxPolicy, OutboxStatus
from core.errors import InvalidValue
from core.models import OutboxMessage

logger = logging.getLogger(__name__)

OPEN = [OutboxStatus.NEW, OutboxStatus.SENDING]


@dataclass(frozen=True)
class Mail:
    """One mail to one address, as it goes into the outbox."""

    to: str
    subject: str
    text: str
    dedupe_key: str
    html: str = ""
    attachment_ids: tuple[int, ...] = ()
    sender: str = ""
    reply_to: tuple[str, ...] = ()
    ordering_key: str = ""


def enqueue_mail(
    *,
    to: str,
    subject: str,
    text: str,
    dedupe_key: str,
    html: str = "",
    after_crash: OutboxPolicy = OutboxPolicy.DOCUMENT,
    attachment_ids: Iterable[int] = (),
    sender: str = "",
    reply_to: Iterable[str] = (),
    ordering_key: str = "",
) -> OutboxMessage:
    """Put one mail to one address into the outbox of the running transaction.

    `after_crash` says what happens when nobody knows whether it arrived, and whether consent is asked. The
    same `dedupe_key` returns the first message unchanged. Mails with the same `ordering_key` leave one
    after the other. Raises InvalidValue for anything but a single address.
    """
    mail = Mail(
        to=to, subject=subject, text=text, dedupe_key=dedupe_key, html=html, attachment_ids=tuple(attachment_ids),
        sender=sender, reply_to=tuple(reply_to), ordering_key=ordering_key,
    )  # fmt: skip
    return enqueue_mails([mail], after_crash=after_crash)[0]


def enqueue_mails(mails: Sequence[Mail], *, after_crash: OutboxPolicy = OutboxPolicy.DOCUMENT) -> list[OutboxMessage]:
    """Put many mails into the outbox at once, in their order; the rules are those of `enqueue_mail`."""
    for mail in mails:
        try:
            validate_email(mail.to)
        except ValidationError as error:
            problem = _("{to} is not one e-mail address").format(to=mail.to)
            raise InvalidValue(field=_("recipient"), problem=problem) from error
    return _enqueue(
        [
            OutboxMessage(
                kind=OutboxKind.MAIL,
                policy=after_crash,
                dedupe_key=mail.dedupe_key,
                recipient=mail.to,
                subject=" ".join(mail.subject.split())[:300],
                payload={
                    "text": mail.text,
                    "html": mail.html,
                    "attachments": list(mail.attachment_ids),
                    "sender": mail.sender,
                    "reply_to": list(mail.reply_to),
                },
                message_id=f"<{uuid4()}@{_mail_domain()}>",
                ordering_key=mail.ordering_key,
            )
            for mail in mails
        ]
    )


def enqueue_call(
    *, url: str, body: dict[str, Any], dedupe_key: str, key_name: str = "default", ordering_key: str = ""
) -> OutboxMessage:
    """Put one signed JSON call (POST) into the outbox of the running transaction.

    `key_name` names the secret it is signed with, never the secret itself. The same `dedupe_key` returns the first
    message unchanged; calls with the same `ordering_key` leave one after the other.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise InvalidValue(field=_("address"), problem=_("it must start with http:// or https://"))
    call = OutboxMessage(
        kind=OutboxKind.WEBHOOK,
        policy=OutboxPolicy.DOCUMENT,
        dedupe_key=dedupe_key,
        recipient=url,
        payload={"body": body, "key_name": key_name},
        message_id=str(uuid4()),
        ordering_key=ordering_key,
    )
    return _enqueue([call])[0]


def _enqueue(wanted: Sequence[OutboxMessage]) -> list[OutboxMessage]:
    """Store those whose key is new; for the others their first message comes back. Two statements for any number."""
    with transaction.atomic():
        OutboxMessage.objects.bulk_create(wanted, ignore_conflicts=True)
        stored = {
            message.dedupe_key: message
            for message in OutboxMessage.objects.filter(dedupe_key__in=[message.dedupe_key for message in wanted])
        }
        for message in wanted:
            if stored[message.dedupe_key].message_id == message.message_id:
                transaction.on_commit(partial(wake, stored[message.dedupe_key].pk), robust=True)
    return [stored[message.dedupe_key] for message in wanted]


def _mail_domain() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"


def wake(message_id: int) -> None:
    """Ask a worker to send a message; with EVENTS_DELIVERY "inline" (tests) it waits for `send` instead."""
    if settings.EVENTS_DELIVERY == "inline":
        return
    from core.tasks import send_message

    doorbell.ring(send_message, message_id=message_id)
