"""Runs a load step by step: each step commits by itself, says what it did, and changes nothing when it is repeated."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pghistory
from django.db import transaction

from samples.loading import issues
from samples.loading.files import SourceFile
from samples.loading.staging import stage
from samples.loading.upsert import Outcome

Say = Callable[[str], None]


@dataclass
class Load:
    """What the steps of one load share: where the files are, what the steps learned, how to talk."""

    folder: Path
    say: Say
    params: dict[str, Any] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One subject of a load; `run` gets the load and returns what became of its rows, table by table."""

    title: str
    run: Callable[[Load], dict[str, Outcome]]


def run(load: Load, files: Sequence[SourceFile], steps: Sequence[Step]) -> None:
    """Stage all files, then take the steps in order; tells each with its counts and seconds.

    The change history is written like that of any other change: its triggers run once per statement.
    """
    issues.start()
    for source in files:
        began = time.monotonic()
        good = stage(load.folder, source)
        bad = issues.left_out(source.name)
        rest = f", {bad:,} left out" if bad else ""
        load.say(f"read   {source.name}: {good:,} rows{rest} ({time.monotonic() - began:.1f} s)")
    for step in steps:
        began = time.monotonic()
        with transaction.atomic(), pghistory.context(user=None, service=f"load: {step.title}"):
            outcomes = step.run(load)
        for table, outcome in outcomes.items():
            load.outcomes[table] = load.outcomes.get(table, Outcome()) + outcome
        told = "; ".join(f"{table} {tell(outcome)}" for table, outcome in outcomes.items())
        load.say(f"loaded {step.title}: {told or 'nothing to do'} ({time.monotonic() - began:.1f} s)")


def tell(outcome: Outcome) -> str:
    parts = [(outcome.new, "new"), (outcome.changed, "changed"), (outcome.same, "unchanged")]
    return ", ".join(f"{count:,} {word}" for count, word in parts if count) or "none"


def tell_issues(say: Say) -> None:
    """Say every reason with its count and first lines: first what was left out, then what was loaded all the same."""
    found = issues.counts()
    for kept, title in ((False, "Left out"), (True, "Loaded, but look at it")):
        rows = [row for row in found if row.kept == kept]
        say(f"{title}: {sum(row.count for row in rows):,} lines")
        for row in rows:
            lines = ", ".join(str(line) for line in row.first_lines)
            more = " …" if row.count > len(row.first_lines) else ""
            say(f"  {row.file}: {row.reason}: {row.count:,} (line {lines}{more})")
