"""The shop floor on the screen: presses count once, stations are entered by PIN and show their centre only."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from production.models import Operation, OperatorPin, PieceCount, ScrapReason, Station, WipEntry
from production.services import pins
from production.views.stations import COOKIE
from tests.factories.core import make_user
from tests.factories.production import Plant, make_center, make_plant, make_work_order

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}
STATION = "/production/station/"


@pytest.fixture(scope="module")
def plant_of_module(kept: None) -> Plant:
    return make_plant()


@pytest.fixture
def plant(plant_of_module: Plant, db: None) -> Plant:
    return deepcopy(plant_of_module)


@pytest.fixture
def work(plant):
    return make_work_order(2, plant=plant)


@pytest.fixture
def cut(work) -> Operation:
    return Operation.objects.get(work_order=work, center__code="CUT")


@pytest.fixture
def dan():
    return make_user("operator", first_name="Dan")


def floor_of(operation) -> str:
    return reverse("production:floor_center", args=[operation.center_id])


def press(client, url, do, operation, key="k1", **more):
    return client.post(url, {"do": do, "key": key, "task": operation.pk, **more}, headers=PART)


class TestSignedIn:
    @pytest.fixture(autouse=True)
    def signed_in(self, client, dan):
        client.force_login(dan)

    def test_he_chooses_his_centre_once(self, client, cut):
        chosen = client.get("/production/floor/").content.decode()
        assert cut.center.name in chosen
        assert "Use this tablet" not in chosen
        assert cut.work_order.number in client.get(floor_of(cut)).content.decode()
        assert client.get("/production/floor/").url == floor_of(cut)
        assert client.get("/production/floor/?choose").status_code == 200

    def test_the_card_of_a_work_order_puts_its_operation_first(self, client, cut, work):
        url = reverse("production:floor_scan", args=[cut.center_id])
        for code in (work.number.lower(), f" {work.number}/{cut.sequence}"):
            assert client.post(url, {"code": code}).url == f"{floor_of(cut)}?op={cut.pk}"
        for code in (f"{work.number}/9999", "WO-0", ""):
            assert client.post(url, {"code": code}).url == floor_of(cut)
        assert "no open work with this code" in client.get(floor_of(cut)).content.decode()

    def test_it_is_his_home(self, client, cut):
        assert client.get("/").url == "/production/floor/"
        client.force_login(make_user("production_lead"))
        assert client.get("/").url == "/production/workorders/board/"

    def test_start_count_scrap_take_pause_and_finish(self, client, cut, dan):
        url, reason = floor_of(cut), ScrapReason.objects.create(name="Scratched")
        answer = press(client, url, "start", cut).content.decode()
        assert 'data-since="' in answer
        assert "Finish job" in answer
        assert press(client, url, "count", cut, "k2", good="1").status_code == 200
        assert press(client, url, "scrap", cut, "k3", scrap="1").status_code == 409, "without a reason"
        assert press(client, url, "scrap", cut, "k4", scrap="1", reason=reason.pk).status_code == 200
        assert press(client, url, "issue", cut, "k5").status_code == 409, "glass is short"
        assert press(client, url, "pause", cut, "k6").status_code == 200
        assert press(client, url, "finish", cut, "k7").status_code == 200
        cut.refresh_from_db()
        assert (cut.status, cut.good_qty, cut.scrap_qty, cut.running_by) == ("done", Decimal(1), Decimal(1), None)

    def test_a_press_sent_twice_counts_once(self, client, cut):
        for _again in range(2):
            press(client, floor_of(cut), "count", cut, good="1")
        assert PieceCount.objects.get().good == Decimal(1)

    def test_time_counts_from_when_it_was_pressed(self, client, cut):
        now = timezone.now()  # after midnight the night's part would count by the centre's hours
        earlier = max(now - timedelta(minutes=30), now.replace(hour=0, minute=0))
        press(client, floor_of(cut), "start", cut, at=earlier.isoformat())
        press(client, floor_of(cut), "pause", cut, "k2")
        expected = (now - earlier).total_seconds() / 60
        booked = sum(entry.minutes for entry in WipEntry.objects.filter(kind="time"))
        assert abs(float(booked) - expected) <= 1

    def test_work_of_another_centre_is_refused(self, client, cut):
        other = reverse("production:floor_center", args=[make_center().pk])
        assert press(client, other, "start", cut).status_code == 409
        assert client.get(reverse("production:floor_center", args=[0])).status_code == 404

    def test_what_was_pressed_by_somebody_else_is_kept(self, client, cut):
        assert press(client, floor_of(cut), "start", cut, who="999").status_code == 401
        cut.refresh_from_db()
        assert cut.running_by is None

    def test_no_cost_and_no_client_stand_there(self, client, cut):
        html = client.get(floor_of(cut)).content.decode()
        assert "36.00" not in html
        assert str(cut.work_order.order_line.order.client) not in html

    def test_statements_do_not_grow(self, client, cut, plant, django_assert_max_num_queries):
        for _more in range(8):
            make_work_order(1, plant=plant)
        client.get(floor_of(cut))
        with django_assert_max_num_queries(20):
            client.get(floor_of(cut))

    def test_sellers_have_no_business_here(self, client, cut):
        client.force_login(make_user("seller"))
        assert client.get(floor_of(cut)).status_code == 403


class TestStation:
    @pytest.fixture
    def opened(self, client, cut) -> Station:
        client.force_login(make_user("production_lead"))
        answer = client.post(reverse("production:station_open", args=[cut.center_id]))
        assert answer.url == STATION
        return Station.objects.get()

    def enter(self, client, user, pin="4711"):
        return client.post(f"{STATION}enter/", {"who": user.pk, "pin": pin})

    def test_the_lead_is_signed_out_and_the_tablet_knows_its_place(self, client, opened):
        assert "_auth_user_id" not in client.session
        cookie = client.cookies[COOKIE]
        assert cookie["httponly"]
        assert cookie["path"] == STATION
        assert client.get(STATION).url == f"{STATION}enter/"
        assert client.get("/production/floor/").status_code == 302
        assert "login" in client.get("/production/floor/").url

    def test_somebody_comes_in_by_name_and_pin_works_and_leaves(self, client, opened, dan, cut):
        pins.set_pin(user_id=dan.pk, pin="4711", at=timezone.now(), by=dan)
        assert "Dan" in client.get(f"{STATION}enter/").content.decode()
        assert self.enter(client, dan).url == STATION
        page = client.get(STATION).content.decode()
        assert cut.work_order.number in page
        assert f'data-kiosk="floor-{dan.pk}"' in page
        assert press(client, STATION, "start", cut).status_code == 200
        cut.refresh_from_db()
        assert cut.running_by == dan
        client.post(f"{STATION}leave/")
        assert client.get(STATION).status_code == 302
        assert press(client, STATION, "pause", cut, "k2").status_code == 401
        cut.refresh_from_db()
        assert cut.running_by == dan, "running work runs on"

    def test_a_wrong_pin_and_a_lock_are_told(self, client, opened, dan):
        pins.set_pin(user_id=dan.pk, pin="4711", at=timezone.now(), by=dan)
        statuses = [self.enter(client, dan, "0000").status_code for _try in range(pins.TRIES)]
        assert statuses == [422] * (pins.TRIES - 1) + [429]
        answer = self.enter(client, dan)
        assert answer.status_code == 429
        assert "Too many wrong tries" in answer.content.decode()

    def test_only_this_centre_is_there(self, client, opened, dan, work):
        pins.set_pin(user_id=dan.pk, pin="4711", at=timezone.now(), by=dan)
        self.enter(client, dan)
        other = Operation.objects.get(work_order=work, center__code="ASM")
        assert press(client, STATION, "start", other).status_code == 409

    def test_a_tablet_nobody_opened_shows_nothing(self, client, cut):
        for path in (STATION, f"{STATION}enter/"):
            answer = client.get(path).content.decode()
            assert "This tablet is no station" in answer
            assert cut.work_order.number not in answer
        client.cookies[COOKIE] = "guessed"
        assert "This tablet is no station" in client.get(STATION).content.decode()
        assert press(client, STATION, "start", cut).status_code == 401

    def test_a_closed_one_neither(self, client, opened):
        token = client.cookies[COOKIE].value
        client.force_login(make_user("production_lead"))
        client.post(reverse("production:station_close", args=[opened.pk]))
        client.cookies[COOKIE] = token
        assert "This tablet is no station" in client.get(STATION).content.decode()


class TestPins:
    def test_everybody_sets_his_own_and_it_is_never_shown(self, client, dan):
        client.force_login(dan)
        url = reverse("production:own_pin")
        assert client.post(url, {"pin": "4711", "again": "4712"}).status_code == 422
        weak = client.post(url, {"pin": "1234", "again": "1234"})
        assert weak.status_code == 409
        assert "1234" not in weak.content.decode().replace("such as 1234", "")
        assert client.post(url, {"pin": "4711", "again": "4711"}).status_code == 302
        assert "4711" not in client.get(url).content.decode()

    def test_the_lead_sets_and_takes_away(self, client, dan):
        client.force_login(make_user("production_lead"))
        client.post(reverse("production:operator_pin", args=[dan.pk]), {"pin": "4711", "again": "4711"})
        assert "Dan" in client.get(reverse("production:operator_list")).content.decode()
        assert OperatorPin.objects.get().user == dan
        for _again in range(2):
            client.post(reverse("production:operator_pin_remove", args=[dan.pk]))
        assert not OperatorPin.objects.exists()

    def test_who_does_not_work_here_is_no_operator(self, client):
        client.force_login(make_user("production_lead"))
        url = reverse("production:operator_pin", args=[make_user("seller").pk])
        assert client.get(url).status_code == 404

    def test_an_operator_sets_no_pin_of_others(self, client, dan):
        client.force_login(dan)
        assert client.get(reverse("production:operator_pin", args=[dan.pk])).status_code == 403
