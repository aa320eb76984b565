"""Rows that were not as they should be: kept in a table during the run, told at its end, never dropped silently."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from samples.loading.sql import execute

FIRST_LINES = 4


@dataclass(frozen=True)
class IssueCount:
    """How many lines of a file share a reason; `kept` tells whether they were loaded all the same."""

    file: str
    reason: str
    kept: bool
    count: int
    first_lines: tuple[int, ...]


def start() -> None:
    """Make the (temporary) table of issues, empty."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS load_issue"
            " (file text NOT NULL, line_no bigint NOT NULL, record_key text, reason text NOT NULL, "
            " kept boolean NOT NULL)"
        )
        cursor.execute("TRUNCATE load_issue")


def note(
    file: str, reason: str, rows: str, *, kept: bool, key: str = "NULL", params: dict[str, Any] | None = None
) -> int:
    """Note every row `s` of an SQL `FROM …` clause with one reason; `key` is an SQL expression naming the record."""
    sql = (
        "INSERT INTO load_issue (file, line_no, record_key, reason, kept)"
        f" SELECT %(file)s, s.line_no, {key}, %(reason)s, %(kept)s FROM {rows}"
    )
    with connection.cursor() as cursor:
        execute(cursor, sql, {"file": file, "reason": reason, "kept": kept, **(params or {})})
        return cursor.rowcount


def note_lines(file: str, lines: list[tuple[int, str]]) -> None:
    """Note single lines that never reached a table."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO load_issue (file, line_no, reason, kept) VALUES (%s, %s, %s, false)",
            [(file, line, reason) for line, reason in lines],
        )


def left_out(file: str) -> int:
    """How many lines of a file are left out so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT line_no) FROM load_issue WHERE file = %s AND NOT kept", [file])
        return int(cursor.fetchone()[0])


def counts() -> list[IssueCount]:
    """Issues by file and reason, those left out first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT file, reason, kept, count(*), (array_agg(line_no ORDER BY line_no))[1:%s] FROM load_issue"
            " GROUP BY file, reason, kept ORDER BY kept, file, reason",
            [FIRST_LINES],
        )
        return [
            IssueCount(file=file, reason=reason, kept=kept, count=count, first_lines=tuple(lines))
            for file, reason, kept, count, lines in cursor.fetchall()
        ]


def write_csv(path: Path) -> int:
    """Write every issue with file, line, key, reason and outcome; returns how many."""
    with connection.cursor() as cursor, path.open("w", encoding="utf-8", newline="") as stream:
        cursor.execute("SELECT file, line_no, record_key, reason, kept FROM load_issue ORDER BY file, line_no, reason")
        writer = csv.writer(stream)
        writer.writerow(["file", "line", "key", "reason", "outcome"])
        rows = cursor.fetchall()
        writer.writerows(
            (file, line, key or "", reason, "loaded" if kept else "left out") for file, line, key, reason, kept in rows
        )
        return len(rows)
