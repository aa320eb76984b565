"""SMTP against a real server on loopback that behaves well, badly, and not at all."""

import socket

import pytest
from aiosmtpd.controller import Controller
from django.core.cache import cache

from core.choices import OutboxStatus
from core.models import OutboxMessage
from core.services.outbox import enqueue_mail
from core.services.outbox_sending import send

pytestmark = pytest.mark.django_db


class Server:
    """Answers RCPT and DATA as it is told; `hang_up` breaks the line after the mail was taken."""

    def __init__(self):
        self.rcpt, self.data, self.hang_up, self.mails = "250 OK", "250 taken", False, []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.mails.append(envelope.content.decode())
        if self.hang_up:
            server.transport.close()
        return self.data


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def server(settings, free_port):
    cache.clear()
    handler = Server()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port)
    controller.start()
    settings.OUTBOX_BACKEND = "smtp"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port
    yield handler
    controller.stop()


def deliver():
    message = enqueue_mail(to="ann@example.com", subject="Rechnung", text="Grüße", dedupe_key="m1")
    return send(message.pk)


def test_a_mail_arrives_with_its_id(server):
    assert deliver() == OutboxStatus.SENT
    assert OutboxMessage.objects.get().message_id in server.mails[0]


@pytest.mark.parametrize(
    ("rcpt", "data", "status"),
    [
        ("550 no such user", "250 OK", OutboxStatus.BOUNCED),
        ("450 greylisted", "250 OK", OutboxStatus.NEW),
        ("250 OK", "554 spam", OutboxStatus.FAILED),
        ("250 OK", "451 later", OutboxStatus.NEW),
    ],
)
def test_a_refusal_is_read_by_its_code(server, rcpt, data, status):
    server.rcpt, server.data = rcpt, data
    assert deliver() == status
    assert OutboxMessage.objects.get().doubts == 0


def test_a_line_that_breaks_after_the_mail_was_taken_leaves_a_doubt(server):
    server.hang_up = True
    assert deliver() == OutboxStatus.NEW
    message = OutboxMessage.objects.get()
    assert message.doubts == 1
    assert send(message.pk) == OutboxStatus.UNKNOWN
    assert [message.message_id in one for one in server.mails] == [True, True]


def test_no_server_means_another_try_and_no_doubt(server, settings):
    settings.EMAIL_PORT = 1
    assert deliver() == OutboxStatus.NEW
    assert OutboxMessage.objects.get().doubts == 0
