"""Mails and calls leave once, and what nobody knows is called unknown."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from core import senders
from core.choices import OutboxStatus
from core.errors import InvalidValue
from core.models import Attachment, OutboxMessage
from core.senders import NotNow, Refused
from core.services import outbox_sending
from core.services.outbox_sending import due_messages, send
from core.services.records import type_of
from core.tasks import send_message, sweep_outbox
from tests.core.outbox import call, mail, state

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def box(settings, tmp_path):
    settings.OUTBOX_BACKEND, settings.OUTBOX_DIR = "file", tmp_path
    return tmp_path


@pytest.fixture(autouse=True)
def closed_breaker():
    from django.core.cache import cache

    cache.clear()


class TestEnqueue:
    def test_the_same_key_is_the_same_message(self):
        assert mail().pk == mail(subject="Other").pk
        assert OutboxMessage.objects.get().subject == "Invoice"

    @pytest.mark.parametrize("to", ["", "ann", "ann@example.com, bob@example.com", "ann@example.com\nBcc: b@x.com"])
    def test_one_address_only(self, to):
        with pytest.raises(InvalidValue):
            mail(to=to)

    def test_a_subject_stays_on_one_line(self):
        assert mail(subject="Hello\nBcc: bob@example.com").subject == "Hello Bcc: bob@example.com"

    def test_a_call_goes_to_the_web(self):
        with pytest.raises(InvalidValue):
            call(url="file:///etc/passwd")

    def test_a_rolled_back_fact_sends_nothing(self):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            mail()
            raise ZeroDivisionError
        assert not OutboxMessage.objects.exists()

    def test_the_database_knows_when_and_by_whom(self):
        for broken in ({"status": "sent"}, {"status": "sending"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                OutboxMessage.objects.create(kind="mail", dedupe_key="x", recipient="a@example.com", **broken)


class TestSend:
    def test_a_mail_lies_in_the_box_as_it_would_go_out(self, box):
        attachment = Attachment.objects.create(
            record_type=type_of(OutboxMessage), record_id=1, name="invoice.pdf", content_type="application/pdf",
            size=4, sha256="0", file=ContentFile(b"%PDF", name="invoice.pdf"),
        )  # fmt: skip
        message = mail(html="<b>Hello</b>", attachment_ids=[attachment.pk], reply_to=["sales@example.com"])
        assert send(message.pk) == OutboxStatus.SENT
        (file,) = box.iterdir()
        content = file.read_text()
        for part in (message.message_id, "Subject: Invoice", "To: ann@example.com", "Hello", "invoice.pdf", "<b>Hello"):
            assert part in content
        assert "Reply-To: sales@example.com" in content
        assert OutboxMessage.objects.get().sent_at

    def test_a_second_run_of_the_task_sends_nothing(self, outcome):
        message = mail()
        for _ in range(2):
            send_message(message_id=message.pk)
        assert len(outcome.seen) == 1

    def test_the_claim_is_committed_before_anybody_is_spoken_to(self, monkeypatch):
        seen = []
        monkeypatch.setattr(outbox_sending, "sender_for", lambda message: lambda one: seen.append(state(mail())))
        send(mail().pk)
        assert seen == [OutboxStatus.SENDING]

    def test_not_before_it_is_due(self, outcome):
        message = mail()
        OutboxMessage.objects.update(due_at=timezone.now() + timedelta(minutes=1))
        assert send(message.pk) is None

    @pytest.mark.parametrize(
        ("raised", "status"),
        [(Refused("550 no such user", bounced=True), OutboxStatus.BOUNCED), (Refused("554 spam"), OutboxStatus.FAILED)],
    )
    def test_a_final_refusal_is_final(self, outcome, raised, status):
        outcome.raises = raised
        message = mail()
        assert send(message.pk) == state(message) == status
        assert (message.error, message.lease_until) == (str(raised), None)
        assert due_messages() == []

    def test_eight_tries_over_a_day_and_then_the_dead_letter(self, outcome):
        outcome.raises = NotNow("connection refused")
        message = call()
        start = timezone.now()
        with time_machine.travel(start, tick=False) as clock:
            moments = []
            while state(message) == OutboxStatus.NEW:
                clock.move_to(max(message.due_at, start))
                moments.append(timezone.now() - start)
                outbox_sending.breaker.worked("example.com")
                send(message.pk)
        assert (message.status, message.attempts, len(outcome.seen)) == (OutboxStatus.FAILED, 8, 8)
        assert timedelta(hours=23) < moments[-1] <= timedelta(hours=24)

    def test_a_message_that_cannot_be_built_does_not_stay_claimed(self):
        message = mail()
        OutboxMessage.objects.update(payload={})
        assert send(message.pk) == OutboxStatus.NEW
        assert "KeyError" in OutboxMessage.objects.get().error


def test_the_sweeper_finds_what_the_doorbell_did_not_wake(outcome):
    messages = [mail(str(number)) for number in range(3)]
    assert sweep_outbox() == 3
    assert sweep_outbox() == 0
    assert {state(message) for message in messages} == {OutboxStatus.SENT}


def test_a_signature_is_over_time_stamp_and_body(settings):
    import hashlib
    import hmac

    settings.WEBHOOK_SECRETS = {"partner": "s3cret"}
    body, headers = senders.build_call(call(key_name="partner"))
    signed = f"{headers['X-Timestamp']}.".encode() + body
    assert headers["X-Signature"] == "sha256=" + hmac.new(b"s3cret", signed, hashlib.sha256).hexdigest()
    assert senders.signing_key("other") not in (b"", b"s3cret", senders.signing_key("third"))
    assert "s3cret" not in str(OutboxMessage.objects.values())
