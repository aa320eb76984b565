"""How a message leaves the house: into a folder of files, or by SMTP and HTTP. Called outside of transactions."""

from __future__ import annotations

import hashlib
import hmac
import json
import smtplib
import time
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils.crypto import salted_hmac

from core.choices import OutboxKind
from core.errors import DomainError
from core.models import Attachment, OutboxMessage

SMTP_SECONDS = 30  # has to be shorter than the lease of a message


class Refused(Exception):
    """The other side will never take it. `bounced` when it is the address that is wrong."""

    def __init__(self, reason: str, *, bounced: bool = False) -> None:
        super().__init__(reason)
        self.bounced = bounced


class NotNow(Exception):
    """Nothing was handed over; another try may succeed."""


class NoAnswer(Exception):
    """The message was on its way when the line broke; it may have arrived."""


class Sender(Protocol):
    def __call__(self, message: OutboxMessage) -> None:
        """Hand over one message. Raises Refused, NotNow or NoAnswer; returns when it was taken."""


def sender_for(message: OutboxMessage) -> Sender:
    """By settings.OUTBOX_BACKEND: "file" writes into OUTBOX_DIR, "smtp" sends mails and makes calls."""
    if getattr(settings, "OUTBOX_BACKEND", "file") == "file":
        return put_into_box
    return send_mail if message.kind == OutboxKind.MAIL else make_call


def service_of(message: OutboxMessage) -> str:
    """What the circuit breaker counts: the mail server, or the host of a call."""
    return "smtp" if message.kind == OutboxKind.MAIL else urlsplit(message.recipient).hostname or message.recipient


def put_into_box(message: OutboxMessage) -> None:
    """Development: one file per try, so that a double would be seen."""
    folder = Path(settings.OUTBOX_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    if message.kind == OutboxKind.MAIL:
        name, content = f"{message.pk:08d}-{message.attempts}.eml", build_mail(message).message().as_bytes()
    else:
        body, headers = build_call(message)
        name = f"{message.pk:08d}-{message.attempts}.json"
        content = json.dumps({"url": message.recipient, "headers": headers, "body": json.loads(body)}).encode()
    unfinished = folder / f".{name}"
    unfinished.write_bytes(content)
    unfinished.rename(folder / name)


def build_mail(message: OutboxMessage) -> EmailMultiAlternatives:
    """The mail as it goes out; its Message-ID is the same in every try."""
    payload: dict[str, Any] = message.payload
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=payload["text"],
        from_email=payload.get("sender") or settings.DEFAULT_FROM_EMAIL,
        to=[message.recipient],
        reply_to=payload.get("reply_to") or None,
        headers={"Message-ID": message.message_id},
    )
    if payload.get("html"):
        mail.attach_alternative(payload["html"], "text/html")
    for attachment in Attachment.objects.filter(pk__in=payload.get("attachments", [])).order_by("pk"):
        with attachment.file.open("rb") as file:
            mail.attach(attachment.name, file.read(), attachment.content_type)
    return mail


def send_mail(message: OutboxMessage) -> None:
    mail = build_mail(message)
    connection = get_connection(timeout=SMTP_SECONDS)
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise NotNow(str(error)) from error
    try:
        connection.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as error:
        code, text = error.recipients.get(message.recipient, (550, b""))
        raise _by_code(code, text, bounced=True) from error
    except smtplib.SMTPResponseException as error:
        raise _by_code(error.smtp_code, error.smtp_error, bounced=False) from error
    except (OSError, smtplib.SMTPException) as error:
        raise NoAnswer(str(error)) from error
    finally:
        connection.close()


def _by_code(code: int, text: bytes | str, *, bounced: bool) -> Exception:
    reason = f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
    return NotNow(reason) if 400 <= code < 500 else Refused(reason, bounced=bounced)


def build_call(message: OutboxMessage) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a call, signed now: HMAC-SHA256 over `<time stamp>.<body>`."""
    body = json.dumps(message.payload["body"], sort_keys=True, separators=(",", ":")).encode()
    stamp = str(int(time.time()))
    signature = hmac.new(signing_key(message.payload["key_name"]), f"{stamp}.".encode() + body, hashlib.sha256)
    return body, {
        "Content-Type": "application/json",
        "X-Message-Id": message.message_id,
        "X-Timestamp": stamp,
        "X-Signature": f"sha256={signature.hexdigest()}",
    }


def signing_key(name: str) -> bytes:
    """The secret shared with a receiver: settings.WEBHOOK_SECRETS[name], else one derived from SECRET_KEY."""
    known = getattr(settings, "WEBHOOK_SECRETS", {}).get(name)
    return known.encode() if known else salted_hmac("core.webhook", name, algorithm="sha256").hexdigest().encode()


def make_call(message: OutboxMessage) -> None:
    """A call may arrive twice (the receiver knows it by X-Message-Id), so a broken line is only "not now"."""
    import httpx  # with what it brings, a tenth of an idle process that never calls anybody

    from core import http

    body, headers = build_call(message)
    try:
        answer = http.fetch("POST", message.recipient, headers=headers, content=body)
    except DomainError as error:
        raise Refused(str(error)) from error
    except httpx.HTTPError as error:
        raise NotNow(f"{type(error).__name__}: {error}") from error
    if answer.status == 410:
        raise Refused("410 Gone")
    if not 200 <= answer.status < 300:
        raise NotNow(f"answered {answer.status}")
