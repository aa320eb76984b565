"""What somebody gives becomes one plain stored value, or a clear refusal."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.customfields.values import clean_value, meaning
from core.errors import InvalidValue
from core.models import Currency, CustomField

OPTIONS = [
    {"code": "red", "label": "Red", "retired": False},
    {"code": "green", "label": "Dark green", "retired": False},
    {"code": "old", "label": "Old", "retired": True},
]


def field(kind, **parts):
    if kind in {"choice", "choices"}:
        parts.setdefault("options", OPTIONS)
    if kind == "money":
        parts.setdefault("currency", Currency(code="EUR", decimals=2))
    return CustomField(model="crm.client", key="x", label="X", kind=kind, target="crm.client", **parts)


VALID = [
    ("text", "  hello ", "hello"),
    ("text", "Ωμέγα 🚲", "Ωμέγα 🚲"),
    ("number", 12, "12.00"),
    ("number", Decimal("-0.50"), "-0.50"),
    ("number", "1250.5", "1250.50"),
    ("number", 0.1, "0.10"),
    ("number", "-0", "0.00"),
    ("number", "1 250,5", "1250.50"),
    ("number", "1,250.50", "1250.50"),
    ("number", "7.500", "7.50"),
    ("money", "19.99", "19.99"),
    ("date", date(2026, 3, 5), "2026-03-05"),
    ("date", " 2026-03-05 ", "2026-03-05"),
    ("choice", "green", "green"),
    ("choice", "dark GREEN", "green"),
    ("choices", ["green", "red", "red"], ["red", "green"]),
    ("choices", "Dark green; red", ["red", "green"]),
    ("choices", "red", ["red"]),
    ("yesno", True, True),
    ("yesno", "no", False),
    ("yesno", 0, False),
    ("link", 7, 7),
    ("link", " #7 ", 7),
]


@pytest.mark.parametrize(("kind", "raw", "stored"), VALID)
def test_a_good_value_is_stored_in_its_one_form(kind, raw, stored):
    own = field(kind, digits=2)
    assert clean_value(own, raw) == stored
    assert clean_value(own, stored) == stored  # and stays as it is
    assert meaning(own, stored) is not None


@pytest.mark.parametrize("kind", ["text", "number", "money", "date", "choice", "choices", "yesno", "link"])
@pytest.mark.parametrize("raw", [None, "", "   ", [], ()])
def test_nothing_is_nothing_in_every_kind(kind, raw):
    assert clean_value(field(kind), raw) is None


INVALID = [
    ("text", "x" * 1001, "At most 1000 characters"),
    ("text", "nul\x00", "cannot be stored"),
    ("text", "half \ud800", "cannot be stored"),
    ("text", 5, "Write a text"),
    ("number", "abc", "Write a number"),
    ("number", "1200*3", "Write a number"),
    ("number", "NaN", "Write a number"),
    ("number", "Infinity", "Write a number"),
    ("number", True, "Write a number"),
    ("number", "1.005", "At most 2 decimal places"),
    ("number", "1e15", "too large"),
    ("number", "1e999999", "too large"),
    ("money", "0.001", "At most 2 decimal places"),
    ("date", "2026-02-30", "Write a day"),
    ("date", "5 March", "Write a day"),
    ("date", datetime(2026, 3, 5, 12, tzinfo=UTC), "without a time"),
    ("date", 20260305, "Write a day"),
    ("choice", "purple", "Choose one of: Red, Dark green."),
    ("choice", "old", "Choose one of"),
    ("choice", ["red"], "Choose one of"),
    ("choices", ["red", "purple"], "Choose one of"),
    ("choices", {"red": 1}, "Give a list"),
    ("choices", 5, "Give a list"),
    ("yesno", "perhaps", "Write yes or no"),
    ("yesno", 2, "Write yes or no"),
    ("link", "seven", "by its number"),
    ("link", -1, "by its number"),
    ("link", True, "by its number"),
    ("link", 2**63, "by its number"),
    ("link", "٧", "by its number"),
]


@pytest.mark.parametrize(("kind", "raw", "problem"), INVALID)
def test_a_bad_value_is_refused_in_words(kind, raw, problem):
    with pytest.raises(InvalidValue) as refused:
        clean_value(field(kind, digits=2), raw)
    assert problem in str(refused.value)
    assert str(refused.value).startswith("X: ")


def test_a_retired_choice_stays_where_it_is():
    assert clean_value(field("choice"), "old", current="old") == "old"
    assert clean_value(field("choices"), ["old", "red"], current=["old"]) == ["red", "old"]


PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8),
    st.lists(st.text(max_size=3), max_size=3), st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
)  # fmt: skip
KINDS = st.sampled_from(["text", "number", "money", "date", "choice", "choices", "yesno", "link"])


@given(kind=KINDS, planted=PLAIN)
def test_whatever_stands_in_the_database_has_a_meaning_or_none(kind, planted):
    found = meaning(field(kind, digits=2), planted)
    assert found is None or isinstance(found, str | int | Decimal | date | tuple | list)


@given(kind=KINDS, raw=PLAIN)
def test_what_is_taken_survives_json_and_comes_back_the_same(kind, raw):
    own = field(kind, digits=2)
    try:
        stored = clean_value(own, raw)
    except InvalidValue:
        return
    again = json.loads(json.dumps(stored))
    assert clean_value(own, again) == again == stored
    assert (meaning(own, again) is None) == (stored is None)


@given(number=st.decimals(min_value=-(10**15) + 1, max_value=10**15 - 1, places=2))
def test_numbers_are_kept_to_the_last_digit(number):
    own = field("number", digits=2)
    assert meaning(own, clean_value(own, number)) == number


@given(day=st.dates())
def test_days_come_back_as_they_were(day):
    own = field("date")
    assert meaning(own, clean_value(own, day)) == day
