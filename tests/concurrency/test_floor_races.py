"""The shop floor at the same moment: one at an operation, its time once, every wrong PIN counted."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db.models import Sum

from core import ledgers
from core.actors import SYSTEM
from production.models import Operation, OperatorPin, Station, WipEntry
from production.services import pins
from production.services.pins import set_pin
from production.services.stations import open_station
from production.services.work import start_operation
from tests.concurrency.acts import NOON
from tests.concurrency.guards import without_guards
from tests.concurrency.race import race
from tests.factories.core import make_user
from tests.factories.production import Plant, make_center, make_plant, make_work_order

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ACTORS = 5


def _start(*, unguarded: bool, plant: Plant | None = None) -> int:
    operation = make_work_order(1, plant=plant).operations.order_by("sequence")[0]
    people = [make_user("operator") for _one in range(ACTORS)]
    calls = [
        ("tests.concurrency.acts:start_work", {"operation_id": operation.pk, "user_id": person.pk}) for person in people
    ]
    return sum(answer[0] == "ok" for answer in race(calls, unguarded=unguarded))


def test_one_of_many_starts_an_operation() -> None:
    assert _start(unguarded=False) == 1
    assert Operation.objects.filter(running_since__isnull=False).count() == 1
    assert ledgers.run_all() == []


def test_without_the_guard_several_believe_to_be_at_it() -> None:
    plant = make_plant()
    with without_guards(Operation):  # the moment is short: on a busy machine they may miss it a few times
        assert any(_start(unguarded=True, plant=plant) > 1 for _try in range(5))


def _pause(*, unguarded: bool) -> Decimal:
    operation = make_work_order(1).operations.order_by("sequence")[0]
    person = make_user("operator")
    start_operation(operation_id=operation.pk, at=NOON, by=person)
    calls = [("tests.concurrency.acts:pause_work", {"operation_id": operation.pk, "user_id": person.pk})] * ACTORS
    race(calls, unguarded=unguarded)
    found = WipEntry.objects.filter(operation=operation).aggregate(minutes=Sum("minutes"))
    return found["minutes"]


def test_time_is_reported_once_however_many_press_pause() -> None:
    assert _pause(unguarded=False) == Decimal(60)
    assert ledgers.run_all() == []


def test_without_the_guard_time_is_reported_more_than_once() -> None:
    with without_guards(WipEntry, Operation):
        assert _pause(unguarded=True) > Decimal(60)


def _guess(*, unguarded: bool) -> int:
    person = make_user("operator")
    set_pin(user_id=person.pk, pin="4711", at=NOON, by=person)
    token = open_station(center_id=make_center().pk, at=NOON, by=SYSTEM)
    tries = pins.TRIES - 1
    calls = [
        ("tests.concurrency.acts:guess_pin", {"token": token, "user_id": person.pk, "pin": "0000"})
        for _try in range(tries)
    ]
    race(calls, unguarded=unguarded)
    return OperatorPin.objects.get(user=person).wrong_tries


def test_guesses_sent_at_once_are_counted_one_by_one() -> None:
    assert _guess(unguarded=False) == pins.TRIES - 1
    assert Station.objects.get().wrong_tries == pins.TRIES - 1


def test_without_the_guard_guesses_are_lost() -> None:
    with without_guards(OperatorPin, Station):
        assert _guess(unguarded=True) < pins.TRIES - 1
