"""Counting on the screen: from the list to the posting, blind counts, scanning."""

from __future__ import annotations

from decimal import Decimal

import pytest

from inventory.models import StockBalance, Stocktake
from tests.factories.inventory import make_item, stock_up
from tests.inventory.screens import PART, sign_in, url

pytestmark = pytest.mark.django_db
D = Decimal


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

    def test_one_wrong_value_loses_no_other(self, client, place):
        for sku in ("CNT-1", "CNT-2", "CNT-3"):
            stock_up(make_item(sku, name=f"Name of {sku}"), place, 10, 100)
        sign_in(client, "storekeeper")
        client.post(url("count_new"), {"key": "n", "warehouse": place.pk})
        stocktake = Stocktake.objects.get()
        one, two, three = stocktake.lines.order_by("item__sku")
        sent = {f"line-{one.pk}": "8", f"line-{two.pk}": "8x", f"line-{three.pk}": "-1"}
        page = client.post(url("count_note", stocktake.pk), sent, follow=True).content.decode()
        assert "Name of CNT-2 at main: Write a number" in page
        assert "“8x”; the other lines are saved." in page
        assert "Name of CNT-3 at main: This must be zero or more." in page
        assert [line.counted for line in stocktake.lines.order_by("item__sku")] == [D(8), None, None]

    def test_what_somebody_else_counted_meanwhile_stays(self, client, place):
        for sku in ("CNT-1", "CNT-2"):
            stock_up(make_item(sku), place, 10, 100)
        sign_in(client, "storekeeper")
        client.post(url("count_new"), {"key": "n", "warehouse": place.pk})
        stocktake = Stocktake.objects.get()
        one, two = stocktake.lines.order_by("item__sku")
        assert f'name="was-{one.pk}" value=""' in client.get(url("count_card", stocktake.pk)).content.decode()
        client.post(url("count_note", stocktake.pk), {f"line-{two.pk}": "9"})
        seen = {f"line-{one.pk}": "8", f"was-{one.pk}": "", f"line-{two.pk}": "", f"was-{two.pk}": ""}
        client.post(url("count_note", stocktake.pk), seen)
        assert [line.counted for line in stocktake.lines.order_by("item__sku")] == [D(8), D(9)]

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
