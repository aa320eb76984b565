"""The search field of a list: narrows any rows of a searched model, through the index."""

from __future__ import annotations

import time

import pytest
from django.db import connection

from core.models import SearchEntry
from core.search.queries import Query
from core.search.selectors import find, matching
from crm.models import Client, Person, Source
from finance.models import Invoice
from tests.factories.crm import make_client, make_person

pytestmark = pytest.mark.django_db
MANY = 6000


def found(text):
    return [str(person) for person in matching(Person.objects.order_by("last_name"), text)]


def test_all_words_have_to_occur_in_any_order():
    client = make_client(name="Marlow Group")
    make_person(client, first_name="Judith", last_name="Marley", email="jm@example.com", phone="+998901234567")
    make_person(client, first_name="Ann", last_name="Other")
    assert found("marley judith") == ["Judith Marley"]
    assert found("marlow") == ["Judith Marley", "Ann Other"]
    assert found("marlow 90 123") == ["Judith Marley"]
    assert found("jm@exa") == ["Judith Marley"]
    assert found("Юдит") == []
    assert found("marley ann") == []


def test_short_words_begin_words():
    make_person(first_name="Anna", last_name="Berg")
    make_person(first_name="Johanna", last_name="Ray")
    assert found("an") == ["Anna Berg"]
    assert found("ann") == ["Anna Berg", "Johanna Ray"]


def test_nothing_typed_narrows_nothing_and_signs_find_nothing():
    make_person(first_name="Anna", last_name="Berg")
    assert (found(""), found("  "), found("-'")) == (["Anna Berg"], ["Anna Berg"], [])


def test_rows_keep_the_filters_they_had():
    make_client(name="Marlow A", status="active")
    make_client(name="Marlow B", status="prospect")
    assert [client.name for client in matching(Client.objects.filter(status="active"), "marlow")] == ["Marlow A"]


def test_a_model_of_two_kinds_is_searched_as_both():
    assert "finance.invoice" in str(matching(Invoice.objects.all(), "x").query)
    assert "finance.bill" in str(matching(Invoice.objects.all(), "x").query)


def test_a_model_that_nobody_searches_is_a_mistake():
    with pytest.raises(LookupError, match=r"crm\.Source"):
        matching(Source.objects.all(), "x")


@pytest.fixture
def many():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO crm_person (title, first_name, middle_name, last_name, suffix, kind, status, language,"
            " updated_at, version) SELECT '', 'Name' || n, '', 'Family' || md5(n::text), '', '', 'active', '', now(), 1"
            " FROM generate_series(1, %s) n",
            [MANY],
        )
        cursor.execute("SELECT gin_clean_pending_list('search_entry_trigrams')")
        cursor.execute("ANALYZE core_searchentry, crm_person")


def plan(rows):
    """How the database would read the rows, were the table too large to be read whole."""
    sql, parameters = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}", parameters)
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.parametrize("text", ["name4711", "na", "fam name4711", "90 123 45 67", "name4711@"])
def test_a_list_is_searched_through_the_trigram_index(many, text):
    rows = matching(Person.objects.all(), text)
    assert "search_entry_trigrams" in plan(rows.order_by())


def test_the_palette_reads_every_tier_through_an_index(many, director):
    mine = SearchEntry.objects.filter(kind="crm.person")
    query = Query("name4711")
    assert "search_entry_trigrams" in plan(mine.filter(query.anywhere()))
    assert "search_entry_trigrams" in plan(mine.filter(Query("wolfgang").much_alike()))
    assert "search_entry_by_name" in plan(mine.filter(sort_key__startswith="name4711").order_by("sort_key")[:60])
    assert "search_entry_by_number" in plan(mine.filter(number="name4711"))


def test_a_broad_text_still_gives_a_full_page(many):
    rows = matching(Person.objects.all(), "family").order_by("last_name", "first_name", "id")
    assert len(rows[:80]) == 80
    assert rows.order_by().count() == MANY


def test_the_palette_asks_once_and_once_more_for_typos(many, director, django_assert_num_queries):
    find(director, "warm up the rights")
    started = time.perf_counter()
    with django_assert_num_queries(1):
        assert len(find(director, "family", 8)) == 8
    with django_assert_num_queries(2):
        find(director, "familly4711")
    print(f"two searches of {MANY} entries: {(time.perf_counter() - started) * 1000:.1f} ms")  # noqa: T201
