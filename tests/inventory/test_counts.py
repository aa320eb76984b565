"""Stock counts: the difference moves, nothing else does, and what was counted cannot be changed behind its back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from core.actors import SYSTEM
from inventory.choices import StocktakeStatus
from inventory.errors import (
    AlreadyCounting,
    CountedMeanwhile,
    MoveOfADocument,
    StocktakeClosed,
    StocktakeEmpty,
    StocktakeNotCounted,
)
from inventory.models import Demand, StockBalance, StockMove, StocktakeLine
from inventory.selectors.stock import stock_value_as_of
from inventory.services.counts import Found, cancel_count, note_counts, note_found, post_count, start_count
from inventory.services.moves import reverse_move
from inventory.services.places import add_location
from inventory.services.reservations import Need, reserve_goods
from tests.factories.core import make_user
from tests.factories.inventory import make_item, make_lot, make_warehouse, stock_up, take_out

pytestmark = pytest.mark.django_db

D = Decimal
NINE = datetime(2026, 3, 16, 9, tzinfo=UTC)
TEN = NINE + timedelta(hours=1)


@pytest.fixture
def place():
    return make_warehouse()


def begin(warehouse, **more):
    return start_count(warehouse_id=warehouse.pk, at=NINE, by=SYSTEM, **more)


def count(stocktake, item, qty):
    line = stocktake.lines.get(item=item)
    note_counts(stocktake_id=stocktake.pk, counts={line.pk: D(qty)}, at=TEN, by=SYSTEM)
    return line


def post(stocktake):
    return post_count(stocktake_id=stocktake.pk, at=TEN, by=SYSTEM)


def held(item):
    return StockBalance.objects.get(item=item).qty


class TestPosting:
    def test_only_the_difference_moves_whatever_moved_since_the_snapshot(self, place):
        item = make_item()
        stock_up(item, place, 10, 100)
        stocktake = begin(place)
        take_out(item, place, 4, at=TEN)
        line = count(stocktake, item, 9)
        post(stocktake)
        line.refresh_from_db()
        assert held(item) == 5
        assert (line.move.qty, line.move.value, line.move.occurred_at) == (1, D("10.00"), NINE)
        assert stocktake.lines.count() == 1

    def test_found_goods_come_in_at_what_the_others_are_worth(self, place):
        item = make_item()
        stock_up(item, place, 4, "50.00")
        stocktake = begin(place)
        count(stocktake, item, 6)
        post(stocktake)
        assert held(item) == 6
        assert stock_value_as_of(TEN) == D("75.00")

    def test_a_second_posting_changes_nothing(self, place):
        item = make_item()
        stock_up(item, place, 10, 100)
        stocktake = begin(place)
        count(stocktake, item, 7)
        first, second = post(stocktake), post(stocktake)
        assert first == second
        assert held(item) == 7
        assert StockMove.objects.filter(kind="count").count() == 1

    def test_what_was_not_counted_stays_and_no_difference_is_no_move(self, place):
        counted, left = make_item(), make_item()
        stock_up(counted, place, 5, 5)
        stock_up(left, place, 5, 5)
        stocktake = begin(place)
        count(stocktake, counted, 5)
        post(stocktake)
        assert (held(counted), held(left)) == (5, 5)
        assert not StockMove.objects.filter(kind="count").exists()

    def test_missing_goods_are_taken_from_who_needs_them_last(self, place):
        item = make_item()
        stock_up(item, place, 5, 50)
        for key, day in (("soon", 20), ("late", 25)):
            need = Need(key, item.pk, place.pk, D(2), due_on=NINE.date().replace(day=day))
            reserve_goods(needs=[need], by=SYSTEM)
        stocktake = begin(place)
        count(stocktake, item, 3)
        post(stocktake)
        assert held(item) == 3
        pegged = dict(Demand.objects.values_list("key", "pegged_qty"))
        assert pegged == {"soon": 2, "late": 1}

    def test_goods_of_a_held_lot_can_be_missing_too(self, place):
        item = make_item(tracking="lot")
        lot = make_lot(item, status="blocked")
        stock_up(item, place, 3, 30, lot_id=lot.pk)
        stocktake = begin(place)
        count(stocktake, item, 1)
        post(stocktake)
        assert held(item) == 1

    def test_nothing_counted_is_refused(self, place):
        stock_up(make_item(), place, 1, 1)
        with pytest.raises(StocktakeNotCounted):
            post(begin(place))


class TestCounting:
    def test_goods_nobody_expected_are_taken_down_with_what_stood_there(self, place):
        known, other = make_item(), make_item()
        stock_up(known, place, 1, 1)
        stocktake = begin(place)
        spot = StockBalance.objects.get(item=known).location
        stock_up(other, place, 2, 20, at=TEN)
        found = Found(item_id=other.pk, location_id=spot.pk, qty=D(3))
        line = note_found(stocktake_id=stocktake.pk, found=found, at=TEN, by=SYSTEM)
        assert (line.expected, line.counted) == (0, 3)

    def test_two_open_counts_never_share_goods(self, place):
        item = make_item()
        shelf = add_location(warehouse_id=place.pk, code="A-1", by=SYSTEM)
        stock_up(item, place, 1, 1)
        stock_up(make_item(), place, 1, 1, location_id=shelf.pk)
        begin(place, location_id=shelf.pk)
        with pytest.raises(AlreadyCounting):
            begin(place)

    def test_an_empty_place_cannot_be_counted(self, place):
        with pytest.raises(StocktakeEmpty):
            begin(place)

    def test_a_count_given_up_moves_nothing_and_takes_no_figures(self, place):
        item = make_item()
        stock_up(item, place, 1, 1)
        stocktake = begin(place)
        cancel_count(stocktake_id=stocktake.pk, at=TEN, by=SYSTEM)
        assert cancel_count(stocktake_id=stocktake.pk, at=TEN, by=SYSTEM).status == StocktakeStatus.CANCELLED
        with pytest.raises(StocktakeClosed):
            count(stocktake, item, 1)


class TestAfterwards:
    def test_a_move_dated_before_a_posted_count_is_refused(self, place):
        item = make_item()
        stock_up(item, place, 10, 100)
        stocktake = begin(place)
        count(stocktake, item, 10)
        post(stocktake)
        early = NINE - timedelta(hours=2)
        for act in (lambda: take_out(item, place, 1, at=early), lambda: stock_up(item, place, 1, 10, at=early)):
            with pytest.raises(CountedMeanwhile):
                act()
        take_out(item, place, 1, at=TEN)
        assert held(item) == 9

    def test_who_may_post_before_a_count_may(self, place):
        item = make_item()
        stock_up(item, place, 10, 100)
        stocktake = begin(place)
        count(stocktake, item, 10)
        post(stocktake)
        from inventory.services.balances import require_not_counted

        rows, early = list(StockBalance.objects.filter(item=item)), NINE - timedelta(hours=2)
        with pytest.raises(CountedMeanwhile):
            require_not_counted(rows, at=early, by=make_user("storekeeper"))
        assert require_not_counted(rows, at=early, by=make_user("accountant")) is None

    def test_the_moves_of_a_count_are_not_taken_back_one_by_one(self, place):
        item = make_item()
        stock_up(item, place, 10, 100)
        stocktake = begin(place)
        line = count(stocktake, item, 9)
        post(stocktake)
        line.refresh_from_db()
        with pytest.raises(MoveOfADocument):
            reverse_move(move_id=line.move_id, at=TEN, by=SYSTEM, reason="x")

    def test_the_database_keeps_posted_lines(self, place):
        item = make_item()
        stock_up(item, place, 10, 100)
        stocktake = begin(place)
        line = count(stocktake, item, 9)
        post(stocktake)
        with pytest.raises(IntegrityError), transaction.atomic():
            StocktakeLine.objects.filter(pk=line.pk).update(counted=5)
