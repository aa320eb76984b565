"""Rows on their way: put into the staging table by COPY, and read from it again in batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection
from django.db.models import Min

from core.copying import copy_in
from core.imports.choices import RowState, TwinAction
from core.imports.fields import ImportField, Kind
from core.imports.profiles import Entry
from core.models import ImportRow, ImportRun

RESTORED = (Kind.DECIMAL, Kind.DATE, Kind.MOMENT)
READ = ("pk", "line", "state", "key", "values", "twins", "action", "record_id")
COLUMNS = ("run", "line", "state", "key", "values", "errors", "twins", "action", "record_id")


@dataclass
class Staged:
    """A row with its state, ready for the table."""

    entry: Entry
    state: str


def put(run: ImportRun, rows: Sequence[Staged]) -> None:
    """Store rows of a run (one COPY), the clean values of those that can be taken."""
    copy_in(
        ImportRow,
        COLUMNS,
        (
            (
                run.pk,
                row.entry.line,
                row.state,
                row.entry.key[:200],
                None if row.state == RowState.BAD else row.entry.values,
                row.entry.errors or None,
                [asdict(twin) for twin in row.entry.twins] or None,
                "",
                row.entry.record_id,
            )
            for row in rows
        ),
    )


# The doubles are found once, whatever the planner knows of a table that was empty a moment ago.
_REPEATED = """
WITH seen AS MATERIALIZED (
    SELECT id, line, min(line) OVER (PARTITION BY key) AS first_line FROM core_importrow WHERE run_id = %s AND key <> ''
)
UPDATE core_importrow r
SET state = 'bad', values = NULL, twins = NULL,
    errors = jsonb_build_object(%s::text, replace(%s, '{line}', first.first_line::text))
FROM (SELECT id, first_line FROM seen WHERE line > first_line) first
WHERE first.id = r.id AND r.state <> 'bad' AND r.id = ANY (ARRAY(SELECT id FROM seen WHERE line > first_line))
"""

_HELD = """
UPDATE core_importrow r
SET state = 'held', errors = jsonb_build_object('', replace(%s, '{line}', b.line::text))
FROM (
    SELECT key, min(line) AS line FROM core_importrow WHERE run_id = %s AND state = 'bad' AND key <> '' GROUP BY key
) b
WHERE r.run_id = %s AND r.key = b.key AND r.state <> 'bad'
"""


def refuse_repeated(run: ImportRun, *, key_field: str, problem: str) -> int:
    """Mark rows whose key stood in an earlier row of the file; `problem` names its {line}."""
    with connection.cursor() as cursor:
        cursor.execute(_REPEATED, [run.pk, key_field, problem])
        return int(cursor.rowcount)


def hold_back_groups(run: ImportRun, *, problem: str) -> int:
    """Hold back all rows of a record of which one row is bad: half a document is never written."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [problem, run.pk, run.pk])
        return int(cursor.rowcount)


def batches(
    run: ImportRun, fields: dict[str, ImportField], *, size: int, after: int, grouped: bool, checking: bool = False
) -> Iterator[list[tuple[Any, Entry]]]:
    """Batches of rows that are to be written, in the order of the file, beyond line `after`.

    A grouped run comes record by record: rows of one key are never parted, and `after` counts records' first lines.
    """
    reader = _grouped if grouped else _plain
    for rows in reader(run, size=size, after=after, checking=checking):
        yield [(row, _entry(row, fields)) for row in rows]


def _wanted(run: ImportRun, *, checking: bool) -> Any:
    rows = ImportRow.objects.filter(run=run).exclude(state__in=[RowState.BAD, RowState.HELD])
    if checking:
        return rows
    default = run.options.get("twins", TwinAction.SKIP)
    skipped = {"state": RowState.TWIN, "action__in": [TwinAction.SKIP, *([""] if default == TwinAction.SKIP else [])]}
    return rows.exclude(**skipped)


def _plain(run: ImportRun, *, size: int, after: int, checking: bool) -> Iterator[list[Any]]:
    waiting = _wanted(run, checking=checking).order_by("line").values_list(*READ, named=True)
    while rows := list(waiting.filter(line__gt=after)[:size]):
        yield rows
        after = rows[-1].line


def _grouped(run: ImportRun, *, size: int, after: int, checking: bool) -> Iterator[list[Any]]:
    heads = list(_wanted(run, checking=checking).values_list("key").annotate(first=Min("line")).order_by("first"))
    heads = [(key, first) for key, first in heads if first > after]
    count = max(1, size // 20)
    for start in range(0, len(heads), count):
        keys = [key for key, _first in heads[start : start + count]]
        rows = _wanted(run, checking=checking).filter(key__in=keys).order_by("line")
        yield list(rows.values_list(*READ, named=True))


def _entry(row: Any, fields: dict[str, ImportField]) -> Entry:
    values = row.values or {}
    for name, one in fields.items():
        if one.kind in RESTORED and name in values:
            values[name] = one.restored(values[name])
    return Entry(row.line, values, record_id=row.record_id, key=row.key)
