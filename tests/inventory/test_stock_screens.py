"""The screens of the warehouse: who sees what, to the cent, and what a second or a wrong form does."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from inventory.models import GoodsReceipt, PurchaseOrder, StockBalance, StockMove, Stocktake
from inventory.services.purchasing import place_purchase_order, propose_purchases
from inventory.services.reservations import Need, reserve_goods
from tests.factories.core import make_user
from tests.factories.inventory import (
    make_item,
    make_lot,
    make_purchase_order,
    make_supplier,
    make_terms,
    make_warehouse,
    stock_up,
    take_out,
)

pytestmark = pytest.mark.django_db

D = Decimal
PART = {"HX-Request": "true"}


def sign_in(client, role):
    user = make_user(role)
    client.force_login(user)
    return user


def url(name, *args):
    return reverse(f"inventory:{name}", args=args)


@pytest.fixture
def place():
    return make_warehouse(name="Main warehouse")


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


def receive(client, order, line_fields, **more):
    line = order.lines.get()
    data = {f"{name}-{line.pk}": value for name, value in line_fields.items()}
    return client.post(url("receipt_of", order.pk), {"key": "r1", **data, **more})


class TestReceiving:
    @pytest.fixture
    def order(self, place):
        return make_purchase_order([(make_item("GLS-8", unit="m2"), "4.0", "41.25")], warehouse=place)

    def test_goods_with_freight_are_posted_once(self, client, order):
        sign_in(client, "purchaser")
        assert order.number in client.get(url("receipt_new")).content.decode()
        for _time in range(2):
            answer = receive(client, order, {"qty": "4"}, **{"freight-0": "18", "freight-what-0": "Carrier"})
            assert answer.status_code == 302
        receipt = GoodsReceipt.objects.get()
        page = client.get(url("receipt_card", receipt.pk)).content.decode()
        assert all(text in page for text in ("165.00", "18.00", "183.00"))
        sign_in(client, "storekeeper")
        page = client.get(url("receipt_card", receipt.pk)).content.decode()
        assert "183.00" not in page
        assert "165.00" not in page

    def test_late_freight_is_added_once(self, client, order):
        sign_in(client, "purchaser")
        receive(client, order, {"qty": "4"}, **{"freight-0": "18"})
        receipt = GoodsReceipt.objects.get()
        form = {"key": "l", "label": "Freight", "amount": "2.00", "cost_key": "value", "on": timezone.localdate()}
        for _time in range(2):
            client.post(url("receipt_cost", receipt.pk), form)
        assert "185.00" in client.get(url("stock_list")).content.decode()

    def test_what_is_wrong_comes_back_with_what_was_typed(self, client, order):
        sign_in(client, "storekeeper")
        answer = receive(client, order, {"qty": "many"}, supplier_note="DN 4711")
        assert answer.status_code == 422
        assert "DN 4711" in answer.content.decode()
        assert receive(client, order, {"qty": "400"}).status_code == 409
        assert receive(client, order, {"qty": ""}).status_code == 422
        assert not GoodsReceipt.objects.exists()

    def test_tracked_goods_name_their_lot(self, client, place):
        order = make_purchase_order([(make_item(tracking="lot"), 3, 1)], warehouse=place)
        sign_in(client, "storekeeper")
        assert receive(client, order, {"qty": "3"}).status_code == 422
        assert receive(client, order, {"qty": "3", "lot": "L-1"}).status_code == 302
        assert StockMove.objects.get().lot.code == "L-1"

    def test_a_receipt_goes_back_as_a_whole(self, client, order):
        sign_in(client, "storekeeper")
        receive(client, order, {"qty": "4"})
        receipt = GoodsReceipt.objects.get()
        client.post(url("receipt_back", receipt.pk), {"key": "b", "reason": "Wrong order"})
        order.refresh_from_db()
        assert order.status == "ordered"
        assert "taken back" in client.get(url("receipt_card", receipt.pk)).content.decode()


class TestPurchasing:
    @pytest.fixture
    def lacking(self, place):
        """The shortages of the main job: glass for an order, hardware by the minimum, profiles for safety."""
        glass, kit = make_item("GLS-8", unit="m2"), make_item("HWK")
        alu = make_item("ALU-P", unit="m", min_stock=10)
        make_terms(glass, supplier=make_supplier("Clearpane"), price="41.25", pack_qty=2, lead_days=5)
        make_terms(kit, supplier=make_supplier("Fastfix"), price="52.80", moq=5, lead_days=3)
        make_terms(alu, supplier=make_supplier("Alumet"), price="12.10", pack_qty=6, lead_days=6)
        stock_up(glass, place, 4, "153.60")
        stock_up(kit, place, 2, 108)
        stock_up(alu, place, 35, "401.75")
        needs = [(glass, "7.2"), (kit, "3"), (alu, "29.64")]
        reserve_goods(
            needs=[Need(f"wo:{n}", item.pk, place.pk, D(qty), label="WO-1") for n, (item, qty) in enumerate(needs)],
            by=SYSTEM, partial=True,
        )  # fmt: skip
        return glass, kit, alu

    def test_suggestions_say_how_much_and_why(self, client, place, lacking):
        sign_in(client, "purchaser")
        page = client.get(url("purchase_proposals")).content.decode()
        assert "Create 3 purchase orders" in page
        assert all(text in page for text in ("Clearpane", "3.2", "Pack of 2", "165.00", "264.00", "72.60"))
        why = client.get(url("proposal_why", lacking[2].pk), {"qty": "6"}, headers=PART).content.decode()
        assert all(text in why for text in ("5.36", "−10", "−4.64"))
        assert "<html" not in why

    def test_prices_are_hidden_from_who_may_not_see_costs(self, client, place, lacking):
        from core.models import RoleGrant

        sign_in(client, "purchaser")
        RoleGrant.objects.filter(action="inventory.view_costs", role__code="purchaser").delete()
        client.force_login(make_user("purchaser"))
        page = client.get(url("purchase_proposals")).content.decode()
        assert "3.2" in page
        assert "165.00" not in page

    def test_ticked_suggestions_become_orders_once(self, client, place, lacking):
        glass, kit, _alu = lacking
        sign_in(client, "purchaser")
        form = {"key": "p", "item": [glass.pk, kit.pk], f"qty-{glass.pk}": "6", f"qty-{kit.pk}": "5"}
        for _time in range(2):
            assert client.post(url("purchase_proposals"), form).status_code == 302
        assert dict(PurchaseOrder.objects.values_list("supplier__legal_name", "lines__qty")) == {
            "Clearpane": D(6), "Fastfix": D(5)
        }  # fmt: skip
        assert client.post(url("purchase_proposals"), {"key": "q"}).status_code == 422
        wrong = {"key": "s", "item": glass.pk, f"qty-{glass.pk}": "-3"}
        assert client.post(url("purchase_proposals"), wrong).status_code == 422

    def test_drafts_of_a_sold_order_keep_their_reasons(self, client, place, lacking):
        propose_purchases(warehouse_id=place.pk, at=timezone.now(), by=SYSTEM)
        sign_in(client, "purchaser")
        page = client.get(url("purchase_proposals"), {"tab": "drafts"}).content.decode()
        assert all(text in page for text in ("3.2", "4.64", "WO-1", "Place the order"))

    def test_a_draft_is_placed_and_mailed_once(self, client, place, lacking):
        from core.models import Job

        order = propose_purchases(warehouse_id=place.pk, at=timezone.now(), by=SYSTEM)[0]
        sign_in(client, "purchaser")
        form = {"key": "m", "to": "orders@clearpane.example", "text": "Hello"}
        for _time in range(2):
            assert client.post(url("purchase_place", order.pk), form).status_code == 302
        order.refresh_from_db()
        assert order.status == "ordered"
        assert Job.objects.filter(kind="inventory.mail_purchase_order").count() == 1
        assert client.post(url("purchase_place", order.pk), {**form, "key": "n", "to": "nobody"}).status_code == 422

    def test_a_line_is_rescheduled_and_the_order_called_off(self, client, place, lacking):
        order = propose_purchases(warehouse_id=place.pk, at=timezone.now(), by=SYSTEM)[0]
        place_purchase_order(order_id=order.pk, at=timezone.now(), by=SYSTEM)
        sign_in(client, "purchaser")
        line = order.lines.get()
        client.post(url("line_due", line.pk), {"due_on": "2031-05-06"})
        line.refresh_from_db()
        assert str(line.due_on) == str(line.supply.due_on) == "2031-05-06"
        client.post(url("purchase_cancel", order.pk), {"key": "c", "reason": "Too late"})
        order.refresh_from_db()
        assert order.status == "cancelled"

    def test_a_storekeeper_sees_the_order_and_no_price(self, client, place, lacking):
        order = propose_purchases(warehouse_id=place.pk, at=timezone.now(), by=SYSTEM)[0]
        sign_in(client, "storekeeper")
        page = client.get(url("purchase_card", order.pk)).content.decode()
        assert order.number in page
        assert "41.25" not in page
        assert "165" not in page
        assert "165" not in client.get(url("purchase_list")).content.decode()

    @pytest.mark.parametrize("rows", [10, 150])
    def test_lists_cost_the_same_for_any_number(self, client, place, rows, django_assert_max_num_queries):
        for _number in range(rows):
            make_purchase_order([(make_item(), 1, 1)], warehouse=place)
        sign_in(client, "purchaser")
        client.get(url("purchase_list"))
        with django_assert_max_num_queries(24):
            client.get(url("purchase_list"))


class TestCounts:
    def test_a_count_from_the_list_to_the_posting(self, client, place):
        item = make_item("CNT")
        stock_up(item, place, 10, 100)
        sign_in(client, "storekeeper")
        client.post(url("count_new"), {"key": "n", "warehouse": place.pk})
        stocktake = Stocktake.objects.get()
        line = stocktake.lines.get()
        begun = client.get(url("count_card", stocktake.pk)).context["acts"]
        assert [act.label for act in begun if act.primary] == ["Scan"], "first all is counted"
        client.post(url("count_note", stocktake.pk), {f"line-{line.pk}": "8"})
        counted = client.get(url("count_card", stocktake.pk))
        assert "−2" in counted.content.decode()
        assert [act.label for act in counted.context["acts"] if act.primary] == ["Post"]
        for _time in range(2):
            client.post(url("count_post", stocktake.pk), {"key": "p"})
        assert StockBalance.objects.get(item=item).qty == 8
        assert client.post(url("count_cancel", stocktake.pk), {"key": "c", "reason": "x"}).status_code == 409

    def test_a_blind_count_hides_what_is_expected_from_who_counts(self, client, place):
        item = make_item("BLIND")
        stock_up(item, place, 4711, 100)
        sign_in(client, "storekeeper")
        client.post(url("count_new"), {"key": "n", "warehouse": place.pk, "is_blind": "on"})
        sign_in(client, "production_lead")
        page = client.get(url("count_card", Stocktake.objects.get().pk)).content.decode()
        assert "BLIND" in page
        assert "4711" not in page

    def test_counting_by_scanning(self, client, place):
        item = make_item("SCAN-1")
        stock_up(item, place, 5, 5)
        sign_in(client, "storekeeper")
        client.post(url("count_new"), {"key": "n", "warehouse": place.pk})
        stocktake = Stocktake.objects.get()
        scan = url("count_scan", stocktake.pk)
        assert client.post(scan, {"do": "scan", "key": "1", "scan": "SCAN-1"}, headers=PART).status_code == 200
        assert client.post(scan, {"do": "scan", "key": "2", "scan": "NOPE"}, headers=PART).status_code == 409
        press = {"do": "confirm", "key": "3", "task": stocktake.lines.get().pk, "quantity": "6"}
        for _time in range(2):
            assert client.post(scan, press, headers=PART).status_code == 200
        assert stocktake.lines.get().counted == 6


def test_stock_of_nothing_is_worth_nothing(client):
    client.force_login(make_user(roles=["storekeeper", "director"]))
    make_item("EMPTY")
    page = client.get(reverse("inventory:stock_list"))
    assert page.status_code == 200
    assert "EMPTY" in page.content.decode()
