"""ABC by the cumulated share, by both conventions, against a slow recount."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.selectors import abc

AMOUNTS = [Decimal(text) for text in ("1979.84", "1200.00", "480.00", "240.00", "100.16")]
money = st.integers(0, 1_000_000).map(lambda cents: Decimal(cents) / 100)


def letters(amounts, **options):
    return "".join(row.letter for row in abc.classify(list(enumerate(amounts)), **options))


def test_the_share_with_the_record_decides():
    rows = abc.classify(list(enumerate(AMOUNTS)))
    assert [f"{row.cumulated_pct:.2f}" for row in rows] == ["49.50", "79.50", "91.50", "97.50", "100.00"]
    assert "".join(row.letter for row in rows) == "AABCC"


def test_the_share_before_the_record_decides_on_request():
    assert letters(AMOUNTS, including=False) == "AAABC"


def test_exactly_the_limit_is_within_it_and_not_before_it():
    assert letters([80, 15, 5]) == "ABC"
    assert letters([80, 15, 5], including=False) == "ABC"
    assert letters([Decimal("80.0001"), 15, 5]) == "BCC"


def test_equals_come_in_the_order_of_their_keys():
    rows = abc.classify([("b", Decimal(5)), ("a", Decimal(5)), ("c", Decimal(9))])
    assert [row.key for row in rows] == ["c", "a", "b"]
    assert [row.rank for row in rows] == [1, 2, 3]


def test_what_brings_nothing_is_c_and_adds_nothing():
    rows = abc.classify([(1, Decimal(100)), (2, Decimal(0)), (3, Decimal(-5))], including=False)
    assert [row.letter for row in rows] == ["A", "C", "C"]
    assert rows[0].share_pct == 100
    assert abc.classify([]) == []


def test_refuses_limits_that_fall():
    with pytest.raises(ValueError, match="rise"):
        abc.classify([(1, Decimal(1))], a_limit=Decimal(96))


@given(st.lists(money, min_size=1, max_size=30), st.booleans())
def test_agrees_with_a_recount(amounts, including):
    rows = abc.classify(list(enumerate(amounts)), including=including)
    total = sum(amounts)
    assert sum(row.amount for row in rows) == total
    for index, row in enumerate(rows):
        before = sum(other.amount for other in rows[:index])
        share = (before + row.amount if including else before) * 100
        if row.amount == 0:
            expected = "C"
        elif share < 80 * total or (including and share == 80 * total):
            expected = "A"
        elif share < 95 * total or (including and share == 95 * total):
            expected = "B"
        else:
            expected = "C"
        assert row.letter == expected
