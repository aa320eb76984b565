"""`manage.py import`: the same engine, an honest exit code, a report."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from core.models import ImportRun
from crm.models import Person
from tests.factories.core import make_user
from tests.imports.steps import csv_of

pytestmark = pytest.mark.django_db

GOOD = [["1", "Ada", "Lovelace", "ada@example.com"], ["2", "Bo", "Ek", "bo@example.com"]]
HEAD = ["Customer no.", "Given", "Surname", "Mail"]
MAP = """
twins = "skip"
[columns]
"Customer no." = "external_key"
"given" = "first_name"
"Surname" = "last_name"
"Mail" = "email"
[fixed]
language = "de"
[options]
header_line = 1
"""


@pytest.fixture
def files(tmp_path):
    (tmp_path / "map.toml").write_text(MAP)
    (tmp_path / "good.csv").write_bytes(csv_of(HEAD, *GOOD))
    (tmp_path / "bad.csv").write_bytes(csv_of(HEAD, *GOOD, ["3", "Cy", "Cyan", "no mail"]))
    return tmp_path


def run(path: Path, *arguments: str) -> str:
    out = io.StringIO()
    call_command(
        "import",
        str(path),
        "--as",
        "persons",
        "--map",
        str(path.parent / "map.toml"),
        *arguments,
        stdout=out,
        stderr=out,
    )
    return out.getvalue()


def test_a_file_comes_in_with_its_map(files):
    report = run(files / "good.csv")
    assert "Created: 2" in report
    assert set(Person.objects.values_list("external_key", "language")) == {("1", "de"), ("2", "de")}
    assert "Unchanged: 2" in run(files / "good.csv")


def test_a_dry_run_writes_nothing(files):
    assert "Nothing was written" in run(files / "good.csv", "--dry-run")
    assert not Person.objects.exists()


def test_a_bad_row_stops_all_and_the_exit_code_tells(files):
    with pytest.raises(SystemExit) as stopped:
        run(files / "bad.csv", "--bad-rows", str(files / "mend.csv"))
    assert stopped.value.code == 1
    assert not Person.objects.exists()
    assert "no e-mail address" in (files / "mend.csv").read_text(encoding="utf-8-sig")


def test_bad_rows_can_be_skipped(files):
    report = run(files / "bad.csv", "--skip-bad")
    assert "line 4, Mail" in report
    assert "With errors: 1" in report
    assert Person.objects.count() == 2


def test_it_imports_with_the_rights_of_a_user(files):
    user = make_user("marketer", roles=["head_of_sales"])
    run(files / "good.csv", "--by", user.email)
    assert ImportRun.objects.get().by == user
    assert Person.objects.first().owner == user
    with pytest.raises(CommandError, match="right"):
        run(files / "good.csv", "--by", make_user("operator").email)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (("Surname", "Family"), "no column “Family”"),
        (('"email"', '"postbox"'), "no field “postbox”"),
        (("[fixed]", "[constant]"), "unknown constant"),
        (("[fixed]", "[fixed"), "map.toml"),
        (('language = "de"', 'status = "asleep"'), "asleep"),
    ],
)
def test_a_wrong_map_is_refused_in_words(files, change, word):
    (files / "map.toml").write_text(MAP.replace(*change))
    with pytest.raises(CommandError, match=word):
        run(files / "good.csv")
    assert not Person.objects.exists()


def test_an_unknown_kind_and_a_missing_file_are_refused(files):
    with pytest.raises(CommandError, match="nothing to import"):
        call_command("import", str(files / "good.csv"), "--as", "dragons")
    with pytest.raises(CommandError, match="is no file"):
        call_command("import", str(files / "none.csv"), "--as", "persons")
