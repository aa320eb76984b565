"""INSERT … SELECT … ON CONFLICT for a model, with the defaults that Django would have given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import NOT_PROVIDED, Field, Model
from django.utils import timezone

from core.models import Entity
from samples.loading.sql import execute

MANY = 500


@dataclass(frozen=True)
class Outcome:
    """What a step did to the rows of one table."""

    new: int = 0
    changed: int = 0
    same: int = 0

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(self.new + other.new, self.changed + other.changed, self.same + other.same)


@dataclass(frozen=True)
class Upsert:
    """Rows of `model` from an SQL source: `values` maps fields to expressions over the FROM clause `source`.

    A row whose `key` is there already is changed only where a value differs (never in the fields of `keep`,
    never at all without `update`), so a second run writes nothing; without a key all rows are inserted. Fields
    that are not named get the model's default. Returns new, changed and same counts; the number of statements
    does not depend on the rows.
    """

    model: type[Model]
    source: str
    values: dict[str, str]
    key: tuple[str, ...] = ("external_key",)
    keep: tuple[str, ...] = ()
    update: bool = True
    order_by: str = ""
    params: dict[str, Any] = field(default_factory=dict)

    def run(self, params: dict[str, Any] | None = None) -> Outcome:
        sql, defaults = self._statement()
        with connection.cursor() as cursor:
            execute(cursor, sql, {**self.params, **(params or {}), **defaults})
            new, changed, total = cursor.fetchone()
            if new + changed >= MANY:  # later steps join these rows and need a plan that knows how many there are
                cursor.execute(f"ANALYZE {connection.ops.quote_name(self.model._meta.db_table)}")
        return Outcome(new=new, changed=changed, same=total - new - changed)

    def _statement(self) -> tuple[str, dict[str, Any]]:
        quote = connection.ops.quote_name
        fields: list[tuple[Field, str]] = [(self._field(name), sql) for name, sql in self.values.items()]
        defaults: dict[str, Any] = {}
        for other in self.model._meta.concrete_fields:
            if other.name in self.values:
                continue
            sql = self._default(other, defaults)
            if sql is not None:
                fields.append((other, sql))
        table = quote(self.model._meta.db_table)
        columns = ", ".join(quote(each.column) for each, _sql in fields)
        selected = ", ".join(f"({sql})::{each.db_type(connection)} AS {quote(each.column)}" for each, sql in fields)
        arbiter = ", ".join(quote(self._field(name).column) for name in self.key)
        conflict = f" ON CONFLICT ({arbiter}) {self._on_conflict()}" if arbiter else ""
        ordered = f" ORDER BY {self.order_by}" if self.order_by else ""
        return (
            f"WITH rows AS MATERIALIZED (SELECT {selected} FROM {self.source}{ordered}),"
            f" done AS (INSERT INTO {table} AS t ({columns}) SELECT {columns} FROM rows"
            f"{conflict} RETURNING (xmax = 0) AS is_new)"
            " SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new), (SELECT count(*) FROM rows)"
            " FROM done",
            defaults,
        )

    def _field(self, name: str) -> Field:
        found = self.model._meta.get_field(name)
        if not isinstance(found, Field):
            raise LookupError(f"{self.model.__name__}.{name} has no column")
        return found

    def _on_conflict(self) -> str:
        quote = connection.ops.quote_name
        written = [
            quote(self._field(name).column) for name in self.values if name not in self.key and name not in self.keep
        ]
        if not self.update or not written:
            return "DO NOTHING"
        sets = [f"{column} = excluded.{column}" for column in written]
        if issubclass(self.model, Entity):
            sets += ["version = t.version + 1", "updated_at = now()"]
        before = ", ".join(f"t.{column}" for column in written)
        after = ", ".join(f"excluded.{column}" for column in written)
        return f"DO UPDATE SET {', '.join(sets)} WHERE ROW({before}) IS DISTINCT FROM ROW({after})"

    def _default(self, other: Field, defaults: dict[str, Any]) -> str | None:
        """The SQL for a field that was not named; None leaves it to the database."""
        if other.primary_key or other.db_default is not NOT_PROVIDED:
            return None
        if getattr(other, "auto_now", False) or getattr(other, "auto_now_add", False) or other.default is timezone.now:
            return "now()"
        if other.has_default():
            value = other.get_default()
        elif other.null:
            return None
        elif other.empty_strings_allowed:
            value = ""
        else:
            raise LookupError(f"{self.model.__name__}.{other.name} needs a value")
        name = f"default_{other.name}"
        defaults[name] = other.get_db_prep_save(value, connection)
        return f"%({name})s"
