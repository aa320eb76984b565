"""One record stored or changed: the statement is written once per model and set of fields, and planned once.

Building `INSERT` and `UPDATE` takes the ORM longer than PostgreSQL needs for many of them, and a text that is new each
time is read and planned each time. Signals, `pre_save` of fields, what the database fills in and what is returned are
those of the ORM; whatever needs words of its own (expressions, fields with placeholders) goes the ORM's way.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.expressions import DatabaseDefault

from core.planned import Planned


class PlannedWrites(models.Model):
    """`save()` with statements that are kept."""

    class Meta:
        abstract = True

    def _do_update(  # type: ignore[override]
        self, base_qs: Any, using: str, pk_val: Any, values: Any, update_fields: Any, forced_update: bool
    ) -> bool:
        pairs = [(field, value) for field, _model, value in values]
        if using != DEFAULT_DB_ALIAS or not pairs or self._meta.select_on_save or not all(map(_is_plain, pairs)):
            return bool(
                super()._do_update(base_qs, using, pk_val, values, update_fields, forced_update)  # type: ignore[misc]
            )
        sql = _update(type(self), tuple(field.column for field, _value in pairs))
        with connection.cursor() as cursor:
            cursor.execute(sql, [*_prepared(pairs), pk_val])
            return int(cursor.rowcount) > 0

    def _do_insert(self, manager: Any, using: str, fields: Any, returning_fields: Any, raw: bool) -> Any:
        pairs = [(field, getattr(self, field.attname) if raw else field.pre_save(self, add=True)) for field in fields]
        given = [pair for pair in pairs if not isinstance(pair[1], DatabaseDefault)]
        if using != DEFAULT_DB_ALIAS or not given or not all(map(_is_plain, given)):
            return super()._do_insert(manager, using, fields, returning_fields, raw)  # type: ignore[misc]
        places = tuple(
            (field.column, "DEFAULT" if isinstance(value, DatabaseDefault) else "%s") for field, value in pairs
        )
        back = tuple(field.column for field in returning_fields)
        with connection.cursor() as cursor:
            cursor.execute(_insert(type(self), places, back), _prepared(given))
            return [_read(returning_fields, cursor.fetchone())] if back else []


def _is_plain(pair: tuple[Any, Any]) -> bool:
    """Is a value stored as it is?"""
    field, value = pair
    special = hasattr(value, "resolve_expression") or hasattr(value, "prepare_database_save")
    return not special and not hasattr(field, "get_placeholder")


def _prepared(pairs: Sequence[tuple[Any, Any]]) -> list[Any]:
    return [field.get_db_prep_save(value, connection=connection) for field, value in pairs]


def _read(fields: Sequence[Any], row: Sequence[Any]) -> tuple[Any, ...]:
    """What the database filled in, as the fields give it to Python."""
    found = []
    for field, value in zip(fields, row, strict=True):
        for convert in field.get_db_converters(connection):
            value = convert(value, None, connection)
        found.append(value)
    return tuple(found)


@lru_cache(maxsize=1024)
def _update(model: type[models.Model], columns: tuple[str, ...]) -> Planned:
    quote, meta = connection.ops.quote_name, model._meta
    table = quote(meta.db_table)
    changes = ", ".join(f"{quote(column)} = %s" for column in columns)
    return Planned(f"UPDATE {table} SET {changes} WHERE {table}.{quote(meta.pk.column)} = %s")  # noqa: S608 - names come from the model


@lru_cache(maxsize=512)
def _insert(model: type[models.Model], places: tuple[tuple[str, str], ...], back: tuple[str, ...]) -> Planned:
    quote, table = connection.ops.quote_name, connection.ops.quote_name(model._meta.db_table)
    columns, values = ", ".join(quote(column) for column, _ in places), ", ".join(place for _, place in places)
    returned = f" RETURNING {', '.join(f'{table}.{quote(column)}' for column in back)}" if back else ""
    return Planned(f"INSERT INTO {table} ({columns}) VALUES ({values}){returned}")  # noqa: S608 - names come from the model
