"""Mails and calls leave once, and what nobody knows is called unknown."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from core import consent, senders
from core.choices import OutboxPolicy, OutboxStatus
from core.errors import InvalidValue, NotAllowed
from core.models import Attachment, OutboxMessage
from core.senders import NoAnswer, NotNow, Refused
from core.services import outbox_sending
from core.services.outbox import enqueue_call, enqueue_mail
from core.services.outbox_sending import due_messages, retry_message, send, settle_lost_leases
from core.services.records import type_of
from core.tasks import send_message, sweep_outbox
from tests.core.threads import at_once
from tests.factories import core as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def box(settings, tmp_path):
    settings.OUTBOX_BACKEND, settings.OUTBOX_DIR = "file", tmp_path
    return tmp_path


@pytest.fixture(autouse=True)
def closed_breaker():
    from django.core.cache import cache

    cache.clear()


def mail(key="invoice:1", **kwargs):
    return enqueue_mail(**{"to": "ann@example.com", "subject": "Invoice", "text": "Hello", "dedupe_key": key, **kwargs})


def call(key="hook:1", **kwargs):
    return enqueue_call(**{"url": "https://example.com/hook", "body": {"order": 7}, "dedupe_key": key, **kwargs})


def state(message):
    message.refresh_from_db()
    return message.status


@pytest.fixture
def outcome(monkeypatch):
    """What the other side does: an exception to raise, or None. Records the messages it saw."""

    class Outcome:
        raises = None

        def __init__(self):
            self.seen = []

        def __call__(self, message):
            self.seen.append((message.message_id, message.attempts))
            if self.raises:
                raise self.raises

    outcome = Outcome()
    monkeypatch.setattr(outbox_sending, "sender_for", lambda message: outcome)
    return outcome


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


class TestDoubt:
    """The line broke, or the sender died, between the other side's yes and our mark."""

    def test_a_document_is_sent_once_more_under_the_same_id(self, outcome):
        outcome.raises = NoAnswer("connection lost")
        message = mail()
        assert send(message.pk) == OutboxStatus.NEW
        assert send(message.pk) == OutboxStatus.UNKNOWN
        assert send(message.pk) is None
        assert [message_id for message_id, _ in outcome.seen] == [message.message_id] * 2

    def test_marketing_mail_is_not_sent_again(self, outcome):
        outcome.raises = NoAnswer("connection lost")
        message = mail(after_crash=OutboxPolicy.MARKETING)
        assert send(message.pk) == OutboxStatus.UNKNOWN
        assert due_messages() == []

    @pytest.mark.parametrize(
        ("make_message", "status"),
        [
            (mail, OutboxStatus.NEW),
            (lambda: mail(after_crash=OutboxPolicy.MARKETING), OutboxStatus.UNKNOWN),
            (call, OutboxStatus.NEW),
        ],
        ids=["document", "marketing", "call"],
    )
    def test_a_dead_sender_is_noticed_when_its_lease_runs_out(self, make_message, status):
        message = make_message()
        assert outbox_sending._claim(message.pk)
        assert settle_lost_leases() == 0
        OutboxMessage.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        assert settle_lost_leases() == 1
        assert state(message) == status
        assert settle_lost_leases() == 0

    def test_a_late_sender_does_not_overrule_what_was_decided(self, monkeypatch):
        message = mail(after_crash=OutboxPolicy.MARKETING)

        def slow(one):
            OutboxMessage.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
            settle_lost_leases()

        monkeypatch.setattr(outbox_sending, "sender_for", lambda message: slow)
        assert send(message.pk) is None
        assert state(message) == OutboxStatus.UNKNOWN

    def test_a_person_may_send_it_again(self, outcome):
        outcome.raises = NoAnswer("connection lost")
        message = mail(after_crash=OutboxPolicy.MARKETING)
        send(message.pk)
        with pytest.raises(NotAllowed):
            retry_message(message_id=message.pk, by=make.make_user("seller"))
        outcome.raises = None
        director = make.make_user("director")
        retry_message(message_id=message.pk, by=director)
        assert send(message.pk) == OutboxStatus.SENT
        assert retry_message(message_id=message.pk, by=director).status == OutboxStatus.SENT


class TestConsent:
    def test_marketing_mail_asks_when_it_is_taken_up(self, outcome, monkeypatch):
        monkeypatch.setattr(consent.may_be_mailed, "_answer", lambda address: address != "ann@example.com")
        objected, document = mail(after_crash=OutboxPolicy.MARKETING), mail("document:1")
        assert send(objected.pk) == state(objected) == OutboxStatus.SUPPRESSED
        assert send(document.pk) == OutboxStatus.SENT
        assert len(outcome.seen) == 1


class TestOrder:
    def test_messages_of_one_object_leave_one_after_the_other(self, outcome):
        first, second, other = call("1", ordering_key="order:7"), call("2", ordering_key="order:7"), call("3")
        outcome.raises = NotNow("down")
        send(first.pk)
        outcome.raises = None
        assert send(second.pk) is None
        assert due_messages() == [other.pk]
        OutboxMessage.objects.filter(pk=first.pk).update(due_at=timezone.now())
        assert [send(first.pk), send(second.pk)] == [OutboxStatus.SENT, OutboxStatus.SENT]

    def test_a_dead_letter_lets_the_next_one_go(self, outcome):
        first, second = call("1", ordering_key="order:7"), call("2", ordering_key="order:7")
        outcome.raises = Refused("gone")
        send(first.pk)
        outcome.raises = None
        assert send(second.pk) == OutboxStatus.SENT


class TestBreaker:
    def test_five_failures_in_a_row_give_the_service_a_rest_that_costs_no_try(self, outcome):
        outcome.raises = NotNow("down")
        messages = [call(str(number)) for number in range(7)]
        for message in messages[:5]:
            send(message.pk)
        assert send(messages[5].pk) == OutboxStatus.NEW
        assert (len(outcome.seen), state(messages[5]), messages[5].attempts) == (5, OutboxStatus.NEW, 0)
        assert send(call("x", url="https://other.example/hook").pk) == OutboxStatus.NEW
        assert len(outcome.seen) == 6

    def test_success_closes_it(self, outcome):
        outcome.raises = NotNow("down")
        for number in range(4):
            send(call(str(number)).pk)
        outcome.raises = None
        send(call("good").pk)
        outcome.raises = NotNow("down")
        send(call("bad").pk)
        assert not outbox_sending.breaker.is_open("example.com")


def test_the_sweeper_finds_what_the_doorbell_did_not_wake(outcome):
    messages = [mail(str(number)) for number in range(3)]
    assert sweep_outbox() == 3
    assert sweep_outbox() == 0
    assert {state(message) for message in messages} == {OutboxStatus.SENT}


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_once(outcome):
    message = mail()
    results = at_once(*[lambda: send(message.pk)] * 4)
    assert sorted(results, key=str) == [None, None, None, OutboxStatus.SENT]
    assert len(outcome.seen) == 1


def test_a_signature_is_over_time_stamp_and_body(settings):
    import hashlib
    import hmac

    settings.WEBHOOK_SECRETS = {"partner": "s3cret"}
    body, headers = senders.build_call(call(key_name="partner"))
    signed = f"{headers['X-Timestamp']}.".encode() + body
    assert headers["X-Signature"] == "sha256=" + hmac.new(b"s3cret", signed, hashlib.sha256).hexdigest()
    assert senders.signing_key("other") not in (b"", b"s3cret", senders.signing_key("third"))
    assert "s3cret" not in str(OutboxMessage.objects.values())
