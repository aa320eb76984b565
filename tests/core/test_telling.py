"""PostgreSQL is told once per transaction who changes records, and again whenever it forgot or it is somebody else."""

from __future__ import annotations

import io

import pghistory
import pytest
from django.db import connection, transaction

from core import planned, telling
from core.history import acting
from core.models import Branch
from core.planned import Planned
from tests.factories import core as make

RENAME = Planned("UPDATE core_branch SET name = %s WHERE id = %s")


class Refused(Exception):
    pass


def rename(branch: Branch, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(RENAME, [name, branch.pk])


def watched(monkeypatch) -> list[tuple]:
    """What PostgreSQL is told from now on."""
    told, said = [], telling._said

    def listen(cursor, *words):
        told.append(words)
        return said(cursor, *words)

    monkeypatch.setattr(telling, "_said", listen)
    return told


def named(branch: Branch) -> dict[str, object]:
    """Who gave the branch each of its names; None where nobody was named."""
    changes = Branch.pgh_event_models["update"].objects.filter(pgh_obj=branch).exclude(name="First")
    return {
        one.name: one.pgh_context and one.pgh_context.metadata.get("user")
        for one in changes.select_related("pgh_context")
    }


@pytest.fixture
def branch(db) -> Branch:
    return make.make_branch(name="First")


def test_one_transaction_is_told_once(branch, monkeypatch):
    user = make.make_user()
    told = watched(monkeypatch)
    with transaction.atomic(), acting(user):
        for number in range(5):
            rename(branch, f"Name {number}")
            branch.name = f"Name {number} again"
            branch.save()
    assert len(told) == 1
    assert set(named(branch).values()) == {user.pk}
    assert len(named(branch)) == 10


def test_after_the_way_back_to_a_savepoint_it_is_told_again(branch):
    user = make.make_user()
    with transaction.atomic(), acting(user):
        with pytest.raises(Refused), transaction.atomic():
            rename(branch, "Never")
            raise Refused
        rename(branch, "Second")
    assert named(branch) == {"Second": user.pk}


def test_a_savepoint_opened_before_anybody_acted_forgets_as_well(branch):
    one, other = make.make_user(), make.make_user()
    with transaction.atomic():
        with pytest.raises(Refused), transaction.atomic(), acting(one):
            rename(branch, "Never")
            raise Refused
        rename(branch, "Nobody")
        with acting(other):
            rename(branch, "Other")
    assert named(branch) == {"Nobody": None, "Other": other.pk}


def test_somebody_else_in_the_same_transaction_is_told(branch):
    one, other = make.make_user(), make.make_user()
    with transaction.atomic():
        with acting(one):
            rename(branch, "One")
        with acting(other):
            rename(branch, "Other")
    assert named(branch) == {"One": one.pk, "Other": other.pk}


def test_what_is_added_to_the_facts_is_told(branch):
    user = make.make_user()
    with transaction.atomic(), pghistory.context(url="/50%/"):
        rename(branch, "Early")
        pghistory.context(user=user.pk)
        rename(branch, "Late")
    assert named(branch) == {"Early": user.pk, "Late": user.pk}  # one context: the facts of both are kept in one place
    event = Branch.pgh_event_models["update"].objects.filter(name="Late").get()
    assert event.pgh_context.metadata == {"url": "/50%/", "user": user.pk}


def test_a_planned_change_stays_planned_while_somebody_acts(branch):
    carried_out = "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE name = %s"
    rename(branch, "First")
    name = planned._names[connection.connection][RENAME]
    with connection.cursor() as cursor, transaction.atomic(), acting(make.make_user()):
        cursor.execute(carried_out, [name])
        (before,) = cursor.fetchone()
        rename(branch, "Second")
        rename(branch, "Third")
        cursor.execute(carried_out, [name])
        assert cursor.fetchone() == (before + 2,)


@pytest.mark.django_db(transaction=True)
class TestTransactionsOfTheirOwn:
    def test_each_is_told(self):
        branch, one = make.make_branch(name="First"), make.make_user()
        with acting(one):
            with transaction.atomic():
                rename(branch, "Second")
            rename(branch, "Third")  # by itself
            rename(branch, "Fourth")
            with transaction.atomic():
                Branch.objects.count()
                rename(branch, "Fifth")
        assert named(branch) == {"Second": one.pk, "Third": one.pk, "Fourth": one.pk, "Fifth": one.pk}

    def test_nobody_is_named_by_what_an_earlier_one_was_told(self):
        branch, one = make.make_branch(name="First"), make.make_user()
        with acting(one), transaction.atomic():
            rename(branch, "Second")
        with transaction.atomic():
            rename(branch, "Nobody")
        rename(branch, "Nobody either")
        assert named(branch) == {"Second": one.pk, "Nobody": None, "Nobody either": None}

    def test_one_that_began_before_anybody_acted_is_told(self):
        branch, one = make.make_branch(name="First"), make.make_user()
        with acting(one), transaction.atomic():
            rename(branch, "Second")
        with transaction.atomic():
            Branch.objects.count()  # it has begun, and nobody acts yet
            with acting(one):
                rename(branch, "Third")
        assert named(branch) == {"Second": one.pk, "Third": one.pk}

    @pytest.mark.parametrize("begin", ["copy", "many"])
    def test_one_that_began_with_rows_sent_in_bulk_is_told(self, begin):
        branch, one = make.make_branch(name="First"), make.make_user()
        with pghistory.context(user=one.pk):
            with transaction.atomic():
                rename(branch, "Second")
            with transaction.atomic(), connection.cursor() as cursor:
                if begin == "copy":
                    cursor.cursor.copy_expert("COPY core_branch TO STDOUT", io.StringIO())
                else:
                    cursor.cursor.executemany("SELECT %s", [(1,), (2,)])
                rename(branch, "Third")
        assert named(branch) == {"Second": one.pk, "Third": one.pk}

    def test_a_new_connection_is_told(self):
        branch, one = make.make_branch(name="First"), make.make_user()
        with acting(one):
            with transaction.atomic():
                rename(branch, "Second")
            connection.close()
            with transaction.atomic():
                rename(branch, "Third")
        assert named(branch) == {"Second": one.pk, "Third": one.pk}
