"""Lists open by an index, and another order sorts keys alone: pages stay quick however many rows there are."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import User
from core.ui import registers
from core.ui.paging import first_rows, in_order, with_last_key
from core.ui.queries import ListQuery
from crm.models import Client
from tests.factories.core import make_user
from tests.factories.crm import make_client

pytestmark = pytest.mark.django_db
# Set up by people, a few hundred at most; recipes are read in the order of their items.
FEW = {
    "crm.webform", "finance.bank", "inventory.count", "marketing.campaign", "production.bom", "production.center",
    "sales.pricelist",
}  # fmt: skip


@pytest.fixture
def director(db: None) -> User:
    return make_user("director", is_staff=True)


@pytest.fixture
def by_index_if_there_is_one(db: None) -> None:
    """Tables of a test are small enough to be sorted: the planner is told that this is dear."""
    with connection.cursor() as cursor:
        for way in ("enable_sort", "enable_seqscan", "enable_bitmapscan"):
            cursor.execute(f"SET LOCAL {way} = off")


def rows_of(key: str, user: User, **asked: str) -> tuple[Any, Any]:
    register = registers.by_key(key)
    query = ListQuery(register, user, RequestFactory().get("/", asked).GET, [])
    rows, keys = query.sorted_rows(register.rows_for(user))
    return in_order(rows, with_last_key(keys)), query


@pytest.mark.parametrize("key", sorted({register.key for register in registers.everything()} - FEW))
def test_each_list_that_grows_opens_by_an_index(key, director, by_index_if_there_is_one):
    rows, query = rows_of(key, director)
    assert query.has_index
    plan = str(rows[:51].explain())
    # Rows of one moment may be put in order among themselves: an incremental sort.
    assert not re.search(r"^[\s>-]*Sort  \(", plan, re.MULTILINE), plan


def test_another_order_sorts_keys_and_reads_the_rest_of_a_page(director):
    rows, query = rows_of("finance.payment", director, sort="client")
    assert not query.has_index
    asked = str(first_rows(rows, 51, has_index=False).query)
    sorting, rest = asked.rsplit("ARRAY(", 1)[1].rsplit("LIMIT 51)", 1)
    assert "core_user" not in sorting and "core_user" in asked
    assert "crm_client" in sorting and "ORDER BY" in sorting and "ORDER BY" in rest
    plan = str(first_rows(rows, 51, has_index=False).explain())
    assert "InitPlan" in plan and "ANY ((InitPlan 1).col1)" in plan, plan


def test_pages_of_another_order_hold_every_row_once(client, director):
    client.force_login(director)
    made = [make_client(name=f"Client {number:02d}", status="active").pk for number in range(45)]
    seen, address = [], reverse("crm:client_list") + "?sort=-created&rows=20"
    names = {column.name for column in registers.by_key("crm.client").columns if column.sort}
    address = address if "created" in names else reverse("crm:client_list") + "?sort=status&rows=20"
    while address:
        page = client.get(address)
        seen += [row.pk for row in page.context["rows"]]
        later = page.context["later"]
        address = reverse("crm:client_list") + later if later else ""
    assert sorted(seen) == sorted(made)
    assert Client.objects.count() == 45


def test_another_order_is_no_statement_more(client, director):
    client.force_login(director)
    make_client(name="Alder")
    counts = []
    for address in ("", "?sort=status", "?sort=name"):
        for _again in range(2):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(reverse("crm:client_list") + address).status_code == 200
        counts.append(len(asked))
    assert len({*counts[1:]}) == 1, counts
