"""Receiving on the screen: posted once, late freight, lots, what is wrong comes back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone

from inventory.models import GoodsReceipt, StockMove
from tests.factories.inventory import make_item, make_purchase_order
from tests.inventory.screens import receive, sign_in, url

pytestmark = pytest.mark.django_db
D = Decimal


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
