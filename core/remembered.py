"""Statements that give records or rows, built once and then only sent with other values.

`core.prepared` does this for lists, whose statements ask for many keys; a card asks twenty statements about one record,
and building those takes Django several times what PostgreSQL needs to answer them.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, Model, QuerySet
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,  # type: ignore[attr-defined]
)
from django.db.models.sql import DeleteQuery
from django.db.transaction import TransactionManagementError
from django.utils import translation

from core import policy
from core.planned import PLACES, Planned, filled_up, for_few, lists_of_keys, size_for


class Given(Expression):
    """Stands for a value that comes when the statement is sent: `filter(client=given)`, `filter(pk__in=given.each)`."""

    def __init__(self, number: int, *, many: str = "") -> None:
        super().__init__()
        self.number, self.many = number, many

    @property
    def each(self) -> Given:
        """The same for a list of keys."""
        return Given(self.number, many="bigint")

    @property
    def each_text(self) -> Given:
        """The same for a list of texts."""
        return Given(self.number, many="text")

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return (f"(SELECT unnest(%s::{self.many}[]))" if self.many else "%s"), [self]


class Statement:
    """A queryset compiled once. It gives records with what `select_related` joined, or rows of `values_list`.

    Nothing of the values may be known while it is built: no `now()`, no condition that depends on them. A locking
    one may be asked in a transaction only, as ever.
    """

    def __init__(self, rows: QuerySet[Any, Any]) -> None:
        self.model, self.db, self.reads = rows.model, rows.db, rows._iterable_class  # type: ignore[attr-defined]
        if self.reads not in (ModelIterable, ValuesListIterable, FlatValuesListIterable):
            raise TypeError("A remembered statement gives records or values_list rows.")
        self.locks = bool(rows.query.select_for_update)
        self.compiler = rows.query.get_compiler(self.db)
        try:
            sql, params = self.compiler.as_sql()
            self.sql = Planned(_with_constants(sql, params, self.db))
            self.params = [param for param in params if isinstance(param, Given)]
        except EmptyResultSet:
            self.sql, self.params = Planned(), []
        else:
            self._learn_columns()
        self.lists = [param.number for param in self.params if param.many]
        self.for_few: dict[int, Planned] = {}

    def _sent(self, values: tuple[Any, ...]) -> tuple[Planned, list[Any]]:
        """The statement and its parameters for these values."""
        lists = [values[number] for number in self.lists]
        size = size_for(max(map(len, lists))) if lists and all(lists) else 0
        if not size or lists_of_keys(self.sql) != len(lists):
            return self.sql, [_filled(param, values) for param in self.params]
        if size not in self.for_few:
            self.for_few[size] = for_few(self.sql, size)
        params: list[Any] = []
        for param in self.params:
            filled = _filled(param, values)
            params += filled_up(filled, size) if param.many else [filled]
        return self.for_few[size], params

    def part(self, *values: Any) -> tuple[Planned, list[Any]]:
        """Its text and its values, for a statement that is made of several; one that finds nothing is no part."""
        if not self.sql:
            raise EmptyResultSet
        return self._sent(values)

    def _learn_columns(self) -> None:
        select, info = self.compiler.select, self.compiler.klass_info
        self.converters = self.compiler.get_converters([column[0] for column in select])
        if self.reads is ModelIterable:
            chosen = info["select_fields"]
            self.start, self.end = chosen[0], chosen[-1] + 1
            self.names = [column[0].target.attname for column in select[self.start : self.end]]
            self.joined = get_related_populators(info, select, self.db)
            self.added = list(self.compiler.annotation_col_map.items())

    def ask(self, *values: Any, limit: int | None = None) -> list[Any]:
        """Send it. The values stand where the `Given`s of their numbers stood; `limit` cuts what was not cut before."""
        if not self.sql:
            return []
        if self.locks and not connections[self.db].in_atomic_block:
            raise TransactionManagementError("A lock without a transaction would end with its statement.")
        sql, params = self._sent(values)
        if limit is not None:
            sql = Planned(f"{sql} LIMIT {int(limit)}")
        with connections[self.db].cursor() as cursor:
            cursor.execute(sql, params)
            rows: Any = cursor.fetchall()
        if self.converters:
            rows = [tuple(row) for row in self.compiler.apply_converters(rows, self.converters)]
        if self.reads is FlatValuesListIterable:
            return [row[0] for row in rows]
        return rows if self.reads is ValuesListIterable else [self._record(row) for row in rows]

    def count(self, *values: Any) -> int:
        """How many rows it would give."""
        if not self.sql:
            return 0
        with connections[self.db].cursor() as cursor:
            sql = Planned(f"SELECT COUNT(*) FROM ({self.sql}) counted")  # noqa: S608 - a statement of the ORM
            cursor.execute(sql, [_filled(param, values) for param in self.params])
            return int(cursor.fetchone()[0])

    def _record(self, row: tuple[Any, ...]) -> Model:
        record = self.model.from_db(self.db, self.names, row[self.start : self.end])
        for populator in self.joined:
            populator.populate(row, record)
        for name, place in self.added:
            setattr(record, name, row[place])
        return record


def _with_constants(sql: str, params: Sequence[Any], db: str) -> str:
    """The statement with all values in it that are the same each time: `status = 'open'` has an index of its own, which
    a plan that is made once can use only where it is written out.
    """
    known = iter(params)
    with connections[db].cursor() as cursor:

        def write(place: re.Match[str]) -> str:
            if place[0] == "%%":
                return "%%"
            param = next(known)
            if isinstance(param, Given):
                return "%s"
            return str(cursor.mogrify("%s", [param]).decode().replace("%", "%%"))

        return PLACES.sub(write, sql)


def _filled(param: Given, values: tuple[Any, ...]) -> Any:
    value = values[param.number]
    return list(value) if param.many else value


def remembered(build: Callable[..., QuerySet[Any, Any]]) -> Callable[..., list[Any]]:
    """Turn `build(first, second, …, user)`, which returns a queryset, into `ask(first, second, …, user)`: its rows.

    `build` gets a `Given` for each value and runs once per user, language and change of rights. References to records
    are given by key.
    """
    count = len(inspect.signature(build).parameters) - 1

    def ask(*values: Any, limit: int | None = None) -> list[Any]:
        *given, user = values
        memory = policy.memory_of(user)
        place = (build, translation.get_language())
        known = memory.get(place)
        if known is None:
            known = memory[place] = Statement(build(*map(Given, range(count)), user))
        return known.ask(*given, limit=limit)  # type: ignore[no-any-return]

    return ask


def remembered_part(build: Callable[..., QuerySet[Any, Any]]) -> Callable[..., tuple[Planned, list[Any]]]:
    """The same for what is a part of another statement: the text, and the values that stand in it."""
    count = len(inspect.signature(build).parameters) - 1

    def part(*values: Any) -> tuple[Planned, list[Any]]:
        *given, user = values
        memory = policy.memory_of(user)
        place = (build, translation.get_language())
        known = memory.get(place)
        if known is None:
            known = memory[place] = Statement(build(*map(Given, range(count)), user))
        return known.part(*given)  # type: ignore[no-any-return]

    return part


def removing(build: Callable[..., QuerySet[Any, Any]]) -> Callable[..., int]:
    """Turn `build(first, …)`, which returns a queryset, into `remove(first, …)`: one DELETE, and how many rows went.

    For models that nothing refers to and nobody listens to: what else goes with a record is not asked.
    """
    count = len(inspect.signature(build).parameters)
    known: list[tuple[str, list[Given]]] = []

    def remove(*values: Any) -> int:
        if not known:
            query = build(*map(Given, range(count))).query.chain(klass=DeleteQuery)
            sql, params = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
            given = [param for param in params if isinstance(param, Given)]
            known.append((Planned(_with_constants(sql, params, DEFAULT_DB_ALIAS)), given))
        sql, given = known[0]
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(sql, [_filled(param, values) for param in given])
            return cursor.rowcount  # type: ignore[no-any-return]

    return remove


class Insertion:
    """An INSERT of one row, compiled once. Columns that are not named get what the database gives them.

    `Insertion(Model, "first", "second").run(1, 2)`; signals and `save` of the model are not called, its triggers are.
    """

    def __init__(self, model: type[Model], *names: str) -> None:
        self.model = model
        self.fields: list[Any] = [model._meta.get_field(name) for name in names]
        self.sql = ""

    def run(self, *values: Any) -> None:
        connection = connections[DEFAULT_DB_ALIAS]
        if not self.sql:
            quote = connection.ops.quote_name
            columns = ", ".join(quote(field.column) for field in self.fields)
            places = ", ".join(["%s"] * len(self.fields))
            self.sql = Planned(f"INSERT INTO {quote(self.model._meta.db_table)} ({columns}) VALUES ({places})")  # noqa: S608 - names come from the model
        pairs = zip(self.fields, values, strict=True)
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [field.get_db_prep_save(value, connection) for field, value in pairs])


# The place of each statement that is the same for all.
_built: list[list[Statement]] = []


def forget_statements() -> None:
    """Build them anew when they are asked for next: who changes how querysets are built (a test without locks) says so
    before and afterwards.
    """
    for known in _built:
        known.clear()


def remembered_for_all(build: Callable[..., QuerySet[Any, Any]]) -> Callable[..., list[Any]]:
    """The same for statements that do not ask who is asking: `build(first, …)` becomes `ask(first, …)`."""
    count = len(inspect.signature(build).parameters)
    known: list[Statement] = []
    _built.append(known)

    def ask(*values: Any, limit: int | None = None) -> list[Any]:
        if not known:
            known.append(Statement(build(*map(Given, range(count)))))
        return known[0].ask(*values, limit=limit)

    return ask
