"""Sending: in doubt, in order, with consent, past a breaker, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from core import consent
from core.choices import OutboxPolicy, OutboxStatus
from core.errors import NotAllowed
from core.models import OutboxMessage
from core.senders import NoAnswer, NotNow, Refused
from core.services import outbox_sending
from core.services.outbox_sending import due_messages, retry_message, send, settle_lost_leases
from tests.core.outbox import call, mail, state
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


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_once(outcome):
    message = mail()
    results = at_once(*[lambda: send(message.pk)] * 4)
    assert sorted(results, key=str) == [None, None, None, OutboxStatus.SENT]
    assert len(outcome.seen) == 1
