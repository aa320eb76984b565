"""The command that verifies promises: what it prints and how it ends."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core import ledgers
from core.ledgers import Finding

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry(monkeypatch):
    monkeypatch.setattr(ledgers, "_checks", {})

    @ledgers.checks("I1", "stock equals moves")
    def fine():
        return []

    return ledgers


def broken():
    yield Finding("I4", "numbers without gaps", "invoice 2026", "3 is missing")


def failing():
    raise ZeroDivisionError("no rows")


def run(*options):
    out = StringIO()
    code = 0
    try:
        call_command("check_ledgers", *options, stdout=out)
    except CommandError as error:
        code = error.returncode
    return code, out.getvalue()


def test_all_is_well(registry):
    code, out = run()
    assert code == 0
    assert "All ledgers agree." in out


def test_a_broken_promise_ends_with_one(registry):
    registry.checks("I4", "numbers without gaps")(broken)
    code, out = run()
    assert code == 1
    assert "invoice 2026: 3 is missing" in out
    assert "1 of 2 checks failed." in out


def test_a_check_that_cannot_run_ends_with_two_and_the_others_still_run(registry):
    registry.checks("I0", "divides")(failing)
    registry.checks("I4", "numbers without gaps")(broken)
    code, out = run()
    assert code == 2
    assert "ZeroDivisionError: no rows" in out
    assert "3 is missing" in out


def test_json_for_machines(registry):
    registry.checks("I4", "numbers without gaps")(broken)
    code, out = run("--json")
    answer = json.loads(out)
    assert (code, answer["broken"], len(answer["checks"])) == (1, 1, 2)
    assert answer["checks"][1]["findings"][0]["place"] == "invoice 2026"


def test_only_one_invariant(registry):
    registry.checks("I4", "numbers without gaps")(broken)
    assert run("--only", "I1")[0] == 0
    assert run("--only", "I4")[0] == 1


def test_names_are_unique(registry):
    registry.checks("I4", "numbers without gaps")(broken)
    with pytest.raises(RuntimeError, match="exists already"):
        registry.checks("I5", "numbers without gaps")(failing)


def test_every_registered_check_of_the_project_runs_on_an_empty_database():
    code, out = run("--json")
    assert code == 0, out
    assert ledgers.run_all() == []
