"""Repeat purchase, lifetime value and RFM from plain figures."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from reports.selectors.customers import Buyer, buyers, largest_buyers, lifetime_value, repeat_purchase, rfm, rfm_cells

TODAY = date(2026, 7, 1)


def buyer(number, orders=1, gross="10.00", last=date(2026, 6, 1)):
    return Buyer(number, orders, Decimal(gross), Decimal(gross), last)


def test_repeat_and_lifetime():
    found = [buyer(1, 3, "100.00"), buyer(2, 1, "20.00"), buyer(3, 2, "60.00"), buyer(4, 1, "20.00")]
    assert (repeat_purchase(found).repeat, repeat_purchase(found).rate_pct) == (2, 50)
    value = lifetime_value(found)
    assert (value.mean, value.median, value.largest) == (50, 40, 100)
    assert lifetime_value(found[:3]).median == 60
    assert [row.buyer_id for row in largest_buyers(found, 3)] == [1, 3, 2]


def test_nobody_bought():
    assert repeat_purchase([]).rate_pct == 0
    assert lifetime_value([]).mean == 0
    assert rfm([], TODAY) == []


def test_scores_by_position_the_first_groups_larger():
    found = [buyer(number, number, f"{number}.00", date(2026, 6, number)) for number in range(1, 8)]
    rows = {row.buyer.buyer_id: row.cell for row in rfm(found, TODAY)}
    assert rows == {1: "111", 2: "111", 3: "222", 4: "222", 5: "333", 6: "444", 7: "555"}


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 900), st.integers(1, 28)), max_size=40))
def test_every_buyer_gets_one_cell_and_better_is_never_worse(figures):
    found = [buyer(i, orders, str(gross), date(2026, 6, day)) for i, (orders, gross, day) in enumerate(figures)]
    rows = rfm(found, TODAY)
    assert sum(rfm_cells(rows).values()) == len(found)
    for one in rows:
        for other in rows:
            if one.buyer.gross > other.buyer.gross:
                assert one.m >= other.m
            if one.buyer.last_on > other.buyer.last_on:
                assert one.r >= other.r


def test_reads_buyers_from_orders(month):
    row = buyers()[0]
    assert (row.buyer_id, row.orders, row.net, row.last_on) == (month.order.legal_entity_id, 1, 300, date(2026, 3, 20))
    assert buyers(side="client")[0].buyer_id == month.order.client_id
