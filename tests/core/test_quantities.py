from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.quantities import qty, round_up_to_pack, show, told
from core.ui.fields import calculated

positive = st.decimals("0.0001", 10**6, places=4)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("3.0000", "3"),
        ("9.8800", "9.88"),
        ("100", "100"),
        ("0.0000", "0"),
        ("-0.0000", "0"),
        ("-2.5", "-2.5"),
        ("1E+3", "1000"),
    ],
)
def test_people_see_no_idle_zeros(value, text):
    assert show(Decimal(value)) == text


@pytest.mark.parametrize(("language", "text"), [("en", "1234.125"), ("de", "1234,125"), ("ru", "1234,125")])
def test_they_see_the_mark_of_their_language_and_can_type_it_back(language, text):
    with translation.override(language):
        assert told(Decimal("1234.1250")) == text
        assert calculated(told(Decimal("1234.1250"))) == Decimal("1234.125")
        assert (told(Decimal("3.0000")), told(Decimal("-2.5000"))[-1]) == ("3", "5")


def test_four_places_halves_away_from_zero():
    assert qty("1.00005") == Decimal("1.0001")
    assert qty(Decimal("-1.00005")) == Decimal("-1.0001")


@pytest.mark.parametrize(
    ("needed", "pack", "minimum", "expected"),
    [
        ("9.88", "2.5", "0", "10"),
        ("7", "0", "0", "7"),
        ("7", "0", "20", "20"),
        ("1", "6", "20", "24"),
        ("12", "6", "0", "12"),
    ],
)
def test_whole_packs_that_cover_the_need(needed, pack, minimum, expected):
    ordered = round_up_to_pack(Decimal(needed), pack=Decimal(pack), minimum=Decimal(minimum))
    assert ordered == Decimal(expected)


@given(positive, positive, st.decimals(0, 10**6, places=4))
def test_the_smallest_number_of_packs(needed, pack, minimum):
    ordered = round_up_to_pack(needed, pack=pack, minimum=minimum)
    assert ordered >= max(needed, minimum)
    assert ordered % pack == 0
    assert ordered - pack < max(needed, minimum)
