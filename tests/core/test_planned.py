"""Statements whose plans PostgreSQL keeps: sent by name, and never in the way of the transaction around them."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from core import planned
from core.planned import Planned
from tests.factories.crm import make_client

NUMBERS = "SELECT n FROM generate_series(1, %s) AS n WHERE n %% 2 = 0"


def ask(sql: str, values=()) -> list:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def names() -> dict[str, str]:
    return planned._names[connection.connection]


def kept() -> list[str]:
    return [row[0] for row in ask("SELECT name FROM pg_prepared_statements")]


@pytest.mark.django_db
class TestInsideATransaction:
    def test_it_is_prepared_once_and_answers_like_the_plain_one(self):
        sql = Planned(NUMBERS)
        for upper in (4, 9, 4):
            assert ask(sql, [upper]) == ask(NUMBERS, [upper])
        assert kept().count(names()[sql]) == 1

    def test_what_cannot_be_understood_without_its_values_is_sent_as_ever(self):
        make_client(name="Alder")
        sql = Planned("SELECT %s")  # of no type that could be told
        unclear = Planned("SELECT count(*) FROM crm_client WHERE name = ANY (%s) GROUP BY (%s = %s)")
        assert ask(sql, ["a"]) == [("a",)]
        assert ask(unclear, [["Alder"], 1, 1]) == [(1,)]
        assert ask("SELECT count(*) FROM crm_client") == [(1,)], "the transaction goes on"

    def test_a_refused_one_leaves_the_transaction_as_it_was(self):
        make_client(name="Alder")
        wrong = Planned("SELECT nothing_of_the_kind FROM crm_client")
        with pytest.raises(DatabaseError), transaction.atomic():
            ask(wrong)
        assert names()[wrong] == ""
        assert ask("SELECT count(*) FROM crm_client") == [(1,)]

    def test_logs_show_what_was_asked_with_its_values(self):
        with connection.cursor() as cursor:
            cursor.execute(Planned(NUMBERS), [4])
            assert cursor.cursor.query == NUMBERS.replace("%s", "4").replace("%%", "%").encode()

    def test_no_more_than_so_many_are_kept(self, monkeypatch):
        monkeypatch.setattr(planned, "MOST", 0)
        sql = Planned(NUMBERS + " AND true")
        assert ask(sql, [4]) == [(2,), (4,)]
        assert names()[sql] == ""


@pytest.mark.django_db(transaction=True)
class TestOnItsOwn:
    def test_a_table_that_was_altered_meanwhile_is_read_anew(self):
        ask_all = Planned("SELECT * FROM of_a_moment")
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE of_a_moment AS SELECT 1 AS a")
            try:
                assert ask(ask_all) == [(1,)]
                cursor.execute("ALTER TABLE of_a_moment ADD COLUMN b int DEFAULT 2")
                assert ask(ask_all) == [(1, 2)]
                assert ask(ask_all) == [(1, 2)]
            finally:
                cursor.execute("DROP TABLE of_a_moment")

    def test_a_connection_that_somebody_else_had_meanwhile(self):
        sql = Planned(NUMBERS)
        assert ask(sql, [4]) == [(2,), (4,)]
        ask_none = "DEALLOCATE ALL"
        with connection.cursor() as cursor:
            cursor.execute(ask_none)
        assert ask(sql, [4]) == [(2,), (4,)]
        assert ask(sql, [2]) == [(2,)]
        assert len(kept()) >= 1

    def test_a_new_connection_knows_none(self):
        sql = Planned(NUMBERS)
        ask(sql, [4])
        connection.close()
        assert ask(sql, [4]) == [(2,), (4,)]
        assert list(names()) == [sql]
