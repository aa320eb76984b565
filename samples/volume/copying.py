"""COPY into the table of a model, with the defaults that Django would have given."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import NOT_PROVIDED, Field, Model
from django.utils import timezone
from psycopg2.sql import SQL, Identifier

NULL = r"\N"
CHUNK = 2000
Row = Sequence[Any]


def copy(model: type[Model], names: str, rows: Iterable[Row]) -> int:
    """Load rows whose values stand in the order of `names` (fields, blank-separated); returns how many.

    A value is text or a number as PostgreSQL reads it, and NULL the constant of this module. Fields that are not
    named get the model's default, moments `now`. Checks, references and triggers of the table hold as always.
    """
    fields = [_field(model, name) for name in names.split()]
    defaults = dict(_defaults(model, {each.name for each in fields}))
    columns = [each.column for each in (*fields, *defaults)]
    text = SQL("COPY {} ({}) FROM STDIN (FORMAT csv, NULL {})").format(
        Identifier(model._meta.db_table), SQL(", ").join(map(Identifier, columns)), SQL(f"'{NULL}'")
    )
    with connection.cursor() as cursor:
        cursor.copy_expert(text.as_string(cursor.connection), Lines(rows, tuple(defaults.values())))
        return cursor.rowcount


def _field(model: type[Model], name: str) -> Field:
    found = model._meta.get_field(name)
    if not isinstance(found, Field):
        raise LookupError(f"{model.__name__}.{name} has no column")
    return found


def _defaults(model: type[Model], named: set[str]) -> Iterator[tuple[Field, Any]]:
    for each in model._meta.concrete_fields:
        if each.name in named or each.primary_key or each.db_default is not NOT_PROVIDED:
            continue
        if getattr(each, "auto_now", False) or getattr(each, "auto_now_add", False) or each.default is timezone.now:
            yield each, "now"
        elif each.has_default():
            value = each.get_default()
            yield each, {True: "t", False: "f"}.get(value, value) if isinstance(value, bool) else _plain(value)
        elif not each.null:
            if not each.empty_strings_allowed:
                raise LookupError(f"{model.__name__}.{each.name} needs a value")
            yield each, ""


def _plain(value: Any) -> Any:
    return "{}" if value == {} else "[]" if value == [] else NULL if value is None else value


class Lines(io.RawIOBase):
    """Rows as the CSV text that COPY reads, made piece by piece; `tail` ends every row."""

    def __init__(self, rows: Iterable[Row], tail: tuple[Any, ...]) -> None:
        self._rows = iter(rows)
        self._tail = tail
        self._rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        wanted = size if size and size > 0 else 1 << 16
        while len(self._rest) < wanted:
            piece = io.StringIO()
            csv.writer(piece).writerows((*row, *self._tail) for row in islice(self._rows, CHUNK))
            text = piece.getvalue()
            if not text:
                break
            self._rest += text.encode()
        answer, self._rest = self._rest[:wanted], self._rest[wanted:]
        return answer


def money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
