"""While thousands of records come in, the lists of the trigram indexes grow; they are worked in at the end."""

from __future__ import annotations

import pytest
from django.db import connection

from core.search import trigrams
from core.search.selectors import find
from crm.models import Person
from tests.factories.core import make_user
from tests.imports.steps import csv_of, imported

pytestmark = pytest.mark.django_db


def titles(user, text: str) -> list[str]:
    return [hit.entry.title for hit in find(user, text)]


def import_people(count: int, user) -> None:
    rows = [[f"Given{number}", f"Family{number}", f"given{number}@people.example"] for number in range(count)]
    imported(csv_of(["First name", "Last name", "E-mail"], *rows), "persons", by=user)


def test_imported_people_are_found_before_and_after_their_list_is_worked_in(django_capture_on_commit_callbacks):
    user = make_user("head_of_sales")
    trigrams.work_in_lists()
    with django_capture_on_commit_callbacks() as waiting:
        import_people(300, user)
    assert Person.objects.count() == 300
    assert titles(user, "given217@people") == ["Given217 Family217"]
    assert [work() > 0 for work in waiting if work is trigrams.work_in_lists] == [True]
    assert titles(user, "given217@people") == ["Given217 Family217"]
    assert trigrams.work_in_lists() == 0


@pytest.mark.django_db(transaction=True)
def test_other_transactions_keep_the_short_list():
    import_people(3, make_user("head_of_sales"))
    with connection.cursor() as cursor:
        cursor.execute("SHOW gin_pending_list_limit")
        assert cursor.fetchone() == ("4MB",)
