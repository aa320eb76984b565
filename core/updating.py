"""Changes of many rows in one statement; every value goes in as a parameter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from core.planned import Planned


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


_TO_JSON = DjangoJSONEncoder(ensure_ascii=False).encode


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
