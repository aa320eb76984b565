"""Stock and its moves on the screen: who sees what, to the cent, and what a second or a wrong form does."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from inventory.models import GoodsReceipt, StockBalance, StockMove
from inventory.services.reservations import Need, reserve_goods
from tests.factories.core import make_user
from tests.factories.inventory import (
    make_item,
    make_lot,
    make_purchase_order,
    make_warehouse,
    stock_up,
    take_out,
)
from tests.inventory.screens import PART, receive, sign_in, url

pytestmark = pytest.mark.django_db

D = Decimal


class TestStock:
    def test_quantities_are_for_everybody_and_values_for_those_with_the_right(self, client, place):
        item = make_item("ALU-P", unit="m", min_stock=30)
        stock_up(item, place, 35, "401.75")
        reserve_goods(needs=[Need("sales.line:1", item.pk, place.pk, D("29.64"), label="SO-1")], by=SYSTEM)
        sign_in(client, "purchaser")
        page = client.get(url("stock_list")).content.decode()
        assert all(text in page for text in ("35", "29.64", "5.36", "below 30", "401.75"))
        sign_in(client, "storekeeper")
        page = client.get(url("stock_list")).content.decode()
        assert "5.36" in page
        assert "401.75" not in page
        assert "Value at cost" not in page

    def test_the_state_of_a_day_by_both_clocks(self, client, place):
        item = make_item("GLS-8")
        now = timezone.now()
        stock_up(item, place, 4, "153.60", at=now - timedelta(days=30))
        take_out(item, place, 1, at=now - timedelta(days=10))
        sign_in(client, "purchaser")
        day = (timezone.localdate() - timedelta(days=20)).isoformat()
        assert "153.60" in client.get(url("stock_list"), {"as_of": day}).content.decode()
        assert "115.20" in client.get(url("stock_list")).content.decode()
        known = client.get(url("stock_list"), {"known_on": day}).content.decode()
        assert "153.60" not in known, "both moves were entered today"

    def test_ready_made_views_narrow(self, client, place):
        low, fine = make_item("LOW", min_stock=5), make_item("FINE", min_stock=5)
        stock_up(low, place, 2, 2)
        stock_up(fine, place, 9, 9)
        sign_in(client, "storekeeper")
        page = client.get(url("stock_list"), {"short": "true"}).content.decode()
        assert "LOW" in page
        assert "FINE" not in page

    def test_behind_a_row_are_lots_reservations_and_moves(self, client, place):
        item = make_item("VEN", tracking="lot")
        lot = make_lot(item, "L-2609-14")
        stock_up(item, place, 18, "493.20", lot_id=lot.pk)
        reserve_goods(needs=[Need("x:1", item.pk, place.pk, D(8), label="SO-2026-0211")], by=SYSTEM)
        sign_in(client, "purchaser")
        part = client.get(url("stock_card", item.pk), headers=PART).content.decode()
        assert "<html" not in part
        assert all(text in part for text in ("L-2609-14", "27.40", "SO-2026-0211"))
        sign_in(client, "storekeeper")
        assert "27.40" not in client.get(url("stock_card", item.pk)).content.decode()

    @pytest.mark.parametrize("rows", [10, 200])
    def test_it_costs_the_same_for_any_number_of_items(self, client, place, rows, django_assert_max_num_queries):
        for _number in range(rows):
            stock_up(make_item(), place, 3, 3)
        sign_in(client, "purchaser")
        client.get(url("stock_list"))
        with django_assert_max_num_queries(26):
            client.get(url("stock_list"))

    def test_a_person_of_another_warehouse_does_not_see_its_stock(self, client, place):
        from core.models import Role, RoleAssignment

        other, item = make_warehouse(), make_item("SECRET")
        stock_up(item, place, 74713, 77)
        user = make_user()
        given = RoleAssignment.objects.create(user=user, role=Role.objects.get(code="storekeeper"))
        given.warehouse_ids = [other.pk]
        given.save()
        client.force_login(user)
        assert "74713" not in client.get(url("stock_card", item.pk)).content.decode()

    def test_the_export_follows_rights(self, client, place):
        stock_up(make_item("EXP"), place, 3, "123.45")
        sign_in(client, "storekeeper")
        text = b"".join(client.get(url("stock_export"), {"format": "csv"}).streaming_content).decode()
        assert "EXP" not in text or "123" not in text
        assert "Value" not in text


class TestMoves:
    def test_a_move_is_taken_back_once_with_a_reason(self, client, place):
        item = make_item()
        move = stock_up(item, place, 5, 50)
        sign_in(client, "storekeeper")
        assert client.post(url("move_reverse", move.pk), {"key": "k1"}).status_code == 422
        for _time in range(2):
            client.post(url("move_reverse", move.pk), {"key": "k2", "reason": "Wrong item"})
        assert StockBalance.objects.get(item=item).qty == 0
        assert StockMove.objects.filter(reversal_of=move).count() == 1

    def test_moves_of_documents_say_whose_they_are(self, client, place):
        order = make_purchase_order([(make_item("HWK"), 5, "52.80")], warehouse=place)
        sign_in(client, "storekeeper")
        receive(client, order, {"qty": "5"})
        move = StockMove.objects.get()
        page = client.get(url("move_list")).content.decode()
        assert url("receipt_card", GoodsReceipt.objects.get().pk) in page
        assert client.post(url("move_reverse", move.pk), {"key": "k", "reason": "x"}).status_code == 409

    def test_goods_change_their_place(self, client, place):
        from inventory.services.places import add_location

        item = make_item()
        move = stock_up(item, place, 5, 50)
        shelf = add_location(warehouse_id=place.pk, code="A-1", by=SYSTEM)
        sign_in(client, "storekeeper")
        form = {"key": "k", "item": item.pk, "qty": "2", "source": move.to_location_id, "target": shelf.pk}
        for _time in range(2):
            assert client.post(url("transfer_new"), form).status_code == 302
        assert StockBalance.objects.get(item=item, location=shelf).qty == 2
        assert client.post(url("transfer_new"), {**form, "key": "k2", "qty": "50"}).status_code == 409
        assert client.post(url("transfer_new"), {**form, "key": "k3", "target": move.to_location_id}).status_code == 422

    def test_spoiled_goods_leave_for_a_reason_and_found_ones_come_in(self, client, place):
        item = make_item()
        spot = stock_up(item, place, 5, 50).to_location_id
        sign_in(client, "storekeeper")
        form = {"item": item.pk, "place": spot, "qty": "1", "reason": "Broken"}
        client.post(url("adjust_new"), {**form, "key": "a", "direction": "out"})
        client.post(url("adjust_new"), {**form, "key": "b", "direction": "in", "qty": "2"})
        assert StockBalance.objects.get(item=item).qty == 6
        assert StockMove.objects.get(kind="count").value == D("20.00")
        assert client.post(url("adjust_new"), {**form, "key": "c", "direction": "out", "reason": ""}).status_code == 422


def test_stock_of_nothing_is_worth_nothing(client):
    client.force_login(make_user(roles=["storekeeper", "director"]))
    make_item("EMPTY")
    page = client.get(reverse("inventory:stock_list"))
    assert page.status_code == 200
    assert "EMPTY" in page.content.decode()
