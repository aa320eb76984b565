"""Two people press "remind" at the same moment: the client gets one letter, and without the guards several."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from core.actors import SYSTEM
from core.models import OutboxMessage
from crm.models import ContactPoint
from finance.models import RemindedInvoice, Reminder
from finance.services.reminding import remind_clients
from tests.concurrency.guards import without_guards
from tests.concurrency.race import race
from tests.factories.crm import make_client, make_legal_entity
from tests.factories.finance import make_invoice

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def remind(client_id: int) -> int:
    return len(remind_clients(client_ids=[client_id], at=timezone.now(), by=SYSTEM).sent)


def _press_together(*, unguarded: bool) -> tuple[list[tuple[str, object]], int, int]:
    """The answers four people get, the reminders written down, and the mails that go out."""
    client, due_on = make_client(), timezone.localdate() - timedelta(days=20)
    ContactPoint.objects.create(kind="email", value="pay@example.com", normalised="pay@example.com", client=client)
    make_invoice(entity=make_legal_entity(client), on=due_on - timedelta(days=14), due_on=due_on)
    call = ("tests.concurrency.test_reminder_races:remind", {"client_id": client.pk})
    answers = race([call] * 4, unguarded=unguarded)
    mails = OutboxMessage.objects.filter(recipient="pay@example.com").count()
    return answers, Reminder.objects.filter(client=client).count(), mails


def test_a_client_is_reminded_once_and_the_others_are_told() -> None:
    answers, reminders, mails = _press_together(unguarded=False)
    assert (reminders, mails) == (1, 1)
    assert sorted(answers) == [("ok", 1), *[("refused", "nobody_to_remind")] * 3]


def test_without_the_guards_he_is_reminded_more_than_once() -> None:
    with without_guards(Reminder, RemindedInvoice, OutboxMessage):
        _answers, reminders, mails = _press_together(unguarded=True)
        assert reminders > 1
        assert mails > 1
