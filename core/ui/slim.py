"""The cells of many records without the records: where all chosen columns are plain fields, rows of values do.

A file of thousands of rows spends most of its time making objects of which it shows three fields.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partialmethod
from itertools import islice
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, QuerySet
from django.db.models.query_utils import DeferredAttribute
from django.utils.encoding import force_str

from core.ui.tables import Column, Kind, getters

# Turns a value of the database into the value of the column.
Reads = Callable[[Any], Any]


def cells_of(columns: list[Column], rows: QuerySet[Any], user: Any, *, chunk: int) -> Iterator[list[list[Any]]]:
    """The values of the rows, column by column, so many rows at a time."""
    plain = fields_of(columns, rows)
    if plain is None:
        records = rows.iterator(chunk_size=chunk)
        while found := list(islice(records, chunk)):
            gets = getters(columns, found, user)
            yield [[get(record) for record in found] for get in gets]
        return
    paths = list(dict.fromkeys(path for path, _reads in plain if path))
    place = {path: number for number, path in enumerate(paths, start=1)}
    lines = rows.prefetch_related(None).values_list("pk", *paths).iterator(chunk_size=chunk)
    while taken := list(islice(lines, chunk)):
        keys, *values = map(list, zip(*taken, strict=True))
        made: list[list[Any]] = []
        for column, (path, reads) in zip(columns, plain, strict=True):
            if column.batch:
                known = column.batch(keys, user)
                made.append([known.get(key) for key in keys])
            else:
                there = values[place[path] - 1]
                made.append([reads(value) for value in there] if reads else there)
        yield made


def fields_of(columns: list[Column], rows: QuerySet[Any]) -> list[tuple[str, Reads | None]] | None:
    """For each column the ORM path of its value, "" where it is read in batches; None where one needs the record."""
    query = rows.query
    if query.distinct or query.combinator or query.group_by is not None:
        return None
    found: list[tuple[str, Reads | None]] = []
    for column in columns:
        if column.batch:
            found.append(("", None))
            continue
        if column.value is not None:
            return None
        path = column.path or column.name
        if path in query.annotations and column.kind is not Kind.CHOICE:
            found.append((path, None))
            continue
        field = _field(rows.model, path.split("."))
        if field is None:
            return None
        reads = None
        if column.kind is Kind.CHOICE and "." not in path:
            reads = _words_of(field)
            if reads is None:
                return None
        found.append((path.replace(".", "__"), reads))
    return found


def _field(model: Any, parts: list[str]) -> Field[Any, Any] | None:
    """The field at the end of a path, where every step is a field and the last keeps its value as it is."""
    for part in parts[:-1]:
        step = _own_field(model, part)
        if step is None or not (step.many_to_one or step.one_to_one):
            return None
        model = step.related_model
    last = _own_field(model, parts[-1])
    if last is None or last.is_relation or type(getattr(model, last.attname, None)) is not DeferredAttribute:
        return None
    return last


def _own_field(model: Any, name: str) -> Field[Any, Any] | None:
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, Field) and field.concrete and field.name == name else None


def _words_of(field: Field[Any, Any]) -> Reads | None:
    """Code and words of a choice; None where the model says its words in a way of its own."""
    told = next((vars(kind)[name] for kind in field.model.__mro__ if (name := _display(field)) in vars(kind)), None)
    if not isinstance(told, partialmethod):
        return None
    words: dict[Any, str] = {code: force_str(text) for code, text in field.flatchoices}  # type: ignore[attr-defined]
    return lambda code: (code, words.get(code, code))


def _display(field: Field[Any, Any]) -> str:
    return f"get_{field.name}_display"
