"""What the pages of an import show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from core.actors import Actor
from core.imports import profiles
from core.imports.choices import RowState
from core.imports.fields import ImportField, Kind
from core.imports.profiles import ImportProfile
from core.imports.suggesting import suggest
from core.models import ImportMapping, ImportRow, ImportRun

SHOWN_ERRORS = 50
SHOWN_TWINS = 50
SHOWN_CELLS = 6


@dataclass(frozen=True)
class ColumnRow:
    """A column of the file on the page that assigns it: samples, the field chosen, and why it was suggested."""

    place: int
    heading: str
    samples: list[str]
    field: str
    why: str


@dataclass(frozen=True)
class Problem:
    """One bad cell (or row): line, column as the file calls it, and what is wrong."""

    line: int
    column: str
    text: str


def runs_visible_to(user: Actor) -> QuerySet[ImportRun]:
    return ImportRun.objects.visible_to(user).select_related("by", "job")


def columns_of(run: ImportRun, fields: Sequence[ImportField], saved: Sequence[ImportMapping]) -> list[ColumnRow]:
    from core.imports.reading import Facts

    found, _mapping = suggest(Facts.from_json(run.facts), fields, saved)
    rows = []
    for place, heading in enumerate(run.facts["headings"]):
        chosen = run.mapping.get(str(place), "")
        suggestion = found.get(place)
        why = suggestion.why if suggestion is not None and suggestion.field == chosen else ""
        samples = [row[place] for row in run.facts["samples"] if len(row) > place and row[place]]
        rows.append(ColumnRow(place, heading, samples[:3], chosen, why))
    return rows


def problems_of(run: ImportRun, *, after: int = 0) -> tuple[list[Problem], bool]:
    """What is wrong, by line and column, from line `after` on; and whether there is more."""
    profile = profiles.by_key(run.profile)
    labels = {field.name: str(field.label) for field in profile.fields}
    headings = {name: run.facts["headings"][int(place)] for place, name in run.mapping.items()}
    rows = ImportRow.objects.filter(run=run, state__in=[RowState.BAD, RowState.HELD], line__gt=after).order_by("line")
    found = [
        Problem(line, headings.get(name) or labels.get(name, ""), text)
        for line, errors in rows.values_list("line", "errors")[: SHOWN_ERRORS + 1]
        for name, text in (errors or {}).items()
    ]
    lines = sorted({problem.line for problem in found})
    has_more = len(lines) > SHOWN_ERRORS
    return [problem for problem in found if not has_more or problem.line != lines[-1]], has_more


def twins_of(run: ImportRun, *, after: int = 0) -> tuple[list[dict[str, Any]], bool]:
    """Rows with likely twins: what the row says, who it may be, and what was chosen."""
    fields = {field.name: field for field in profiles.by_key(run.profile).fields}
    rows = list(
        ImportRow.objects.filter(run=run, state=RowState.TWIN, line__gt=after).order_by("line")[: SHOWN_TWINS + 1]
    )
    shown = [
        {
            "line": row.line,
            "text": _words(row.values or {}, fields),
            "twins": row.twins or [],
            "can_update": any(twin["record_id"] for twin in (row.twins or [])[:1]),
            "action": row.action,
        }
        for row in rows[:SHOWN_TWINS]
    ]
    return shown, len(rows) > SHOWN_TWINS


def _words(values: dict[str, Any], fields: dict[str, ImportField]) -> str:
    said = [
        str(values[name]) for name, field in fields.items()
        if values.get(name) not in (None, "") and field.kind not in (Kind.REFERENCE, Kind.YESNO, Kind.CHOICE)
    ]  # fmt: skip
    return ", ".join(said[:SHOWN_CELLS])


def kept_changes(run: ImportRun) -> list[tuple[str, int, str]]:
    """What could not be taken back: kind of record, line, reason; at most fifty."""
    rows = run.changes.exclude(kept_because="").select_related("record_type").order_by("line")[:50]
    return [(row.record_type.name, row.line, row.kept_because) for row in rows]


def profile_of(run: ImportRun) -> ImportProfile:
    return profiles.by_key(run.profile)
