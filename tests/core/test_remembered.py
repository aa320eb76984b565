from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, QuerySet
from django.test.utils import CaptureQueriesContext

from core import policy
from core.models import Draft, IdempotencyKey, Team, User
from core.prepared import prepared
from core.remembered import Insertion, Statement, forget_statements, remembered, remembered_for_all, removing
from tests.factories.core import make_team, make_user

pytestmark = pytest.mark.django_db


@remembered_for_all
def _users(first: Any, keys: Any) -> QuerySet[Any]:
    return User.objects.filter(first_name=first, pk__in=keys.each).order_by("pk")


@remembered_for_all
def _teams(leader: Any) -> QuerySet[Any]:
    return Team.objects.filter(leader=leader).select_related("leader").annotate(size=Count("members"))


@remembered_for_all
def _names(key: Any) -> QuerySet[Any, Any]:
    return User.objects.filter(pk=key).values_list("first_name", "email")


@remembered_for_all
def _keys(first: Any) -> QuerySet[Any, Any]:
    return User.objects.filter(first_name=first).order_by("pk").values_list("pk", flat=True)


@remembered_for_all
def _nobody(key: Any) -> QuerySet[Any]:
    return User.objects.filter(pk=key, pk__in=[])


def test_it_gives_the_records_a_queryset_gives(django_assert_num_queries):
    one, other = make_user(first_name="Ada"), make_user(first_name="Ada")
    make_user(first_name="Ada")
    with django_assert_num_queries(1):
        found = _users("Ada", {one.pk, other.pk})
    assert found == [one, other]
    assert found[0].email == one.email and found[0]._state.db == "default" and not found[0]._state.adding
    assert _users("Ada", [other.pk]) == [other]
    assert _users("Nobody", [one.pk]) == []
    assert _users("Ada", [one.pk, other.pk], limit=1) == [one]


def test_joined_records_and_annotations_come_along(django_assert_num_queries):
    leader, member = make_user(), make_user()
    make_team(leader, member, leader=leader)
    with django_assert_num_queries(1):
        team = _teams(leader.pk)[0]
        assert team.leader.email == leader.email
    assert team.size == Team.objects.annotate(size=Count("members")).get(pk=team.pk).size


def test_rows_are_tuples_and_flat_rows_values():
    user = make_user(first_name="Grace")
    assert _names(user.pk) == [("Grace", user.email)]
    assert _keys("Grace") == [user.pk]


def test_what_cannot_match_is_not_sent(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert _nobody(1) == []


def test_it_is_built_once_for_a_user_and_anew_when_his_rights_are_forgotten():
    built = []

    @remembered
    def own(first: Any, user: Any) -> QuerySet[Any]:
        built.append(user)
        return User.objects.filter(first_name=first, pk=user.pk)

    one, other = make_user(first_name="Ada"), make_user(first_name="Ada")
    assert own("Ada", one) == [one] and own("Eve", one) == [] and own("Ada", other) == [other]
    assert built == [one, other]
    policy.forget_rights(one)
    assert own("Ada", one) == [one]
    assert built == [one, other, one]


def test_a_value_is_a_parameter_and_never_part_of_the_statement():
    from django.db import connection

    make_user(first_name="Ada")
    with CaptureQueriesContext(connection) as sent:
        assert _users("' OR 1=1 --", [1]) == []
    assert "'''' OR" in sent[0]["sql"] or "''' OR 1=1 --'" in sent[0]["sql"]


def test_dictionaries_are_not_remembered():
    with pytest.raises(TypeError):
        Statement(User.objects.values("pk"))


@removing
def _forget(user: Any, form: Any) -> QuerySet[Any]:
    return Draft.objects.filter(user=user, form=form)


def test_a_removal_takes_what_it_names_and_says_how_many(django_assert_num_queries):
    user, other = make_user(), make_user()
    for owner, form in ((user, "a"), (user, "b"), (other, "a")):
        Draft.objects.create(user=owner, form=form)
    with django_assert_num_queries(1):
        assert _forget(user.pk, "a") == 1
    assert _forget(user.pk, "a") == 0
    assert set(Draft.objects.values_list("user", "form")) == {(user.pk, "b"), (other.pk, "a")}


def test_an_insertion_writes_what_the_model_would(django_assert_num_queries):
    inserting = Insertion(IdempotencyKey, "scope", "key", "body_hash", "answer")
    for key, answer in (("1", {"id": 3, "name": "ä"}), ("2", None), ("3", [1, "x"])):
        with django_assert_num_queries(1):
            inserting.run("s", key, "h", answer)
        made = IdempotencyKey.objects.get(scope="s", key=key)
        IdempotencyKey.objects.create(scope="orm", key=key, body_hash="h", answer=answer)
        assert made.answer == IdempotencyKey.objects.get(scope="orm", key=key).answer == answer
        assert made.created_at is not None


def test_texts_are_asked_for_at_once():
    one, other = make_user(first_name="Ada"), make_user(first_name="Bo")
    make_user(first_name="Cy")
    ask = remembered_for_all(lambda names: User.objects.filter(first_name__in=names.each_text).order_by("pk"))
    assert ask(["Ada", "Bo"]) == [one, other]
    assert ask(["it's", "Bo"]) == [other] and ask([]) == []


@remembered_for_all
def _called(key: Any) -> QuerySet[Any, Any]:
    return User.objects.filter(pk=key, first_name="100 % A'da", is_active=True).values_list("pk", flat=True)


def test_what_is_the_same_each_time_is_written_out():
    """So that a plan made once can use an index that holds only such rows."""
    ada = make_user(first_name="100 % A'da")
    with CaptureQueriesContext(connection) as caught:
        assert _called(ada.pk) == [ada.pk]
    assert "'100 % A''da'" in caught[0]["sql"]
    assert _called(make_user(first_name="Ada").pk) == []


def test_statements_are_built_anew_when_asked_to():
    ada = make_user(first_name="100 % A'da")
    assert _called(ada.pk) == [ada.pk]
    forget_statements()
    assert _called(ada.pk) == [ada.pk]


@pytest.mark.parametrize("count", [0, 1, 2, 8, 9, 20])
def test_few_keys_and_many_find_the_same_and_each_once(count):
    users = [make_user(first_name="Ada") for _nth in range(20)]
    keys = [user.pk for user in users[:count]]
    assert _users("Ada", keys) == users[:count]
    assert _by_name(keys, users[0]) == [(user.pk, "Ada") for user in users[:count]]


@prepared
def _by_name(keys: Any, _user: Any) -> QuerySet[Any, Any]:
    return User.objects.filter(pk__in=keys).order_by("pk").values_list("pk", "first_name")


def test_few_keys_are_planned_once_and_for_all():
    """With a list PostgreSQL plans each time anew, because it cannot know beforehand how long it is."""
    users = [make_user(first_name="Ada") for _nth in range(3)]
    for _round in range(12):
        _users("Ada", [users[0].pk])
        _users("Ada", [user.pk for user in users])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT statement, generic_plans FROM pg_prepared_statements"
            " WHERE statement LIKE '%%core_user%%first_name%%' AND generic_plans > 0"
        )
        counts = [found.count("$") for found, _plans in cursor.fetchall()]
    assert 2 in counts and 9 in counts
