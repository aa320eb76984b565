"""Coming in at a tablet by PIN: hashed, locked after wrong tries, only at open stations, only who works there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from core.errors import NotAllowed
from production import errors
from production.models import OperatorPin, Station
from production.services import pins, stations
from tests.factories.core import make_user
from tests.factories.production import make_center

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 19, 8, tzinfo=UTC)


@pytest.fixture
def dan():
    return make_user("operator", first_name="Dan")


@pytest.fixture
def token(lead) -> str:
    return stations.open_station(center_id=make_center("CUT").pk, at=NOW, by=lead)


@pytest.fixture
def lead():
    return make_user("production_lead")


def set_pin(user, pin="4711", by=None):
    return pins.set_pin(user_id=user.pk, pin=pin, at=NOW, by=by or user)


def enter(token, user, pin="4711", at=NOW):
    return stations.enter(token=token, user_id=user.pk, pin=pin, at=at)


class TestPin:
    def test_only_its_hash_is_kept(self, dan):
        set_pin(dan)
        assert "4711" not in OperatorPin.objects.get().pin_hash

    @pytest.mark.parametrize("pin", ["123", "1234", "8765", "1111", "1212", "123456789", "47a1", "", "7890"])
    def test_what_anybody_would_try_is_refused(self, dan, pin):
        with pytest.raises(errors.PinTooWeak):
            set_pin(dan, pin)

    def test_the_lead_sets_one_and_a_colleague_does_not(self, dan, lead):
        set_pin(dan, by=lead)
        with pytest.raises(NotAllowed):
            set_pin(dan, "9182", by=make_user("operator"))

    def test_who_has_no_work_to_report_gets_none(self, lead):
        with pytest.raises(errors.CannotWorkHere):
            set_pin(make_user("seller"), by=lead)

    def test_the_same_again_is_no_new_one(self, dan):
        set_pin(dan)
        with pytest.raises(errors.PinUsedBefore):
            set_pin(dan)

    def test_it_can_be_taken_away_twice(self, dan, lead, token):
        set_pin(dan)
        for _again in range(2):
            pins.remove_pin(user_id=dan.pk, by=lead)
        with pytest.raises(errors.PinWrong):
            enter(token, dan)


class TestStation:
    def test_the_secret_is_not_stored(self, token):
        assert token not in Station.objects.get().token_hash
        assert stations.station_of(token) == Station.objects.get()
        assert stations.station_of("guess") is None

    def test_only_a_lead_opens_one(self, dan):
        with pytest.raises(NotAllowed):
            stations.open_station(center_id=make_center().pk, at=NOW, by=dan)

    def test_name_and_pin_let_somebody_in_until_nobody_touches_it(self, dan, token):
        set_pin(dan)
        assert enter(token, dan) == dan
        station = stations.station_of(token)
        assert stations.operator_of(station, NOW + timedelta(minutes=19)) == dan
        assert stations.operator_of(station, NOW + timedelta(minutes=21)) is None

    def test_wrong_tries_lock_the_person_although_each_is_refused(self, dan, token):
        set_pin(dan)
        for _try in range(pins.TRIES - 1):
            with pytest.raises(errors.PinWrong):
                enter(token, dan, "0000")
        with pytest.raises(errors.PinLocked):
            enter(token, dan, "0000")
        with pytest.raises(errors.PinLocked):
            enter(token, dan)
        assert enter(token, dan, at=NOW + pins.LOCKED_FOR) == dan

    def test_a_new_pin_lifts_the_lock(self, dan, token, lead):
        set_pin(dan)
        for _try in range(pins.TRIES):
            with pytest.raises(errors.DomainError):
                enter(token, dan, "0000")
        set_pin(dan, "9182", by=lead)
        assert enter(token, dan, "9182") == dan

    def test_wrong_tries_of_many_lock_the_station(self, token):
        people = [make_user("operator") for _one in range(stations.TRIES)]
        for person in people:
            set_pin(person)
            with pytest.raises(errors.PinWrong):
                enter(token, person, "0000")
        with pytest.raises(errors.PinLocked):
            enter(token, people[0])
        assert enter(token, people[0], at=NOW + stations.LOCKED_FOR) == people[0]

    def test_a_person_without_a_pin_hears_the_same_as_with_a_wrong_one(self, dan, token):
        with pytest.raises(errors.PinWrong):
            enter(token, dan)

    def test_who_lost_the_right_or_the_account_is_out(self, dan, token):
        set_pin(dan)
        enter(token, dan)
        dan.is_active = False
        dan.save()
        assert stations.operator_of(stations.station_of(token), NOW) is None
        with pytest.raises(errors.CannotWorkHere):
            enter(token, dan)

    def test_leaving_and_closing_twice_change_nothing(self, dan, token, lead):
        set_pin(dan)
        enter(token, dan)
        for _again in range(2):
            stations.leave(token=token)
        assert stations.operator_of(stations.station_of(token), NOW) is None
        for _again in range(2):
            stations.close_station(station_id=Station.objects.get().pk, at=NOW, by=lead)
        assert stations.station_of(token) is None
        with pytest.raises(errors.StationClosed):
            enter(token, dan)

    def test_the_database_keeps_a_closed_station_empty(self, dan, token):
        with pytest.raises(IntegrityError), transaction.atomic():
            Station.objects.update(closed_at=NOW, operator=dan)
