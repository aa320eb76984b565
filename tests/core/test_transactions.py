"""How a service runs: all or nothing, with an actor, and again after a deadlock."""

import threading
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core import transactions
from core.actors import SYSTEM
from core.models import Currency, Team
from core.transactions import command, retrying, step
from tests.core.threads import at_once
from tests.factories import core as make


class Rollback(Exception):
    pass


@pytest.mark.django_db
def test_nothing_stays_of_a_service_that_fails():
    @command
    def found_and_fail(*, by):
        Team.objects.create(name="Half")
        raise Rollback

    with pytest.raises(Rollback):
        found_and_fail(by=SYSTEM)
    assert not Team.objects.exists()


def test_a_service_is_known_as_one_and_keeps_its_name():
    @command
    def do_something(*, by):
        """Does something."""

    assert do_something.is_command
    assert (do_something.__name__, do_something.__doc__) == ("do_something", "Does something.")


def _refusal(code):
    error = OperationalError("refused")
    error.__cause__ = type("Cause", (Exception,), {"pgcode": code})()
    return error


@pytest.fixture
def outermost(monkeypatch):
    """No transaction is open yet, and nobody waits between tries."""
    connection = SimpleNamespace(in_atomic_block=False)
    monkeypatch.setattr(transactions, "connection", connection)
    monkeypatch.setattr(transactions.time, "sleep", lambda seconds: None)
    return connection


class TestRetrying:
    @pytest.mark.parametrize("code", ["40001", "40P01"])
    def test_tries_again_three_times_and_then_gives_up(self, outermost, code):
        calls = []

        @retrying
        def refused():
            calls.append(1)
            raise _refusal(code)

        with pytest.raises(OperationalError):
            refused()
        assert len(calls) == 4

    def test_other_errors_are_not_tried_again(self, outermost):
        calls = []

        @retrying
        def refused():
            calls.append(1)
            raise _refusal("57014")

        with pytest.raises(OperationalError):
            refused()
        assert len(calls) == 1

    def test_inside_another_transaction_the_error_goes_up(self, outermost):
        calls = []

        @retrying
        def refused():
            calls.append(1)
            raise _refusal("40P01")

        outermost.in_atomic_block = True
        with pytest.raises(OperationalError):
            refused()
        assert len(calls) == 1


@pytest.mark.django_db(transaction=True)
class TestDeadlock:
    def test_two_services_that_lock_crosswise_both_succeed(self):
        """A real deadlock: PostgreSQL refuses one of the two, and its second try goes through."""
        for code in ("AAA", "BBB"):
            make.make_currency(code)
        first_lock, calls = threading.Barrier(2), []

        @command
        def raise_both(*, codes, by):
            calls.append(codes)
            Currency.objects.select_for_update().get(pk=codes[0])
            if len(calls) <= 2:
                first_lock.wait(timeout=10)
            Currency.objects.select_for_update().get(pk=codes[1])
            for row in Currency.objects.filter(pk__in=codes):
                row.decimals += 1
                row.save()

        results = at_once(
            lambda: raise_both(codes=("AAA", "BBB"), by=SYSTEM), lambda: raise_both(codes=("BBB", "AAA"), by=SYSTEM)
        )
        assert results == [None, None]
        assert len(calls) == 3
        assert set(Currency.objects.values_list("decimals", flat=True)) == {4}

    def test_without_the_retry_one_of_the_two_fails(self):
        for code in ("AAA", "BBB"):
            make.make_currency(code)
        first_lock = threading.Barrier(2)

        def lock_both(codes):
            with transaction.atomic():
                Currency.objects.select_for_update().get(pk=codes[0])
                first_lock.wait(timeout=10)
                Currency.objects.select_for_update().get(pk=codes[1])

        results = at_once(lambda: lock_both(("AAA", "BBB")), lambda: lock_both(("BBB", "AAA")))
        failed = [result for result in results if isinstance(result, OperationalError)]
        assert len(failed) == 1
        assert transactions.may_be_retried(failed[0])


@pytest.mark.django_db(transaction=True)
def test_a_service_opens_one_transaction_and_joins_an_outer_one():
    @command
    def inner(*, by):
        return connection.in_atomic_block

    assert inner(by=SYSTEM) is True
    assert not connection.in_atomic_block


@pytest.mark.django_db
class TestAStepOfAnotherService:
    def test_it_takes_no_savepoint_and_what_it_refuses_takes_all_back(self):
        @command
        def inner(*, name, by):
            Team.objects.create(name=name)
            if name == "South":
                raise Rollback

        @command
        def outer(*, names, by):
            for name in names:
                step(inner)(name=name, by=by)

        with CaptureQueriesContext(connection) as sent:
            outer(names=["North", "East"], by=SYSTEM)
        assert len([one for one in sent.captured_queries if one["sql"].startswith("SAVEPOINT")]) == 1
        with pytest.raises(Rollback):
            outer(names=["West", "South"], by=SYSTEM)
        assert sorted(Team.objects.values_list("name", flat=True)) == ["East", "North"]


def test_a_step_belongs_to_a_transaction():
    called = []

    @command
    def inner(*, by):
        called.append(by)

    with pytest.raises(AssertionError):
        step(inner)(by=SYSTEM)
    assert called == []
