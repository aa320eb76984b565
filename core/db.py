"""Set-wise writes that the ORM has no words for; every value goes in as a parameter."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)


def add_to_rows(
    model: type[models.Model], deltas: Mapping[int, Mapping[str, Any]], *, guard: Sequence[str] = ()
) -> set[int]:
    """Add to numeric columns of many rows in one statement: {pk: {field: amount}}.

    `guard` names fields that must not fall below zero: a row that would is left alone. Returns the keys that
    were changed; the caller compares them with what it asked for. CHECK constraints speak after the guard.
    The rows have to be locked beforehand, in the fixed order, where several callers may meet.
    """
    if not deltas:
        return set()
    fields = sorted({field for row in deltas.values() for field in row})
    columns = {field: model._meta.get_field(field).column for field in fields}
    quote = connection.ops.quote_name
    keys, key = sorted(deltas), quote(model._meta.pk.column)
    arrays: list[list[Any]] = [list(keys)]
    arrays += [[deltas[key].get(field, 0) for key in keys] for field in fields]
    changes = ", ".join(f"{quote(columns[f])} = t.{quote(columns[f])} + d.{quote('d_' + f)}" for f in fields)
    names = ", ".join(["pk", *(quote("d_" + field) for field in fields)])
    holders = ", ".join(["%s::bigint[]", *("%s::numeric[]" for _ in fields)])
    allowed = "".join(f" AND t.{quote(columns[f])} + d.{quote('d_' + f)} >= 0" for f in guard)
    sql = (
        f"UPDATE {quote(model._meta.db_table)} AS t SET {changes} "  # noqa: S608 - names come from the model
        f"FROM unnest({holders}) AS d({names}) WHERE t.{key} = d.pk{allowed} RETURNING t.{key}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, arrays)
        return {row[0] for row in cursor.fetchall()}


def create_sequence(name: str) -> None:
    """Make a PostgreSQL sequence unless it exists."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SEQUENCE IF NOT EXISTS {connection.ops.quote_name(name)}")


def next_values(sequence: str, count: int) -> list[int]:
    """The next `count` values of a PostgreSQL sequence, in order; values once taken never come back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, count])
        return sorted(row[0] for row in cursor.fetchall())


def insert_rows(rows: Sequence[M]) -> list[M]:
    """Store many new rows of one model in one statement, in their order; they get their keys.

    For the ledger rows of set-wise postings: half the time of `bulk_create`, because the values of a column go in
    as one array, taken as they are. Not for models whose columns the database fills (`db_default`).
    """
    stored = list(rows)
    if not stored:
        return stored
    meta, quote = stored[0]._meta, connection.ops.quote_name
    fields = [field for field in meta.local_concrete_fields if not field.primary_key]
    arrays = [[getattr(row, field.attname) for row in stored] for field in fields]
    columns = ", ".join(quote(field.column) for field in fields)
    holders = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
    sql = (
        f"INSERT INTO {quote(meta.db_table)} ({columns}) "  # noqa: S608 - names and types come from the model
        f"SELECT {columns} FROM unnest({holders}) WITH ORDINALITY AS d({columns}, nth) ORDER BY nth RETURNING id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, arrays)
        for row, (pk,) in zip(stored, cursor.fetchall(), strict=True):
            row.pk = pk
            row._state.adding, row._state.db = False, connection.alias
    return stored
