"""Picking: what is taken is remembered place by place, short picks stay open, and it is shipped once from there."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image

from core.actors import SYSTEM
from core.services.attachments import store_file
from inventory.models import StockBalance, StockMove
from inventory.services.places import add_location
from sales.errors import NothingPicked, NotSetAside
from sales.models import Pick, Shipment
from sales.services.confirming import confirm_order
from sales.services.picking import note_pick, postpone_pick, ship_picked
from tests.factories.core import make_user
from tests.factories.inventory import make_lot, make_warehouse, stock_up
from tests.factories.sales import make_order, make_sold_item

pytestmark = pytest.mark.django_db

D = Decimal
NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)
PART = {"HX-Request": "true"}


@pytest.fixture
def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def order():
    """Six of an item, four of them on one shelf and two on another, of two lots."""
    place = make_warehouse()
    item = make_sold_item(sku="HNG-110", tracking="lot")
    for code, lot, qty in (("B-04", "L-1", 4), ("B-05", "L-2", 2)):
        shelf = add_location(warehouse_id=place.pk, code=code, by=SYSTEM)
        stock_up(item, place, qty, qty * 10, location_id=shelf.pk, lot_id=make_lot(item, lot).pk)
    made = make_order([(item, 6)], warehouse=place)
    confirm_order(order_id=made.pk, at=NOON, by=SYSTEM)
    made.refresh_from_db()
    return made


def where(code):
    return StockBalance.objects.get(location__code=code)


def pick(order, code, qty, **more):
    row = where(code)
    return note_pick(
        order_id=order.pk, line_id=order.lines.get().pk, location_id=row.location_id, lot_id=row.lot_id, qty=D(qty),
        at=NOON, by=SYSTEM, **more,
    )  # fmt: skip


def ship(order, key="k"):
    return ship_picked(order_id=order.pk, at=NOON, by=SYSTEM, key=key)


class TestService:
    def test_goods_leave_from_where_they_were_picked(self, order):
        pick(order, "B-04", 1, is_short=True)
        pick(order, "B-05", 2)
        shipment = ship(order)
        assert {line.lot.code: line.qty for line in shipment.lines.all()} == {"L-1": 1, "L-2": 2}
        assert (where("B-04").qty, where("B-05").qty) == (3, 0)
        assert order.lines.get().shipped_qty == 3
        assert Pick.objects.filter(shipment=shipment).count() == 2

    def test_shipping_twice_is_one_shipment(self, order):
        pick(order, "B-04", 4)
        assert ship(order) == ship(order)
        assert Shipment.objects.count() == 1

    def test_the_same_figure_again_changes_nothing(self, order):
        assert pick(order, "B-04", 3) == pick(order, "B-04", 3)
        assert Pick.objects.get().qty == 3

    def test_more_than_is_set_aside_is_refused(self, order):
        with pytest.raises(NotSetAside):
            pick(order, "B-04", 5)

    def test_nothing_picked_is_not_shipped(self, order):
        with pytest.raises(NothingPicked):
            ship(order)
        pick(order, "B-04", 0, is_short=True)
        with pytest.raises(NothingPicked):
            ship(order)

    def test_the_rest_can_be_picked_and_shipped_later(self, order):
        pick(order, "B-05", 2)
        ship(order, "one")
        pick(order, "B-04", 4)
        ship(order, "two")
        order.refresh_from_db()
        assert order.lines.get().shipped_qty == 6
        assert StockMove.objects.filter(kind="shipment").count() == 2

    def test_the_database_keeps_one_open_pick_per_place(self, order):
        first = pick(order, "B-04", 1)
        with pytest.raises(IntegrityError), transaction.atomic():
            Pick.objects.create(
                order_line=first.order_line, location=first.location, lot=first.lot, qty=1, picked_at=NOON
            )

    def test_a_place_put_off_keeps_what_was_scanned(self, order):
        row = where("B-04")
        pick(order, "B-04", 1, is_done=False)
        postpone_pick(
            order_id=order.pk, line_id=order.lines.get().pk, location_id=row.location_id, lot_id=row.lot_id, at=NOON,
            by=SYSTEM,
        )  # fmt: skip
        assert Pick.objects.get().qty == 1


class TestTablet:
    @pytest.fixture
    def tablet(self, client, order):
        client.force_login(make_user("storekeeper"))
        self.url = reverse("sales:picking_order", args=[order.pk])
        return client

    def press(self, tablet, do, key, **more):
        return tablet.post(self.url, {"do": do, "key": key, **more}, headers=PART)

    def task(self, tablet):
        return tablet.get(self.url).context["task"]

    def test_the_list_shows_orders_that_stand_ready(self, tablet, order):
        page = tablet.get(reverse("sales:picking")).content.decode()
        assert order.number in page
        assert "2 places to visit" in page
        assert tablet.get(reverse("sales:picking"), {"q": order.number}).status_code == 302

    def test_it_shows_the_goods_and_what_is_still_to_scan(self, tablet, order, png):
        item = order.lines.get().item
        store_file(record=item, name="notes.csv", content=b"a,b\n1,2\n", by=SYSTEM)
        first = store_file(record=item, name="front.png", content=png, by=SYSTEM)
        store_file(record=item, name="back.png", content=png, by=SYSTEM)
        html = tablet.get(self.url).content.decode()
        assert f'src="{reverse("core:file", args=[first.uuid])}"' in html
        assert "Still to scan" in html

    def test_scans_count_and_wrong_codes_are_refused(self, tablet):
        task = self.task(tablet)
        assert task.location.code == "B-04"
        assert self.press(tablet, "scan", "1", task=task.pk, scan="B-04").status_code == 200
        assert self.press(tablet, "scan", "2", task=task.pk, scan="B-05").status_code == 409
        for _time in range(2):
            self.press(tablet, "scan", "3", task=task.pk, scan="L-1")
        assert Pick.objects.get().qty == 1
        assert "Still to scan" in tablet.get(self.url).content.decode()

    def test_the_whole_way_to_the_shipment(self, tablet, order):
        for number in range(2):
            task = self.task(tablet)
            self.press(tablet, "confirm", f"c{number}", task=task.pk, quantity=str(task.wanted))
        page = tablet.get(self.url).content.decode()
        assert "Everything was picked" in page
        for _time in range(2):
            assert self.press(tablet, "ship", "s", task="ship").status_code == 200
        order.refresh_from_db()
        assert Shipment.objects.get().lines.count() == 2
        assert order.status == "done"

    def test_a_second_press_tells_of_the_same_shipment(self, tablet, order):
        task = self.task(tablet)
        self.press(tablet, "confirm", "c", task=task.pk, quantity=str(task.wanted))
        task = self.task(tablet)
        self.press(tablet, "short", "d", task=task.pk, quantity="0")
        seen = self.task(tablet).shipments
        answers = [self.press(tablet, "ship", key, task="ship", shipments=seen) for key in ("s", "t")]
        number = Shipment.objects.get().number
        assert all(answer.status_code == 200 and f"{number} is on its way" in answer.text for answer in answers)

    def test_short_and_later(self, tablet):
        task = self.task(tablet)
        self.press(tablet, "later", "l", task=task.pk)
        assert self.task(tablet).location.code == "B-05"
        short = self.task(tablet)
        self.press(tablet, "short", "s", task=short.pk, quantity="1")
        assert Pick.objects.get(is_short=True).qty == 1

    def test_others_may_not_pick(self, client, order):
        client.force_login(make_user("marketer"))
        assert client.get(reverse("sales:picking")).status_code == 403
        assert client.get(reverse("sales:picking_order", args=[order.pk])).status_code == 403

    def test_an_order_of_which_nothing_was_found_is_looked_for_again(self, tablet, order):
        for number in range(2):
            self.press(tablet, "short", f"s{number}", task=self.task(tablet).pk, quantity="0")
        assert str(self.task(tablet)) == "Nothing was found"
        page = tablet.get(self.url).content.decode()
        assert 'value="again"' in page
        assert 'value="ship"' not in page
        for key in ("again", "again", "twice"):
            assert self.press(tablet, "again", key).status_code == 200
        assert self.task(tablet).location.code == "B-04"
        assert not Pick.objects.filter(is_done=True).exists()

    def test_what_was_picked_wrong_is_corrected_before_it_is_shipped(self, tablet, order):
        for number, qty in enumerate(("3", "2")):
            self.press(tablet, "confirm", f"c{number}", task=self.task(tablet).pk, quantity=qty)
        assert "Picked as far as it was there" in tablet.get(self.url).content.decode()
        self.press(tablet, "again", "a")
        task = self.task(tablet)
        assert (task.location.code, task.quantity) == ("B-04", "3")
        for number, qty in enumerate(("4", "2")):
            self.press(tablet, "confirm", f"d{number}", task=self.task(tablet).pk, quantity=qty)
        assert [one.picked for one in self.task(tablet).taken] == [4, 2]
