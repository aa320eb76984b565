"""Lists and boards of deals, quotes and orders take as many statements for ten rows as for a thousand."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from tests.factories.core import make_user
from tests.factories.sales import make_deal, make_order, make_quote
from tests.ui.counting import assert_constant

pytestmark = pytest.mark.django_db
MOST = 26


def copy(record: Any, count: int, changes: dict[str, str]) -> None:
    """So many more rows like this one; `changes` are patterns with the number of the row in them."""
    kind = type(record)
    fields = [
        field.attname for field in record._meta.concrete_fields if not (field.primary_key or field.name == "uuid")
    ]
    values = {name: getattr(record, name) for name in fields}
    first = kind.objects.count() + 10
    kind.objects.bulk_create(
        [
            kind(**values | {name: text.format(number) for name, text in changes.items()})
            for number in range(first, first + count)
        ]
    )


CASES: dict[str, tuple[Any, dict[str, str], tuple[str, ...]]] = {
    "deals": (make_deal, {"name": "Deal {}"}, ("sales:deal_list", "sales:deal_board")),
    "quotes": (make_quote, {"revision": "{}", "status": "superseded"}, ("sales:quote_list",)),
    "orders": (make_order, {"number": "SO-{}"}, ("sales:order_list",)),
}


@pytest.mark.parametrize("kind", CASES)
def test_lists_take_the_same(client, kind):
    make, changes, pages = CASES[kind]
    client.force_login(make_user("administrator"))
    record = make()
    record.refresh_from_db()
    assert_constant(client, {reverse(page): MOST for page in pages}, lambda count: copy(record, count, changes))
