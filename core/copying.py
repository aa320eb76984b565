"""New rows by COPY, the quickest way in."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from types import NoneType
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from psycopg2.extras import Range

from core.sequences import next_values

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_TO_JSON = DjangoJSONEncoder(ensure_ascii=False).encode
_TO_ESCAPE = re.compile(r"[\\\t\n\r]")


def reserve_keys(model: type[models.Model], count: int) -> list[int]:
    """Primary keys for rows that are about to be copied in; keys once taken never come back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [model._meta.db_table, model._meta.pk.column])
        sequence = cursor.fetchone()[0]
    return next_values(sequence, count)


def copy_in(
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
    constant: Mapping[str, Any] | None = None,
) -> int:
    """Store new rows by COPY, the quickest way in; `constant` columns are the same in every row.

    Columns that are not named get what the database fills in; triggers and constraints speak as for any insert.
    Values are plain Python values, JSON columns take objects.
    """
    same = constant or {}
    fields = [model._meta.get_field(name) for name in (*names, *same)]
    writers = [_copied_json if isinstance(field, models.JSONField) else _copied for field in fields]
    tail = "".join(f"\t{write(value)}" for write, value in zip(writers[len(names) :], same.values(), strict=True))
    columns_of_text = [
        _copied_column(write, column) for write, column in zip(writers, zip(*rows, strict=True), strict=False)
    ]
    if not columns_of_text:
        return 0
    lines = list(map("\t".join, zip(*columns_of_text, strict=True)))
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)  # type: ignore[union-attr]
    sql = f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN"
    with connection.cursor() as cursor, connection.wrap_database_errors:
        # COPY goes past the wrappers of `execute`; this statement carries the actor for the history of the rows.
        cursor.execute("SET LOCAL core.copies = 'on'")
        cursor.copy_expert(sql, io.StringIO(f"{tail}\n".join(lines) + f"{tail}\n"))
    return len(lines)


def _copied_column(write: Callable[[Any], str], column: Sequence[Any]) -> Sequence[str]:
    """The values of one column as COPY reads them; most columns hold nothing that has to be written differently."""
    kinds = set(map(type, column))
    if kinds == {NoneType}:
        return ["\\N"] * len(column)
    if write is _copied and kinds == {str} and not _TO_ESCAPE.search("".join(column)):
        return column
    return list(map(str if write is _copied and kinds == {int} else write, column))


def _copied(value: Any) -> str:
    if value.__class__ is str:
        return value.translate(_ESCAPES) if _TO_ESCAPE.search(value) else value
    if value is None:
        return "\\N"
    if value.__class__ is int:
        return str(value)
    if value is True or value is False:
        return "t" if value else "f"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Range):
        ends = (end.isoformat() if end is not None else "" for end in (value.lower, value.upper))
        return f"{value._bounds[0]}{','.join(ends)}{value._bounds[1]}"
    return str(value).translate(_ESCAPES)


def _copied_json(value: Any) -> str:
    return "\\N" if value is None else _TO_JSON(value).translate(_ESCAPES)


def tell_planner(model: type[models.Model], added: int, *, at_least: int = 500) -> None:
    """Look at a table anew when the planner knows of fewer rows than were just added.

    What joins them next (triggers, searches) would otherwise be planned for an empty table.
    """
    if added < at_least:
        return
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
        if cursor.fetchone()[0] < added:
            # The model's own table, quoted.
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")
