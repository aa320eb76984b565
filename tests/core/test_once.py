"""A command with a key runs once: same body, same answer; another body or a running twin is refused."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from core.errors import KeyReused, StillRunning
from core.models import IdempotencyKey, Team
from core.services.idempotency import body_hash, forget_old_keys, once
from core.tasks import forget_old_keys as forget_task
from tests.core.threads import at_once


def found(name="North"):
    return {"team": Team.objects.create(name=name).pk, "fee": Decimal("9.90")}


def ask(body=None, run=found, key="k1", scope="api:ann"):
    return once(scope=scope, key=key, body=body or {"name": "North", "size": 3}, run=run)


@pytest.mark.django_db
class TestOnce:
    def test_the_second_call_gets_the_first_answer_and_changes_nothing(self):
        first = ask()
        assert ask({"size": 3, "name": "North"}) == first == {"team": Team.objects.get().pk, "fee": "9.90"}

    def test_another_body_under_the_same_key_is_refused(self):
        ask()
        with pytest.raises(KeyReused):
            ask({"name": "South"})
        assert Team.objects.count() == 1

    def test_another_scope_or_key_is_another_command(self):
        ask()
        ask(run=lambda: found("South"), key="k2")
        ask(run=lambda: found("West"), scope="api:bob")
        assert Team.objects.count() == 3

    def test_nothing_is_stored_when_it_fails_and_the_key_is_free_again(self):
        def fail():
            found()
            raise ValueError("no")

        with pytest.raises(ValueError, match="no"):
            ask(run=fail)
        assert (Team.objects.count(), IdempotencyKey.objects.count()) == (0, 0)
        assert ask()["team"]

    def test_no_answer_is_an_answer(self):
        assert ask(run=lambda: None) is None
        assert ask(run=found) is None
        assert not Team.objects.exists()

    def test_bytes_and_values_have_a_fingerprint(self):
        assert body_hash(b"abc") != body_hash(b"abd")
        assert body_hash({"a": Decimal("1.0"), "b": 2}) == body_hash({"b": 2, "a": Decimal("1.0")})


@pytest.mark.django_db(transaction=True)
class TestTwins:
    def test_a_running_twin_is_told_so_and_gets_the_answer_later(self):
        entered, finish = threading.Event(), threading.Event()

        def slow():
            entered.set()
            assert finish.wait(10)
            return found()

        def twin():
            assert entered.wait(10)
            try:
                ask()
            finally:
                finish.set()

        first, second = at_once(lambda: ask(run=slow), twin)
        assert isinstance(second, StillRunning)
        assert ask() == first
        assert Team.objects.count() == 1

    def test_of_many_at_once_exactly_one_runs(self):
        results = at_once(*[ask] * 8)
        answers = [result for result in results if not isinstance(result, StillRunning)]
        assert answers
        assert all(answer == answers[0] for answer in answers)
        assert Team.objects.count() == 1


@pytest.mark.django_db
def test_answers_are_kept_two_days():
    for number, hours in enumerate([1, 47, 49, 200]):
        ask(key=f"k{number}", run=lambda: None)
        IdempotencyKey.objects.filter(key=f"k{number}").update(created_at=timezone.now() - timedelta(hours=hours))
    assert forget_old_keys(batch=1) == 2
    assert set(IdempotencyKey.objects.values_list("key", flat=True)) == {"k0", "k1"}
    assert forget_task() == 0


def test_the_kept_answer_is_asked_by_a_statement_built_once(db, django_assert_num_queries):
    from core.services import idempotency

    assert idempotency._stored("a scope", "nobody's key") == []
    idempotency.once(scope="a scope", key="one", body={"a": 1}, run=lambda: {"is": [1, "two", None]})
    with django_assert_num_queries(1):
        (kept,) = idempotency._stored("a scope", "one")
    plain = idempotency.IdempotencyKey.objects.get(scope="a scope", key="one")
    assert (kept, kept.answer, kept.body_hash) == (plain, {"is": [1, "two", None]}, plain.body_hash)
    assert idempotency._stored("another scope", "one") == []
