"""A reminder is asked for once and told once; due tasks are told once per due moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from core.actors import SYSTEM
from core.models import Notice, Reminder
from core.notices import reminders
from core.notices.choices import Lead
from core.notices.errors import RecordNotSeen, ReminderInThePast
from core.notices.forms import RemindForm
from core.notices.reminders import forget_reminder, remind
from core.notices.services import choose
from core.tasks import tell_reminders
from crm.models import Task
from crm.services.telling import tell_of_due_tasks
from crm.tasks import tell_of_due_tasks as due_task_beat
from tests.core.threads import at_once
from tests.factories.core import make_user
from tests.factories.crm import make_client, make_task

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 9, 14, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def ask(user, **fields) -> Reminder:
    return remind(**{"by": user, "at": NOON + HOUR, "now": NOON, "text": "Call back", **fields})


class TestReminders:
    def test_asking_twice_is_one_reminder(self) -> None:
        ann = make_user()
        assert ask(ann).pk == ask(ann).pk
        assert ask(ann, text="Other").pk != ask(ann).pk
        assert Reminder.objects.count() == 2

    def test_it_lies_ahead_and_its_record_is_one_the_user_sees(self) -> None:
        seller = make_user("seller")
        with pytest.raises(ReminderInThePast):
            ask(seller, at=NOON)
        with pytest.raises(RecordNotSeen):
            ask(seller, record=make_client())
        client = make_client(owner=seller)
        assert ask(seller, record=client, text=" ").text == str(client)

    def test_a_due_one_becomes_a_notice_once(self) -> None:
        ann = make_user()
        reminder = ask(ann)
        assert reminders.tell_due(at=NOON) == 0
        assert [reminders.tell_due(at=NOON + HOUR) for _ in range(2)] == [1, 0]
        assert Notice.objects.get(user=ann).text == "Reminder: Call back"
        Reminder.objects.filter(pk=reminder.pk).update(done_at=None)
        reminders.tell_due(at=NOON + HOUR)
        assert Notice.objects.count() == 1, "even when the mark was lost"

    def test_it_can_be_taken_back_by_its_owner_alone(self) -> None:
        ann = make_user()
        reminder = ask(ann)
        forget_reminder(reminder_id=reminder.pk, by=make_user())
        assert Reminder.objects.exists()
        for _ in range(2):
            forget_reminder(reminder_id=reminder.pk, by=ann)
        assert not Reminder.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_two_beats_at_once_tell_each_once(self) -> None:
        users = [make_user() for _ in range(5)]
        now = timezone.now()
        for user in users:
            ask(user, at=now + timedelta(microseconds=1), now=now)
        told = at_once(tell_reminders, tell_reminders, tell_reminders)
        assert sum(told) == len(users) == Notice.objects.count()

    @pytest.mark.parametrize("number", [1, 100])
    def test_statements_do_not_grow_with_the_number(self, number, django_assert_max_num_queries) -> None:
        for _ in range(number):
            ask(make_user())
        with django_assert_max_num_queries(14):
            assert reminders.tell_due(at=NOON + HOUR) == number


class TestWhen:
    @pytest.mark.parametrize(
        ("zone", "now", "when", "at"),
        [
            ("Europe/Berlin", datetime(2026, 9, 14, 12, 0, 40, tzinfo=UTC), "hour", "2026-09-14T13:00+00:00"),
            ("Europe/Berlin", datetime(2026, 9, 14, 12, tzinfo=UTC), "tomorrow", "2026-09-15T07:00+00:00"),
            # By the clock of Auckland it is Tuesday already, and the night brings summer time to Berlin.
            ("Pacific/Auckland", datetime(2026, 9, 14, 12, 30, tzinfo=UTC), "tomorrow", "2026-09-15T21:00+00:00"),
            ("Europe/Berlin", datetime(2026, 3, 28, 12, tzinfo=UTC), "tomorrow", "2026-03-29T07:00+00:00"),
            ("Europe/Berlin", datetime(2026, 9, 14, 12, tzinfo=UTC), "monday", "2026-09-21T07:00+00:00"),
            ("Nowhere/Land", datetime(2026, 9, 14, 12, tzinfo=UTC), "tomorrow", "2026-09-15T09:00+00:00"),
        ],
    )
    def test_by_the_users_clock(self, zone, now, when, at) -> None:
        form = RemindForm({"when": when}, user=make_user(time_zone=zone), now=now)
        assert form.is_valid()
        assert form.cleaned_data["at"] == datetime.fromisoformat(at)

    def test_what_is_typed_is_the_users_own_time(self) -> None:
        form = RemindForm({"when": "at", "at": "2026-09-15T10:30"}, user=make_user(time_zone="Asia/Tokyo"), now=NOON)
        assert form.is_valid()
        assert form.cleaned_data["at"] == datetime(2026, 9, 15, 1, 30, tzinfo=UTC)

    @pytest.mark.parametrize("typed", ["", "tomorrow-ish", "2026-03-29T02:30"])
    def test_a_moment_that_is_none_is_refused(self, typed) -> None:
        """The last one is the half hour that summer time takes away."""
        form = RemindForm({"when": "at", "at": typed}, user=make_user(time_zone="Europe/Berlin"), now=NOON)
        assert not form.is_valid()
        assert "at" in form.errors


def tell(at: datetime) -> int:
    with time_machine.travel(at, tick=False):
        told = tell_of_due_tasks(at=at)
        # `created_at` comes from the database's clock, which the test cannot turn.
        Notice.objects.filter(created_at__gt=at).update(created_at=at)
    return told


class TestDueTasks:
    def test_the_assignee_hears_of_a_due_task_once(self) -> None:
        ann = make_user("seller", time_zone="Europe/Berlin")
        make_task(title="Call Bluehaven", assignee_id=ann.pk, due_at=NOON)
        assert tell(NOON - timedelta(minutes=1)) == 0
        assert [tell(NOON), tell(NOON), tell(NOON + timedelta(minutes=5))] == [1, 0, 0]
        notice = Notice.objects.get(kind="crm.task_due")
        assert (notice.user, notice.text) == (ann, "Due on Mon 14 Sep, 14:00: Call Bluehaven")

    def test_one_put_off_is_told_again_at_its_new_time_and_not_before(self) -> None:
        ann = make_user("seller")
        task = make_task(assignee_id=ann.pk, due_at=NOON)
        assert tell(NOON) == 1
        Task.objects.filter(pk=task.pk).update(due_at=NOON + HOUR)
        assert [tell(NOON + timedelta(minutes=30)), tell(NOON + HOUR), tell(NOON + HOUR)] == [0, 1, 0]
        assert Notice.objects.count() == 2

    def test_as_long_before_as_he_wants(self) -> None:
        ann = make_user("seller")
        choose(by=ann, wishes={}, digest_on=True, digest_hour=8, task_lead_minutes=Lead.HOUR)
        make_task(assignee_id=ann.pk, due_at=NOON)
        assert [tell(NOON - 2 * HOUR), tell(NOON - HOUR), tell(NOON - HOUR), tell(NOON)] == [0, 1, 0, 0]

    def test_not_of_what_is_done_nobodys_or_long_past(self) -> None:
        ann = make_user("seller")
        make_task(due_at=NOON)
        make_task(assignee_id=ann.pk, due_at=NOON - timedelta(days=2))
        make_task(assignee_id=ann.pk, due_at=NOON, status="cancelled")
        make_task(assignee_id=make_user("seller", is_active=False).pk, due_at=NOON)
        make_task(assignee_id=ann.pk)
        assert tell(NOON) == 0

    @pytest.mark.django_db(transaction=True)
    def test_two_beats_at_once_tell_each_once(self) -> None:
        ann = make_user("seller")
        for _ in range(4):
            make_task(assignee_id=ann.pk, due_at=timezone.now() - HOUR, by=SYSTEM)
        at_once(due_task_beat, due_task_beat)
        assert Notice.objects.filter(kind="crm.task_due").count() == 4
