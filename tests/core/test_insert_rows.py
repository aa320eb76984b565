"""Rows that go in by `insert_rows` are the rows that `bulk_create` would have stored."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import FileField, Model
from django.db.models.signals import post_init, pre_init

from core.inserting import insert_missing, insert_rows, maker
from core.models import ExchangeRate, Holiday
from inventory.models import CostLayer, GoodsReceiptLine, LayerUse, StockMove
from sales.models import OrderCost, ShipmentLine
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


def test_a_row_made_quickly_is_the_row_that_the_model_makes() -> None:
    values = {"item_id": 1, "to_location_id": 2, "from_location_id": 3, "qty": Decimal(4), "kind": "receipt"}
    quick, slow = maker(StockMove)(**values), StockMove(**values)
    names = [field.attname for field in StockMove._meta.concrete_fields if field.attname != "recorded_at"]
    assert [getattr(quick, name) for name in names] == [getattr(slow, name) for name in names]
    assert quick.__dict__.keys() == slow.__dict__.keys()
    assert quick.recorded_at >= slow.recorded_at - timedelta(seconds=1)
    assert (quick._state.adding, quick._state.db) == (True, None)
    with pytest.raises(TypeError, match="no colour"):
        maker(StockMove)(colour="red")


@pytest.mark.parametrize("model", [StockMove, CostLayer, LayerUse, GoodsReceiptLine, ShipmentLine, OrderCost])
def test_only_models_whose_columns_keep_their_value_are_made_quickly(model: type[Model]) -> None:
    assert not pre_init.has_listeners(model)
    assert not post_init.has_listeners(model)
    assert not [field.name for field in model._meta.concrete_fields if isinstance(field, FileField)]
    assert "__init__" not in vars(model)
