"""Set-wise writes that the ORM has no words for; every value goes in as a parameter."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import attrgetter
from types import NoneType
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.models.base import ModelState
from psycopg2.extras import Range

from core.planned import Planned

M = TypeVar("M", bound=models.Model)


def add_to_rows(
    model: type[models.Model],
    deltas: Mapping[int, Mapping[str, Any]],
    *,
    guard: Sequence[str] = (),
    statuses: Mapping[int, str] | None = None,
) -> set[int]:
    """Add to numeric columns of many rows in one statement: {pk: {field: amount}}.

    `statuses` sets the `status` of some of them, or of others, along with it. `guard` names fields that must not
    fall below zero: a row that would is left alone. Returns the keys that were changed; the caller compares them with
    what it asked for. CHECK constraints speak after the guard. The rows have to be locked beforehand, in the fixed
    order, where several callers may meet.
    """
    moved = statuses or {}
    keys = sorted({*deltas, *moved})
    if not keys:
        return set()
    fields = tuple(sorted({field for row in deltas.values() for field in row}))
    nothing: Mapping[str, Any] = {}
    arrays: list[list[Any]] = [list(keys)]
    arrays += [[deltas.get(key, nothing).get(field, 0) for key in keys] for field in fields]
    if moved:
        arrays.append([moved.get(key) for key in keys])
    with connection.cursor() as cursor:
        cursor.execute(_addition(model, fields, tuple(guard), bool(moved)), arrays)
        return {row[0] for row in cursor.fetchall()}


@lru_cache(maxsize=256)
def _addition(model: type[models.Model], fields: tuple[str, ...], guard: tuple[str, ...], with_status: bool) -> Planned:
    quote = connection.ops.quote_name
    columns = {field: model._meta.get_field(field).column for field in {*fields, *guard}}
    key = quote(model._meta.pk.column)
    sums = [f"{quote(columns[f])} = t.{quote(columns[f])} + d.{quote('d_' + f)}" for f in fields]
    names = ", ".join(["pk", *(quote("d_" + field) for field in fields), *(["d_status"] if with_status else [])])
    holders = ", ".join(["%s::bigint[]", *("%s::numeric[]" for _ in fields), *(["%s::text[]"] if with_status else [])])
    changes = ", ".join([*sums, *(["status = coalesce(d.d_status, t.status)"] if with_status else [])])
    allowed = "".join(f" AND t.{quote(columns[f])} + d.{quote('d_' + f)} >= 0" for f in guard)
    return Planned(
        f"UPDATE {quote(model._meta.db_table)} AS t SET {changes} "  # noqa: S608 - names come from the model
        f"FROM unnest({holders}) AS d({names}) WHERE t.{key} = d.pk{allowed} RETURNING t.{key}"
    )


def create_sequence(name: str) -> None:
    """Make a PostgreSQL sequence unless it exists."""
    with connection.cursor() as cursor:
        # A name cannot be a parameter; it is quoted, and only our own code gives it.
        cursor.execute(f"CREATE SEQUENCE IF NOT EXISTS {connection.ops.quote_name(name)}")


def next_values(sequence: str, count: int) -> list[int]:
    """The next `count` values of a PostgreSQL sequence, in order; values once taken never come back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, count])
        return sorted(row[0] for row in cursor.fetchall())


def peek_sequences(names: Sequence[str]) -> dict[str, int]:
    """What each PostgreSQL sequence would give next, in one statement; one that is not there is left out."""
    if not names:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sequencename, coalesce(last_value + increment_by, start_value) FROM pg_sequences"
            " WHERE schemaname = current_schema() AND sequencename = ANY(%s)",
            [list(names)],
        )
        return dict(cursor.fetchall())


def hold_sequence(name: str) -> None:
    """Let nobody take a value of a PostgreSQL sequence until this transaction is over."""
    with connection.cursor() as cursor:
        # A name cannot be a parameter; it is quoted, and only our own code gives it.
        cursor.execute(f"ALTER SEQUENCE {connection.ops.quote_name(name)} INCREMENT BY 1")


def restart_sequence(name: str, number: int) -> None:
    """Let a PostgreSQL sequence go on with `number`; rolled back with the transaction."""
    with connection.cursor() as cursor:
        # Neither a name nor the start can be a parameter here: the one is quoted, the other a whole number.
        cursor.execute(f"ALTER SEQUENCE {connection.ops.quote_name(name)} RESTART WITH {int(number)}")


def insert_missing(rows: Sequence[M]) -> None:
    """Store new rows like `insert_rows`, but those that are there already, by whatever unique rule, stay as they are.

    A rival that stores the same one waits for its end, so that it is found afterwards. The rows get no keys.
    """
    if not rows:
        return
    names, sql = _insertion(type(rows[0]), "ON CONFLICT DO NOTHING")
    with connection.cursor() as cursor:
        cursor.execute(sql, [[getattr(row, name) for row in rows] for name in names])


def insert_rows(rows: Sequence[M]) -> list[M]:
    """Store many new rows of one model in one statement, in their order; they get their keys.

    For the ledger rows of set-wise postings: half the time of `bulk_create`, because the values of a column go in
    as one array, taken as they are. Not for models whose columns the database fills (`db_default`).
    """
    stored = list(rows)
    if not stored:
        return stored
    names, sql = _insertion(type(stored[0]), "RETURNING id")
    arrays = [list(map(attrgetter(name), stored)) for name in names]
    with connection.cursor() as cursor:
        cursor.execute(sql, arrays)
        key, alias = stored[0]._meta.pk.attname, connection.alias
        for row, (pk,) in zip(stored, cursor.fetchall(), strict=True):
            setattr(row, key, pk)
            state = row._state
            state.adding, state.db = False, alias
    return stored


def maker(model: type[M]) -> Callable[..., M]:
    """How rows for `insert_rows` are made: `make = maker(Move)`, `make(item_id=1, qty=2)`, by the names of columns.

    The same objects as `Model(…)` makes, without its detours, which a posting of a thousand lines feels; for models
    of which nobody hears when an object is made, and whose columns all keep their value as it is.
    """
    known: list[_Plain] = []

    def make(**values: Any) -> M:
        if not known:  # not before all models are there
            known.append(_Plain.of(model))
        plain = known[0]
        if not values.keys() <= plain.names:
            raise TypeError(f"{model.__name__} has no {', '.join(sorted(values.keys() - plain.names))}")
        made = model.__new__(model)
        made.__dict__.update(plain.same)
        made.__dict__.update(values)
        for name, default in plain.asked.items():
            if name not in values:
                made.__dict__[name] = default()
        made._state = ModelState()
        return made

    return make


@dataclass(frozen=True)
class _Plain:
    """The columns of a model, with what stands in them when nobody says otherwise."""

    names: frozenset[str]
    same: Mapping[str, Any]
    asked: Mapping[str, Callable[[], Any]]  # anew for each row

    @classmethod
    def of(cls, model: type[models.Model]) -> _Plain:
        fields: list[Any] = list(model._meta.concrete_fields)
        asked = {field.attname: field.get_default for field in fields if callable(field.default)}
        same = {field.attname: field.get_default() for field in fields if field.attname not in asked}
        return cls(frozenset(field.attname for field in fields), same, asked)


@lru_cache(maxsize=128)
def _insertion(model: type[models.Model], end: str) -> tuple[list[str], Planned]:
    meta, quote = model._meta, connection.ops.quote_name
    fields = [field for field in meta.local_concrete_fields if not field.primary_key]
    columns = ", ".join(quote(field.column) for field in fields)
    holders = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
    sql = (
        f"INSERT INTO {quote(meta.db_table)} ({columns}) "  # noqa: S608 - names and types come from the model
        f"SELECT {columns} FROM unnest({holders}) WITH ORDINALITY AS d({columns}, nth) ORDER BY nth {end}"
    )
    return [field.attname for field in fields], Planned(sql)


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


def update_rows(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
    """Set columns of many rows in one statement; each row is (key, value per name). The rows were locked before."""
    if not rows:
        return 0
    fields = [model._meta.pk, *(model._meta.get_field(name) for name in names)]
    arrays = [
        [_TO_JSON(row[place]) if row[place] is not None else None for row in rows]
        if isinstance(field, models.JSONField)
        else [row[place] for row in rows]
        for place, field in enumerate(fields)
    ]
    with connection.cursor() as cursor:
        cursor.execute(_change(model, tuple(names)), arrays)
        return int(cursor.rowcount)


@lru_cache(maxsize=256)
def _change(model: type[models.Model], names: tuple[str, ...]) -> Planned:
    quote, key = connection.ops.quote_name, model._meta.pk
    fields = [key, *(model._meta.get_field(name) for name in names)]
    columns = [quote(field.column) for field in fields]  # type: ignore[union-attr]
    kinds = [field.db_type(connection) for field in fields]  # type: ignore[union-attr]
    kinds[0] = key.rel_db_type(connection)  # type: ignore[union-attr]
    holders = ", ".join(f"%s::{'text' if kind == 'jsonb' else kind}[]" for kind in kinds)
    cast = {column: "::jsonb" if kind == "jsonb" else "" for column, kind in zip(columns, kinds, strict=True)}
    changes = ", ".join(f"{column} = d.{column}{cast[column]}" for column in columns[1:])
    return Planned(
        f"UPDATE {quote(model._meta.db_table)} AS t SET {changes} "  # noqa: S608 - names and types come from the model
        f"FROM unnest({holders}) AS d({', '.join(columns)}) WHERE t.{columns[0]} = d.{columns[0]}"
    )


class Fold(models.Func):
    """A text without accents, capitals and differences of script, as `core_fold` in the database writes it."""

    function = "core_fold"
    output_field = models.CharField()


@models.ForeignObject.register_lookup
@models.Field.register_lookup
class OneOf(models.Lookup):
    """`field__any={…}`: what `__in` says, with the values as one array; for hundreds of keys a tenth of the work.

    Keys and numbers go as they are. Give it a set: of a list, the ORM looks at each value by itself. A statement that
    is built once takes a value to be given later (`core.remembered`). An `ArraySubquery` is asked once, before the rest
    of the statement: the planner of a statement with more than eight tables would not begin with `__in` and a query.
    """

    lookup_name = "any"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        field, parameters = self.process_lhs(compiler, connection)
        if isinstance(self.rhs, models.Subquery):
            array, given = self.process_rhs(compiler, connection)
            return f"{field} = ANY({array})", [*parameters, *given]
        kind = self.lhs.output_field.rel_db_type(connection)
        kind = "text" if kind.startswith("varchar") else kind  # a text that is too long is no shorter one
        later = getattr(self.rhs, "each", None)
        return f"{field} = ANY(%s::{kind}[])", [*parameters, list(self.rhs) if later is None else later]
