"""What was told is delivered once, whatever breaks in between."""

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from celery import Celery
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core import doorbell, events, tasks
from core.actors import SYSTEM
from core.choices import DeliveryStatus
from core.errors import NotAllowed
from core.events import deliver, publish, sweep
from core.models import Branch, Event, EventDelivery, Team
from core.selectors.history import history_of
from core.services.deliveries import retry_delivery
from core.tasks import deliver_event, sweep_events
from core.transactions import command
from tests.core.threads import at_once
from tests.factories import core as make


@dataclass(frozen=True)
class TeamFounded:
    name: str
    fee: Decimal = Decimal("9.90")
    on: date | None = None
    at: datetime | None = None


@pytest.fixture
def heard(monkeypatch):
    """Two handlers of TeamFounded; returns what they heard. Nothing else is subscribed while it lasts."""
    monkeypatch.setattr(events, "_handlers", {})
    monkeypatch.setattr(events, "_classes", {})
    found = []

    def note(event):
        found.append(event)

    def found_twin(event):
        Team.objects.create(name=f"{event.name} twin")

    events.handles(TeamFounded)(note)
    events.handles(TeamFounded)(found_twin)
    return found


@pytest.fixture
def later(settings, monkeypatch):
    """Handlers do not run by themselves after commit."""
    settings.EVENTS_DELIVERY = "celery"
    monkeypatch.setattr(events, "wake", lambda pk: None)


def waiting():
    return list(EventDelivery.objects.filter(status=DeliveryStatus.WAITING).order_by("pk"))


@pytest.mark.django_db
class TestPublish:
    def test_one_row_per_handler_and_values_come_back_as_they_were(self, heard, later):
        told = TeamFounded("North", Decimal("1.50"), date(2026, 9, 14), datetime(2026, 9, 14, 12, tzinfo=UTC))
        publish(told)
        assert len(waiting()) == 2
        assert all(deliver(row.pk) for row in waiting())
        assert heard == [told]
        assert Team.objects.get().name == "North twin"

    def test_nothing_is_told_when_the_fact_is_rolled_back(self, heard):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            publish(TeamFounded("North"))
            raise ZeroDivisionError
        assert not Event.objects.exists()

    def test_an_event_that_nobody_hears_is_kept(self, monkeypatch):
        monkeypatch.setattr(events, "_handlers", {})
        publish(TeamFounded("North"))
        assert Event.objects.get().name == "tests.TeamFounded"

    def test_handlers_run_after_commit_not_before(self, heard, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            publish(TeamFounded("North"))
            assert heard == []
        assert len(heard) == 1

    def test_few_statements_however_many_handlers(self, heard, later, django_assert_num_queries):
        with django_assert_num_queries(1):
            publish(TeamFounded("North"))


@pytest.mark.django_db
class TestDeliver:
    def test_a_second_delivery_changes_nothing(self, heard, later):
        publish(TeamFounded("North"))
        rows = waiting()
        for row in rows:
            deliver_event(delivery_id=row.pk)
        before = list(EventDelivery.objects.order_by("pk").values())
        for row in rows:
            assert deliver(row.pk) is False
        assert list(EventDelivery.objects.order_by("pk").values()) == before
        assert (len(heard), Team.objects.count()) == (1, 1)

    def test_the_database_keeps_one_delivery_per_handler(self, heard, later):
        publish(TeamFounded("North"))
        row = waiting()[0]
        with pytest.raises(IntegrityError), transaction.atomic():
            EventDelivery.objects.create(event=row.event, handler=row.handler)

    def test_a_handler_that_fails_is_rolled_back_and_comes_again(self, monkeypatch, later):
        monkeypatch.setattr(events, "_handlers", {})
        mood = {"broken": True}

        def moody(event):
            Team.objects.create(name=event.name)
            if mood["broken"]:
                raise ValueError("not today")

        events.handles(TeamFounded)(moody)
        publish(TeamFounded("North"))
        (row,) = waiting()
        assert deliver(row.pk) is False
        row.refresh_from_db()
        assert (Team.objects.count(), row.attempts, row.error) == (0, 1, "ValueError: not today")
        assert timedelta(seconds=50) < row.due_at - timezone.now() < timedelta(seconds=70)
        mood["broken"] = False
        assert deliver(row.pk) is True
        assert Team.objects.count() == 1

    def test_after_eight_attempts_it_waits_for_a_person(self, monkeypatch, later):
        monkeypatch.setattr(events, "_handlers", {})

        def hopeless(event):
            raise ValueError("never")

        events.handles(TeamFounded)(hopeless)
        publish(TeamFounded("North"))
        (row,) = waiting()
        moment, tries = timezone.now(), 0
        with time_machine.travel(moment, tick=False) as clock:
            while waiting() and tries < 20:
                clock.shift(timedelta(days=1))
                sweep_events()
                tries += 1
        row.refresh_from_db()
        assert (row.status, row.attempts, tries) == (DeliveryStatus.DEAD, 8, 8)
        assert sweep() == 0
        with pytest.raises(NotAllowed):
            retry_delivery(delivery_id=row.pk, by=make.make_user("seller"))
        retry_delivery(delivery_id=row.pk, by=make.make_user("director"))
        row.refresh_from_db()
        assert (row.status, row.attempts) == (DeliveryStatus.WAITING, 0)

    def test_a_handler_that_is_gone_is_not_forgotten(self, heard, later, monkeypatch):
        publish(TeamFounded("North"))
        monkeypatch.setattr(events, "_handlers", {})
        assert deliver(waiting()[0].pk) is False
        assert "is gone" in waiting()[0].error

    def test_history_names_the_handler(self, monkeypatch, later):
        monkeypatch.setattr(events, "_handlers", {})
        branch = make.make_branch()

        @command
        def rename(*, by):
            Branch.objects.filter(pk=branch.pk).update(name="Renamed")

        def renaming(event):
            rename(by=SYSTEM)

        events.handles(TeamFounded)(renaming)
        publish(TeamFounded("North"))
        deliver(waiting()[0].pk)
        change = history_of(branch)[0]
        assert (change.user, change.service) == (None, f"{__name__}.renaming")


@pytest.mark.django_db
class TestSweep:
    def test_delivers_what_a_lost_doorbell_left_behind(self, heard, later):
        publish(TeamFounded("North"))
        assert sweep() == 0  # a worker may have been woken just now
        EventDelivery.objects.update(due_at=timezone.now() - timedelta(seconds=31))
        assert sweep() == 2
        assert sweep() == 0
        assert (len(heard), Team.objects.count()) == (1, 1)

    def test_one_that_fails_does_not_hold_up_the_others(self, heard, later):
        publish(TeamFounded("x" * 100))  # too long for the name of a team
        EventDelivery.objects.update(due_at=timezone.now() - timedelta(seconds=31))
        assert sweep() == 1
        assert len(heard) == 1


@pytest.mark.django_db
def test_a_dead_broker_loses_nothing(heard, settings, monkeypatch, django_capture_on_commit_callbacks):
    """Nobody listens at the broker's address: the fact is committed all the same, and the sweeper delivers."""
    settings.EVENTS_DELIVERY = "celery"
    lonely = Celery("lonely", broker="redis://127.0.0.1:1/0", set_as_current=False)
    lonely.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    monkeypatch.setattr(doorbell, "_quiet_until", 0.0)

    @lonely.task(name="core.deliver_event")
    def deliver_event(*, delivery_id):
        raise AssertionError("nobody may hear this")

    monkeypatch.setattr(tasks, "deliver_event", deliver_event)
    started = time.monotonic()
    with django_capture_on_commit_callbacks(execute=True):
        publish(TeamFounded("North"))
    assert time.monotonic() - started < 5
    assert (len(heard), len(waiting())) == (0, 2)
    EventDelivery.objects.update(due_at=timezone.now() - timedelta(seconds=31))
    assert sweep() == 2
    assert len(heard) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_deliver_once(heard, later):
    def slow(event):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.3)")
        Team.objects.create(name=f"{event.name} slow")

    events.handles(TeamFounded)(slow)
    publish(TeamFounded("North"))
    row = EventDelivery.objects.get(handler__endswith="slow")
    results = at_once(*[lambda: deliver(row.pk)] * 4)
    assert sorted(results) == [False, False, False, True]
    assert Team.objects.filter(name="North slow").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_failing_handler_does_not_undo_the_fact(settings, monkeypatch):
    settings.EVENTS_DELIVERY = "celery"
    monkeypatch.setattr(events, "_handlers", {})
    monkeypatch.setattr(events, "wake", deliver)

    def broken(event):
        raise ValueError("no")

    events.handles(TeamFounded)(broken)

    @command
    def found_team(*, by):
        Team.objects.create(name="North")
        publish(TeamFounded("North"))

    found_team(by=SYSTEM)
    assert Team.objects.exists()
    assert waiting()[0].attempts == 1
