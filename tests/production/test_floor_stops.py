"""Checks, drawings, blocked jobs and calls for help on the screens: kiosk, board, cards and the editor of recipes."""

from __future__ import annotations

import io
from copy import deepcopy
from decimal import Decimal

import pytest
from django.urls import reverse
from PIL import Image

from core.actors import SYSTEM
from core.services.attachments import store_file
from production.models import BOM, Blockage, BOMCheck, CheckNote, HelpCall, Operation
from production.services import helping, work
from production.services.stations import open_station
from production.services.work import block_operation
from production.views.stations import COOKIE
from tests.factories.core import make_user
from tests.factories.inventory import make_item
from tests.factories.production import CONFIRMED, Plant, make_bom, make_center, make_plant, make_work_order

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


@pytest.fixture
def plant():
    return make_plant()


@pytest.fixture
def cut(plant) -> Operation:
    return cut_of(plant)


@pytest.fixture(scope="class")
def kept_cut(kept_by_class) -> tuple[Plant, Operation]:
    plant = make_plant()
    return plant, cut_of(plant)


class Kept:
    """For classes all of whose tests want the first step: it is planned once for them."""

    @pytest.fixture
    def plant(self, kept_cut, db) -> Plant:
        return deepcopy(kept_cut[0])

    @pytest.fixture
    def cut(self, kept_cut, db) -> Operation:
        return Operation.objects.get(pk=kept_cut[1].pk)


def cut_of(plant: Plant) -> Operation:
    row = BOM.objects.get(item=plant.product).operations.get(sequence=10)
    BOMCheck.objects.create(operation=row, position=1, text="Glue temperature", unit="°C")
    BOMCheck.objects.create(operation=row, position=2, text="First piece")
    return Operation.objects.get(work_order=make_work_order(2, plant=plant), center__code="CUT")


@pytest.fixture
def dan(client):
    user = make_user("operator", first_name="Dan")
    client.force_login(user)
    return user


@pytest.fixture
def lead():
    return make_user("production_lead", first_name="Paula")


def floor_of(cut) -> str:
    return reverse("production:floor_center", args=[cut.center_id])


def press(client, cut, do, key, **more):
    return client.post(floor_of(cut), {"do": do, "key": key, "task": cut.pk, **more}, headers=PART)


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 60), "white").save(out, "PNG")
    return out.getvalue()


class TestChecks:
    def test_they_are_ticked_measured_and_taken_back(self, client, cut, dan):
        glue, first = BOMCheck.objects.order_by("position")
        press(client, cut, "start", "k1")
        page = client.get(floor_of(cut)).content.decode()
        assert "due now" in page
        assert press(client, cut, f"check:{glue.pk}", "k2").status_code == 409, "without a value"
        assert press(client, cut, "finish", "k3").status_code == 409
        assert press(client, cut, "check:none", "k4").status_code == 409
        answer = press(client, cut, f"check:{glue.pk}", "k5", **{f"value-{glue.pk}": "196,5"})
        assert "196.5 °C" in answer.content.decode()
        for _again in range(2):
            assert press(client, cut, f"check:{first.pk}", "k6").status_code == 200
        assert CheckNote.objects.count() == 2
        assert press(client, cut, f"uncheck:{first.pk}", "k7").status_code == 200
        assert press(client, cut, "finish", "k8").status_code == 409
        press(client, cut, f"check:{first.pk}", "k9")
        assert press(client, cut, "finish", "k10").status_code == 200

    def test_the_card_shows_who_looked(self, client, cut, dan, lead):
        first = BOMCheck.objects.get(text="First piece")
        work.note_check(operation_id=cut.pk, check_id=first.pk, at=CONFIRMED, by=dan, key="k")
        client.force_login(lead)
        html = client.get(reverse("production:workorder_card", args=[cut.work_order_id])).content.decode()
        assert "First piece" in html
        assert "Dan" in html

    def test_the_editor_writes_them(self, client, lead):
        client.force_login(lead)
        bom = make_bom(make_item(), steps=[(make_center(), 5, 10)], active=False)
        url = reverse("production:bom_edit", args=[bom.pk])
        assert "Checks before it is finished" in client.get(url).content.decode()
        line, step = bom.lines.get(), bom.operations.get()
        data = {
            "version": bom.version, "batch_qty": "1", "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "1",
            "lines-0-item": line.item_id, "lines-0-qty": "1", "steps-TOTAL_FORMS": "1", "steps-INITIAL_FORMS": "1",
            "steps-0-center": step.center_id, "steps-0-run_minutes": "10", "steps-0-checks": "Depth []",
        }  # fmt: skip
        refused = client.post(url, data)
        assert refused.status_code == 422
        assert "the unit has 1 to 12 characters" in refused.content.decode()
        assert client.post(url, {**data, "steps-0-checks": "Depth [mm] @3"}).status_code == 302
        check = BOMCheck.objects.get()
        assert (check.text, check.unit, check.after_pieces) == ("Depth", "mm", 3)
        assert "Depth [mm] @3" in client.get(url).content.decode()
        assert "Depth" in client.get(reverse("production:bom_card", args=[bom.pk])).content.decode()


class TestBlocked(Kept):
    def test_it_is_reported_with_a_cause_and_goes_on(self, client, cut, dan):
        assert press(client, cut, "block", "k1").status_code == 409
        for _again in range(2):
            answer = press(client, cut, "block", "k2", cause="machine", why="Spindle hot")
            assert "Spindle hot" in answer.content.decode()
        assert Blockage.objects.count() == 1
        assert press(client, cut, "start", "k3").status_code == 409
        assert press(client, cut, "unblock", "k4").status_code == 200
        assert press(client, cut, "start", "k5").status_code == 200

    def test_words_alone_are_a_cause(self, client, cut, dan):
        press(client, cut, "block", "k1", why="Rain comes in")
        assert Blockage.objects.get().cause == "other"

    def test_card_and_board_show_it_and_the_lead_lifts_it(self, client, cut, dan, lead):
        block_operation(operation_id=cut.pk, cause="tool", note="No 8 mm drill", at=CONFIRMED, by=dan)
        client.force_login(lead)
        card = reverse("production:workorder_card", args=[cut.work_order_id])
        assert "No 8 mm drill" in client.get(card).content.decode()
        board = client.get(f"{reverse('production:workorder_board')}?show=waiting").content.decode()
        assert "Blocked: No 8 mm drill" in board
        for _again in range(2):
            assert client.post(reverse("production:operation_unblock", args=[cut.pk])).url == card
        assert Blockage.objects.get().lifted_by == lead
        assert client.post(reverse("production:operation_unblock", args=[0])).status_code == 404


class TestHelp(Kept):
    def test_it_is_called_and_seen_until_it_is_here(self, client, cut, dan):
        for _again in range(2):
            assert "Help is here" in press(client, cut, "call", "k1").content.decode()
        assert HelpCall.objects.get().called_by == dan
        for _again in range(2):
            assert "Call for help" in press(client, cut, "helped", "k2").content.decode()
        assert HelpCall.objects.get().answered_by == dan

    def test_board_and_centre_show_it_and_the_lead_answers(self, client, cut, dan, lead):
        call = helping.call_for_help(center_id=cut.center_id, at=CONFIRMED, by=dan)
        client.force_login(lead)
        assert "calls for help" in client.get(reverse("production:workorder_board")).content.decode()
        center = reverse("production:center_card", args=[cut.center_id])
        assert "Help is called since" in client.get(center).content.decode()
        assert client.post(reverse("production:help_answer", args=[call.pk])).url == center
        assert "Help is called since" not in client.get(center).content.decode()
        client.force_login(make_user("seller"))
        assert client.post(reverse("production:help_answer", args=[call.pk])).status_code == 403


class TestDrawings(Kept):
    @pytest.fixture
    def file(self, plant):
        return store_file(
            record=BOM.objects.get(item=plant.product), name="frame.png", content=picture(), by=SYSTEM
        )  # fmt: skip

    def test_the_floor_shows_it_and_opens_it(self, client, cut, dan, file):
        url = reverse("production:floor_drawing", args=[cut.center_id, file.uuid])
        assert url in client.get(floor_of(cut)).content.decode()
        page = client.get(url).content.decode()
        assert reverse("core:file", args=[file.uuid]) in page
        assert f"{floor_of(cut)}?op={cut.pk}" in page
        other = reverse("production:floor_drawing", args=[make_center().pk, file.uuid])
        assert client.get(other).status_code == 404

    def test_files_of_the_item_come_after_and_others_not_at_all(self, client, cut, dan, file, plant):
        store_file(record=plant.product, name="notes.csv", content=b"a,b\n1,2\n", by=SYSTEM)
        foreign = store_file(record=make_item(), name="other.png", content=picture(), by=SYSTEM)
        assert "2 drawings" in client.get(floor_of(cut)).content.decode()
        url = reverse("production:floor_drawing", args=[cut.center_id, foreign.uuid])
        assert client.get(url).status_code == 404

    def test_a_station_shows_it_to_whoever_is_at_it(self, client, cut, file):
        client.cookies[COOKIE] = open_station(center_id=cut.center_id, at=CONFIRMED, by=SYSTEM)
        page = reverse("production:station_drawing", args=[file.uuid])
        content = reverse("production:station_file", args=[file.uuid])
        assert client.get(page).url == reverse("production:station_enter")
        assert client.get(content).status_code == 401

    def test_at_the_station_the_operator_sees_it(self, client, cut, file):
        from django.utils import timezone

        from production.models import Station

        client.cookies[COOKIE] = open_station(center_id=cut.center_id, at=CONFIRMED, by=SYSTEM)
        Station.objects.update(operator=make_user("operator"), seen_at=timezone.now())
        content = reverse("production:station_file", args=[file.uuid])
        page = reverse("production:station_drawing", args=[file.uuid])
        assert content in client.get(reverse("production:station")).content.decode()
        assert content in client.get(page).content.decode()
        answer = client.get(content)
        assert answer["Content-Type"].startswith("image/")
        foreign = store_file(record=make_item(), name="other.png", content=picture(), by=SYSTEM)
        assert client.get(reverse("production:station_file", args=[foreign.uuid])).status_code == 404


def test_amounts_of_pieces_say_when_it_is_done(client, cut, dan):
    press(client, cut, "start", "k1")
    Operation.objects.filter(pk=cut.pk).update(actual_minutes=Decimal(10))
    answer = press(client, cut, "count", "k2", good="1").content.decode()
    assert "At this pace you finish at" in answer
