"""Buying on the screen: suggestions with their reasons, drafts, orders placed once, prices hidden."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone

from core.actors import SYSTEM
from inventory.models import PurchaseOrder
from inventory.services.purchasing import place_purchase_order, propose_purchases
from inventory.services.reservations import Need, reserve_goods
from tests.factories.core import make_user
from tests.factories.inventory import make_item, make_purchase_order, make_supplier, make_terms, stock_up
from tests.inventory.screens import PART, sign_in, url

pytestmark = pytest.mark.django_db
D = Decimal


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
