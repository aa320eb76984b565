"""A file that is written from rows of values says what one written from records says."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.http import QueryDict

from core.ui import exports, registers, slim
from core.ui.queries import ListQuery
from tests.factories.core import make_user
from tests.factories.crm import make_client, make_lead
from tests.factories.inventory import make_item, make_warehouse, stock_up
from tests.factories.sales import make_deal

pytestmark = pytest.mark.django_db


@pytest.fixture
def director():
    return make_user(roles=["director", "storekeeper"])


@pytest.fixture
def records():
    for number in range(3):
        make_client(name=f"=Client {number}", segment="hotels" if number else "")
        make_lead()
        make_deal()
    item = make_item("A-1", name="Oven", min_stock=Decimal("2.5"))
    make_item("B-2", name="Äpfel")
    stock_up(item, make_warehouse(), 7)


def _lines(user, key: str, names: list[str]) -> list[list[object]]:
    register = registers.by_key(key)
    query = ListQuery(register, user, QueryDict())
    rows = exports._rows(query, user, [], exports.scope.ALL)
    chosen = [column for column in register.columns_for(user) if column.name in names]
    return list(exports.table(chosen, rows, user))


def _slim_columns(user, key: str) -> list[str]:
    """The columns of a register that need no record."""
    register = registers.by_key(key)
    rows = register.rows_for(user)
    return [column.name for column in register.columns_for(user) if slim.fields_of([column], rows) is not None]


@pytest.mark.parametrize("key", ["crm.client", "crm.lead", "inventory.item", "inventory.stock", "sales.deal"])
def test_both_ways_say_the_same(key, records, director, monkeypatch):
    columns = _slim_columns(director, key)
    quick = _lines(director, key, columns)
    monkeypatch.setattr(slim, "fields_of", lambda _columns, _rows: None)
    assert len(columns) > 2
    assert len(quick) > 2
    assert quick == _lines(director, key, columns)


def test_what_only_a_record_knows_is_read_from_records(records, director):
    register = registers.by_key("inventory.item")
    unit = next(column for column in register.columns_for(director) if column.name == "unit")
    assert slim.fields_of([unit], register.rows_for(director)) is None
    assert all(len(line) == 1 and line[0] for line in _lines(director, "inventory.item", ["unit"]))
