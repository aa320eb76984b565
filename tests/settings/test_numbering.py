"""Patterns change, numbers that are given stay, and no series ever goes back."""

from __future__ import annotations

from datetime import date

import pytest

from core.errors import InvalidValue, NotAllowed
from core.models import NumberSequence
from core.services import numbers
from core.services.fingerprints import ChangedMeanwhile
from tests.factories import core as make

pytestmark = pytest.mark.django_db
DAY = date(2026, 5, 1)


@pytest.fixture
def entity():
    return make.make_organization()


def series(entity, kind: str) -> NumberSequence:
    return NumberSequence.objects.get(organization=entity, kind=kind)


def test_a_new_pattern_goes_on_with_the_next_number(entity, admin):
    assert numbers.take_number("invoice", organization=entity, on=DAY) == "INV-2026-00001"
    numbers.change_series(series_id=series(entity, "invoice").pk, pattern="R{year}/{n}", by=admin)
    assert numbers.take_number("invoice", organization=entity, on=DAY) == "R2026/2"


def test_a_series_without_gaps_is_never_set(entity, admin):
    numbers.take_number("invoice", organization=entity, on=DAY)
    row = series(entity, "invoice")
    for wanted in (1, 50):
        with pytest.raises(InvalidValue):
            numbers.change_series(series_id=row.pk, pattern=row.pattern, next_number=wanted, by=admin)
    numbers.change_series(series_id=row.pk, pattern=row.pattern, next_number=2, by=admin)
    assert numbers.take_number("invoice", organization=entity, on=DAY) == "INV-2026-00002"


def test_a_quick_series_goes_up_and_never_back(entity, admin):
    numbers.take_numbers("quote", 3, organization=entity, on=DAY)
    row = series(entity, "quote")
    numbers.change_series(series_id=row.pk, pattern=row.pattern, next_number=100, by=admin)
    numbers.change_series(series_id=row.pk, pattern=row.pattern, next_number=100, by=admin)
    assert numbers.take_number("quote", organization=entity, on=DAY) == "Q-2026-00100"
    with pytest.raises(InvalidValue):
        numbers.change_series(series_id=row.pk, pattern=row.pattern, next_number=100, by=admin)


def test_looking_at_what_comes_next_takes_no_number(entity, django_assert_num_queries):
    for kind in ("quote", "invoice", "shipment"):
        numbers.take_number(kind, organization=entity, on=DAY)
    rows = list(NumberSequence.objects.select_related("branch").filter(organization=entity))
    with django_assert_num_queries(1):
        due = numbers.next_numbers(rows)
    assert set(due.values()) == {2}
    assert numbers.take_number("quote", organization=entity, on=DAY) == "Q-2026-00002"


def test_a_pattern_without_its_number_is_refused_and_so_is_a_stranger(entity, admin):
    numbers.take_number("quote", organization=entity, on=DAY)
    row = series(entity, "quote")
    with pytest.raises(InvalidValue):
        numbers.change_series(series_id=row.pk, pattern="Q-{year}", by=admin)
    with pytest.raises(NotAllowed):
        numbers.change_series(series_id=row.pk, pattern="Q{n}", by=make.make_user("accountant"))


def test_two_people_with_the_same_form(entity, admin):
    numbers.take_number("quote", organization=entity, on=DAY)
    row = series(entity, "quote")
    seen = numbers.seen_of(row)
    numbers.change_series(series_id=row.pk, pattern="A{n}", seen=seen, by=admin)
    numbers.take_number("quote", organization=entity, on=DAY)
    with pytest.raises(ChangedMeanwhile):
        numbers.change_series(series_id=row.pk, pattern="B{n}", seen=seen, by=admin)
