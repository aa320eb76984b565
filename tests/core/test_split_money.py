"""Amounts are rounded in one place, and shared without losing or inventing a cent."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.money import cents, percent_of, rounded, split, unit_price

amounts = st.integers(-(10**9), 10**9).map(lambda n: Decimal(n) / 100)
weights = st.lists(st.decimals(0, 10**6, places=4), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("0.005", "0.01"), ("-0.005", "-0.01"), ("2.675", "2.68"), ("1.0049", "1.00"), ("1E+3", "1000.00")],
)
def test_halves_go_away_from_zero(amount, expected):
    assert str(cents(Decimal(amount))) == expected


def test_a_unit_price_has_six_places_and_a_currency_its_own():
    assert unit_price(Decimal("1") / 3) == Decimal("0.333333")
    assert rounded(Decimal("1234.5"), decimals=0) == Decimal("1235")
    assert rounded(Decimal("1.23456"), decimals=3) == Decimal("1.235")


def test_percentage_of_nothing_is_zero():
    assert percent_of(Decimal(5), Decimal(0)) == 0
    assert percent_of(Decimal(1), Decimal(3)) == Decimal("33.33")


def test_the_rest_cent_lies_on_the_largest_share():
    assert split(Decimal("100.00"), [Decimal(1), Decimal(1), Decimal(1)]) == [
        Decimal("33.34"),
        Decimal("33.33"),
        Decimal("33.33"),
    ]
    assert split(Decimal("0.05"), [Decimal(1), Decimal(8), Decimal(1)]) == [
        Decimal("0.01"),
        Decimal("0.03"),
        Decimal("0.01"),
    ]


def test_without_weights_the_first_takes_all():
    assert split(Decimal("7.77"), [Decimal(0), Decimal(0)]) == [Decimal("7.77"), Decimal("0.00")]


def test_many_small_shares_take_no_cent_from_others():
    assert split(Decimal("0.02"), [Decimal(1)] * 4) == [Decimal("0.00")] * 2 + [Decimal("0.01")] * 2


@pytest.mark.parametrize("weights", [[], [Decimal(-1), Decimal(2)]])
def test_nonsense_is_refused(weights):
    with pytest.raises(ValueError, match=r"weights|split"):
        split(Decimal(1), weights)


@given(amounts, weights)
@example(Decimal("1.00"), [Decimal(1)] * 40)
@example(Decimal("-0.03"), [Decimal(1)] * 7)
def test_shares_add_up_keep_their_sign_and_stay_near_their_part(amount, weights):
    shares = split(amount, weights)
    assert sum(shares) == amount
    assert all(share == cents(share) and share * amount >= 0 for share in shares)
    total = sum(weights)
    if total:
        exact = [amount * weight / total for weight in weights]
        largest = max(range(len(weights)), key=lambda index: weights[index])
        plain = [part.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP) for part in exact]
        rest = abs(amount - sum(plain))
        moved = sum(abs(share - part) for share, part in zip(shares, plain, strict=True))
        assert moved == rest  # only the rest cents moved
        if rest <= abs(plain[largest]):
            others = [index for index in range(len(weights)) if index != largest]
            assert all(shares[index] == plain[index] for index in others)
