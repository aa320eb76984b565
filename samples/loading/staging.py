"""From a file into a typed temporary table, with every row that does not fit reported and set aside."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from django.db import connection

from samples.loading import issues
from samples.loading.files import Column, Ragged, SourceFile, open_source, read_rows

CHUNK = 1 << 16


class _RowStream(io.RawIOBase):
    """Rows as the CSV text that COPY reads, made piece by piece."""

    def __init__(self, rows: Iterator[list[str]]) -> None:
        self._rows = rows
        self._rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        wanted = size if size and size > 0 else CHUNK
        while len(self._rest) < wanted:
            piece = io.StringIO()
            writer = csv.writer(piece)
            for _index, row in zip(range(500), self._rows, strict=False):
                writer.writerow(row)
            text = piece.getvalue()
            if not text:
                break
            self._rest += text.encode()
        answer, self._rest = self._rest[:wanted], self._rest[wanted:]
        return answer


def stage(folder: Path, source: SourceFile) -> int:
    """Load one file into its temporary table, checked and typed; returns how many rows are good.

    References are checked against tables staged before it. The table lives until the connection closes.
    """
    _copy(folder, source)
    _check_types(source)
    _drop_reported(source)
    with connection.cursor() as cursor:
        changes = ", ".join(
            f"ALTER COLUMN {_quoted(c.name)} TYPE {c.type} USING {_quoted(c.name)}::{c.type}"
            for c in source.fields
            if c.type != "text"
        )
        if changes:
            cursor.execute(f"ALTER TABLE {source.table} {changes}")
        cursor.execute(f"ANALYZE {source.table}")  # the checks below join it
    _check_repeats(source)
    _check_references(source)
    for rule in source.rules:
        issues.note(
            source.name, rule.reason, f"{source.table} s WHERE NOT ({rule.holds})", kept=rule.soft, key=_key(source)
        )
    _drop_reported(source)
    with connection.cursor() as cursor:
        if source.keys:
            columns = ", ".join(_quoted(name) for name in source.keys)
            cursor.execute(f"CREATE UNIQUE INDEX ON {source.table} ({columns})")
        cursor.execute(f"ANALYZE {source.table}")
        cursor.execute(f"SELECT count(*) FROM {source.table}")
        return int(cursor.fetchone()[0])


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name.lower())


def _key(source: SourceFile) -> str:
    """An SQL expression that writes the key of a row of `source` for people."""
    return f"concat_ws('/', {', '.join('s.' + _quoted(name) for name in source.keys)})" if source.keys else "NULL"


def _copy(folder: Path, source: SourceFile) -> None:
    names = [column.name for column in source.fields]
    ragged: list[tuple[int, str]] = []
    with connection.cursor() as cursor, open_source(folder, source.name) as text:
        columns = ", ".join(f"{_quoted(name)} text" for name in names)
        cursor.execute(f"DROP TABLE IF EXISTS {source.table}")
        cursor.execute(f"CREATE TEMP TABLE {source.table} (line_no bigint, {columns})")

        rows = read_rows(text, names, source.name)

        def good() -> Iterator[list[str]]:
            for row in rows:
                if isinstance(row, Ragged):
                    ragged.append((row.line, row.reason))
                else:
                    yield row

        cursor.copy_expert(f"COPY {source.table} FROM STDIN (FORMAT csv)", _RowStream(good()))
    issues.note_lines(source.name, ragged)


def _fits(column: Column) -> str:
    """An SQL condition: the text of the column reads as its type, without losing anything."""
    name, kind = f"s.{_quoted(column.name)}", column.type
    if kind == "text":
        return "true"
    if kind.startswith("numeric"):
        # Exponents, NaN and Infinity are numbers to PostgreSQL but not to a price list.
        return (
            f"CASE WHEN {name} !~* '[a-z]' AND pg_input_is_valid({name}, 'numeric') AND"
            f" pg_input_is_valid({name}, '{kind}')"
            f" THEN {name}::numeric = {name}::{kind} ELSE false END"
        )
    if kind == "date":
        return f"{name} ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}' AND pg_input_is_valid({name}, 'date')"
    return f"pg_input_is_valid({name}, '{kind}')"


def _check_types(source: SourceFile) -> None:
    checks, broken = [], []
    for column in source.fields:
        name = f"s.{_quoted(column.name)}"
        if column.required:
            broken.append(f"{name} IS NULL")
            checks.append(f"({broken[-1]}, '{column.name} is empty', '')")
        if column.type != "text":
            broken.append(f"{name} IS NOT NULL AND NOT ({_fits(column)})")
            checks.append(f"({broken[-1]}, '{column.name} is no {column.type}: ', {name})")
    if not checks:
        return
    key = _key(source)
    with connection.cursor() as cursor:
        # A list of values is begun anew for each row, and PostgreSQL looks up the name of a type again for each of its
        # questions: only for rows in which something is broken it is asked what that is.
        cursor.execute(
            "INSERT INTO load_issue (file, line_no, record_key, reason, kept)"
            f" SELECT %s, s.line_no, {key}, c.reason || left(c.value, 40), false FROM {source.table} s"
            f" CROSS JOIN LATERAL (VALUES {', '.join(checks)}) c(broken, reason, value)"
            f" WHERE c.broken AND ({' OR '.join(f'({one})' for one in broken)})",
            [source.name],
        )


def _check_repeats(source: SourceFile) -> None:
    for names in filter(None, [source.keys, source.unique.split()]):
        columns = ", ".join(_quoted(name) for name in names)
        rows = (
            f"(SELECT t.*, row_number() OVER (PARTITION BY {columns} ORDER BY line_no) AS nth FROM {source.table} t) s"
            " WHERE s.nth > 1"
        )
        issues.note(
            source.name, f"has the {' and '.join(names)} of an earlier line", rows, kept=False, key=_key(source)
        )


def _check_references(source: SourceFile) -> None:
    for reference in source.refers:
        target_table = f"src_{reference.file.lower()}"
        pairs = [pair.split(">") if ">" in pair else (pair, pair) for pair in reference.columns.split()]
        match = " AND ".join(f"t.{_quoted(theirs)} = s.{_quoted(ours)}" for ours, theirs in pairs)
        filled = " AND ".join(f"s.{_quoted(ours)} IS NOT NULL" for ours, _theirs in pairs)
        reason = reference.reason or f"{' and '.join(ours for ours, _ in pairs)} is not in {reference.file}"
        issues.note(
            source.name,
            reason,
            f"{source.table} s WHERE {filled} AND NOT EXISTS (SELECT 1 FROM {target_table} t WHERE {match})",
            kept=reference.soft,
            key=_key(source),
        )


def _drop_reported(source: SourceFile) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {source.table} s USING load_issue i"
            " WHERE i.file = %s AND i.line_no = s.line_no AND NOT i.kept",
            [source.name],
        )
