"""Coming in at a tablet by badge: only a keyed hash is kept, each badge is one person's, guessing locks the station."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from core.documents.labels import by_kind
from core.errors import NotAllowed
from production import errors
from production.models import OperatorBadge, Station
from production.services import badges, pins, stations
from production.views.stations import COOKIE
from tests.factories.core import make_user
from tests.factories.production import make_center, make_work_order

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 19, 8, tzinfo=UTC)
CARD = "4006-3813 3393"


@pytest.fixture
def dan():
    return make_user("operator", first_name="Dan")


@pytest.fixture
def lead():
    return make_user("production_lead")


@pytest.fixture
def token(lead) -> str:
    return stations.open_station(center_id=make_center("CUT").pk, at=NOW, by=lead)


def made(user, lead, after=0) -> OperatorBadge:
    return badges.make_badge(user_id=user.pk, after=after, at=NOW, by=lead)


def card(user, lead, code=CARD) -> OperatorBadge:
    return badges.set_badge(user_id=user.pk, code=code, at=NOW, by=lead)


def scan(token, code, at=NOW):
    return stations.enter_by_badge(token=token, code=code, at=at)


class TestBadge:
    def test_a_printed_one_is_told_again_and_stored_nowhere(self, dan, lead, token):
        badge = made(dan, lead)
        code = badges.code_of(badge)
        assert len(code) == 14
        assert code not in str(OperatorBadge.objects.values().get())
        assert scan(token, code.lower()) == dan
        assert stations.operator_of(stations.station_of(token), NOW) == dan

    def test_asked_for_twice_it_is_made_once_and_a_new_one_replaces_it(self, dan, lead, token):
        first = badges.code_of(made(dan, lead))
        assert badges.code_of(made(dan, lead)) == first
        second = badges.code_of(made(dan, lead, after=1))
        assert second != first
        with pytest.raises(errors.BadgeUnknown):
            scan(token, first)
        assert scan(token, second) == dan

    def test_a_card_he_has_is_known_with_or_without_its_dashes(self, dan, lead, token):
        badge = card(dan, lead)
        assert badges.code_of(badge) == ""
        assert card(dan, lead, "400638133393") == badge
        assert scan(token, "400638133393") == dan

    def test_a_badge_is_one_persons(self, dan, lead):
        eve = make_user("operator")
        card(dan, lead)
        with pytest.raises(errors.BadgeTaken):
            card(eve, lead, "400638133393")
        with pytest.raises(errors.BadgeTaken):
            card(eve, lead, badges.code_of(made(dan, lead)))
        assert not OperatorBadge.objects.filter(user=eve).exists()

    @pytest.mark.parametrize("code", ["1234567", "11111111", "12345678", "abc", "ÄÖÜ12345", "9" * 41])
    def test_what_is_no_badge_is_refused(self, dan, lead, code):
        with pytest.raises(errors.BadgeTooWeak):
            card(dan, lead, code)

    def test_taken_away_twice_it_lets_nobody_in_and_the_next_is_another(self, dan, lead, token):
        first = badges.code_of(made(dan, lead))
        for _again in range(2):
            badges.take_badge_away(user_id=dan.pk, by=lead)
        with pytest.raises(errors.BadgeUnknown):
            scan(token, first)
        assert badges.code_of(made(dan, lead, after=1)) not in ("", first)

    def test_only_the_lead_gives_one_and_only_to_who_works_here(self, dan, lead):
        for act in (made, card):
            with pytest.raises(NotAllowed):
                act(dan, dan)
            with pytest.raises(errors.CannotWorkHere):
                act(make_user("seller"), lead)
        with pytest.raises(NotAllowed):
            badges.take_badge_away(user_id=dan.pk, by=dan)

    def test_its_label_is_for_the_lead_and_only_for_what_is_printed_here(self, dan, lead):
        kind, badge = by_kind("production.badge"), made(dan, lead)
        assert [label.code for label in kind.read([badge.pk])] == [badges.code_of(badge)]
        assert list(kind.visible_to(lead)) == [badge]
        assert not kind.visible_to(dan).exists()
        card(dan, lead)
        assert not kind.visible_to(lead).exists()
        assert kind.read([badge.pk]) == []


class TestAtTheStation:
    def test_guessed_badges_lock_the_station_although_each_is_refused(self, dan, lead, token):
        code = badges.code_of(made(dan, lead))
        for _try in range(stations.TRIES - 1):
            with pytest.raises(errors.BadgeUnknown):
                scan(token, "B0000000000000")
        with pytest.raises(errors.PinLocked):
            scan(token, "B0000000000000")
        with pytest.raises(errors.PinLocked):
            scan(token, code)
        assert scan(token, code, NOW + stations.LOCKED_FOR) == dan

    def test_who_is_locked_out_by_wrong_pins_stays_out(self, dan, lead, token):
        code = badges.code_of(made(dan, lead))
        pins.set_pin(user_id=dan.pk, pin="4711", at=NOW, by=dan)
        for _try in range(pins.TRIES):
            with pytest.raises(errors.DomainError):
                stations.enter(token=token, user_id=dan.pk, pin="0000", at=NOW)
        with pytest.raises(errors.PinLocked):
            scan(token, code)
        assert scan(token, code, NOW + pins.LOCKED_FOR) == dan

    def test_who_lost_the_account_and_a_closed_station_are_refused(self, dan, lead, token):
        code = badges.code_of(made(dan, lead))
        dan.is_active = False
        dan.save()
        with pytest.raises(errors.CannotWorkHere):
            scan(token, code)
        stations.close_station(station_id=Station.objects.get().pk, at=NOW, by=lead)
        with pytest.raises(errors.StationClosed):
            scan(token, code)


class TestScreens:
    def test_the_lead_makes_prints_and_takes_away(self, client, dan, lead):
        client.force_login(lead)
        url = reverse("production:operator_badge", args=[dan.pk])
        assert "Print the badge" not in client.get(url).content.decode()
        for _twice in range(2):
            assert client.post(url, {"do": "make", "after": "0"}).url == url
        badge = OperatorBadge.objects.get()
        page = client.get(url).content.decode()
        assert (badge.series, badges.code_of(badge) in page) == (1, False)
        labels = f"/documents/labels/production.badge/?ids={badge.pk}"
        assert labels.rpartition("/")[2] in page
        assert "has one" in client.get(reverse("production:operator_list")).content.decode()
        client.post(reverse("production:operator_badge_remove", args=[dan.pk]))
        assert OperatorBadge.objects.get().code_hash is None

    def test_a_card_is_taken_and_a_refusal_is_told_without_its_number(self, client, dan, lead):
        client.force_login(lead)
        url = reverse("production:operator_badge", args=[dan.pk])
        assert client.post(url, {"do": "card", "code": ""}).status_code == 422
        weak = client.post(url, {"do": "card", "code": "77"})
        assert weak.status_code == 409 and "8 to 40" in weak.content.decode()
        assert client.post(url, {"do": "card", "code": CARD}).status_code == 302
        card_taken = client.post(
            reverse("production:operator_badge", args=[make_user("operator").pk]), {"do": "card", "code": CARD}
        )
        assert card_taken.status_code == 409 and CARD not in card_taken.content.decode()

    def test_somebody_scans_and_works(self, client, dan, lead):
        client.force_login(lead)
        client.post(reverse("production:station_open", args=[make_center("SAW").pk]))
        code = badges.code_of(badges.make_badge(user_id=dan.pk, after=0, at=timezone.now(), by=lead))
        assert "Scan your badge" in client.get("/production/station/enter/").content.decode()
        wrong = client.post("/production/station/enter/", {"badge": "B000000000001"})
        assert wrong.status_code == 422 and "Nobody has this badge" in wrong.content.decode()
        assert client.post("/production/station/enter/", {"badge": code}).url == "/production/station/"
        assert "Dan" in client.get("/production/station/").content.decode()
        assert client.cookies[COOKIE].value
        locked = [client.post("/production/station/enter/", {"badge": "x"}).status_code for _try in range(10)]
        assert locked[-1] == 429

    def test_a_badge_scanned_while_somebody_is_there_changes_the_person_and_a_job_does_not(self, client, dan, lead):
        work = make_work_order(1)
        cut = work.operations.order_by("sequence")[0]
        client.force_login(lead)
        client.post(reverse("production:station_open", args=[cut.center_id]))
        eve, now = make_user("operator", first_name="Eve"), timezone.now()
        codes = [badges.code_of(badges.make_badge(user_id=one.pk, after=0, at=now, by=lead)) for one in (dan, eve)]
        scan = "/production/station/scan/"
        assert client.post(scan, {"code": work.number}).url == "/production/station/"  # nobody is there: no badge
        assert Station.objects.get().wrong_tries == 1
        client.post(scan, {"code": codes[0]})
        assert client.post(scan, {"code": work.number}).url == f"/production/station/?op={cut.pk}"
        assert Station.objects.get().operator == dan
        client.post(scan, {"code": codes[1]})
        assert Station.objects.get().operator == eve
        client.post(scan, {"code": "WO-UNKNOWN-1"})
        assert "no open work with this code" in client.get("/production/station/").content.decode()
