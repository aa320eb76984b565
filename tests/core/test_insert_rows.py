"""Rows that go in by `insert_rows` are the rows that `bulk_create` would have stored."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from core.db import insert_missing, insert_rows
from core.models import ExchangeRate, Holiday
from tests.factories.core import make_calendar, make_currency

pytestmark = pytest.mark.django_db


def test_rows_get_their_keys_in_their_order(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    calendar = make_calendar()
    rows = [Holiday(calendar=calendar, on=date(2026, 12, 31 - n), name=f"Day {n}, 'free'") for n in range(20)]
    with django_assert_num_queries(1):
        stored = insert_rows(rows)
    assert [row.pk for row in stored] == sorted(row.pk for row in stored)
    again = Holiday.objects.in_bulk([row.pk for row in stored])
    assert [(again[row.pk].on, again[row.pk].name) for row in stored] == [(row.on, row.name) for row in rows]
    assert not rows[0]._state.adding


def test_numbers_keep_every_place() -> None:
    make_currency("USD")
    make_currency("EUR")
    rate = ExchangeRate(base_id="USD", quote_id="EUR", on=date(2026, 3, 1), rate=Decimal("0.12345678"))
    insert_rows([rate])
    rate.refresh_from_db()
    assert rate.rate == Decimal("0.12345678")


def test_nothing_in_nothing_out_and_constraints_speak() -> None:
    assert insert_rows([]) == []
    calendar = make_calendar()
    twice = [Holiday(calendar=calendar, on=date(2026, 1, 1), name="New Year") for _ in range(2)]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(twice)


def test_what_is_there_already_stays_as_it_is() -> None:
    calendar = make_calendar()
    insert_rows([Holiday(calendar=calendar, on=date(2026, 5, 1), name="Labour Day")])
    insert_missing([Holiday(calendar=calendar, on=date(2026, 5, day), name="Other") for day in (1, 2)])
    assert list(Holiday.objects.filter(calendar=calendar).order_by("on").values_list("name", flat=True)) == [
        "Labour Day",
        "Other",
    ]
    insert_missing([])
