"""Files of one subject: whoever looks for something finds it in a file named after it."""

from __future__ import annotations

from pathlib import Path

from tests.architecture.project import APPS, ROOT, name

LONGEST = 270
FOLDERS = (*APPS, "config", "samples", "static", "templates", "tests")
KINDS = {".py", ".js", ".css", ".html"}
# Files that may be longer, each with its reason.
LONG: dict[str, str] = {
    "core/policy.py": "one question with all its parts: who may do what to which rows",
    "core/ui/registers.py": "one declaration: what is special about a kind of record, field by field",
    "core/imports/services.py": "one story: an import from its file to the end, each step a verb",
    "core/imports/checking.py": "one pass over the rows of a file, in its order",
    "sales/services/deals.py": "one subject: the life of a deal under one lock",
    "samples/opportunities/steps.py": "one loader, step by step in the order of its files",
    "samples/story/world.py": "one world: what the story begins with",
    "tests/authz/objects.py": "one list: a record of every kind that somebody may or may not see",
    "tests/imports/test_reading.py": "one subject: what is read from files of any make",
    "tests/inventory/test_main_job.py": "one story, told in its order on one world",
    "tests/samples/test_load_adventureworks.py": "one loader, looked at after one run",
}


def length(path: Path) -> int:
    """Lines of a file."""
    return path.read_bytes().count(b"\n")


def too_long() -> dict[str, int]:
    """Files longer than one subject should be; of migrations nobody reads more than one operation."""
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in KINDS]
    return {name(path): lines for path in files if "migrations" not in path.parts and (lines := length(path)) > LONGEST}


def test_no_file_is_long_without_a_reason():
    assert {path: lines for path, lines in too_long().items() if path not in LONG} == {}


def test_every_exception_is_still_needed():
    assert set(LONG) - set(too_long()) == set()


def test_the_rule_counts_lines(tmp_path):
    file = tmp_path / "one.py"
    file.write_text("x = 1\n" * (LONGEST + 1))
    assert length(file) > LONGEST
