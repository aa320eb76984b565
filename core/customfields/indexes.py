"""The indexes behind fast filters: built and removed one after another, without holding up anybody who writes.

Which are wanted follows from the definitions, so a second run finds nothing to do, and a run that died is finished by
the next one. All names begin with `own_`, come from the id and kind of a field or from a table, and nothing of what
people typed stands in them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection
from psycopg2 import sql

from core import setup
from core.choices import FieldKind, IndexState
from core.models import CustomField, CustomValues

logger = logging.getLogger(__name__)

# One builder at a time, in the whole system: the number is ours alone.
LOCK = 7_303_001
MOST_ROUNDS = 50

BY_CONTAINMENT = frozenset({FieldKind.CHOICE, FieldKind.CHOICES, FieldKind.YESNO, FieldKind.LINK})
_VALUE = {
    FieldKind.TEXT: "lower(core_own_text((custom -> {key})))",
    FieldKind.NUMBER: "core_own_number((custom -> {key}))",
    FieldKind.MONEY: "core_own_number((custom -> {key}))",
    FieldKind.DATE: "core_own_date((custom -> {key}))",
}
_CREATE = "CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {table} "
_BY_CONTAINMENT = "USING gin (custom jsonb_path_ops)"
# Over all rows: the planner takes what it knows of an expression from no partial index.
_BY_PART = "USING gin (({value}) gin_trgm_ops)"
_BY_ORDER = "USING btree (({value}))"


@dataclass
class Index:
    """An index that should be there, and the fields whose filters it serves."""

    name: str
    table: str
    statement: sql.Composed
    of_expression: bool
    field_ids: list[int] = field(default_factory=list)


def wanted() -> dict[str, Index]:
    """The indexes of all fields in use that ask for a fast filter and did not fail."""
    found: dict[str, Index] = {}
    rows = CustomField.objects.filter(is_indexed=True, is_active=True).exclude(index_state=IndexState.FAILED)
    for own in rows.order_by("pk"):
        table = _tables().get(own.model)
        if table is not None:
            index = _index(own, table)
            found.setdefault(index.name, index).field_ids.append(own.pk)
    return found


def name_of(own: CustomField, table: str) -> str:
    """The name of the index that serves a field: one per table for what is asked by containment."""
    return f"own_values_{table}" if own.kind in BY_CONTAINMENT else f"own_field_{own.pk}_{own.kind}"


def _index(own: CustomField, table: str) -> Index:
    name = name_of(own, table)
    if own.kind in BY_CONTAINMENT:
        value, method = sql.SQL(""), _BY_CONTAINMENT
    else:
        value = sql.SQL(_VALUE[FieldKind(own.kind)]).format(key=sql.Literal(own.key))
        method = _BY_PART if own.kind == FieldKind.TEXT else _BY_ORDER
    names = {"name": sql.Identifier(name), "table": sql.Identifier(table)}
    return Index(name, table, sql.SQL(_CREATE + method).format(value=value, **names), method != _BY_CONTAINMENT)


def _tables() -> dict[str, str]:
    """The tables of all kinds of records with own fields, also of modules that are switched off."""
    models = [model for model in apps.get_models() if issubclass(model, CustomValues)]
    return {model._meta.label_lower: model._meta.db_table for model in models}


def settle() -> int:
    """Build what is wanted and missing, remove what is there and not wanted; returns how many indexes were touched.

    Outside of any transaction. Returns 0 at once while another process is at it: that one looks again before it ends.
    """
    if connection.in_atomic_block:
        raise RuntimeError("an index is built concurrently outside of a transaction")
    touched = 0
    with _alone() as ours:
        for _round in range(MOST_ROUNDS if ours else 0):
            if not _one_step():
                break
            touched += 1
    return touched


def _one_step() -> bool:
    """Do the next thing there is to do; False when nothing is left."""
    should, there = wanted(), _existing()
    for name, valid in there.items():
        if name not in should or not valid:
            _execute(_removal(name))
            return True
    for name, index in should.items():
        if name not in there:
            _build(index)
            return True
    _note_what_is(should)
    return False


def _build(index: Index) -> None:
    rows = CustomField.objects.filter(pk__in=index.field_ids)
    rows.exclude(index_state=IndexState.BUILDING).update(index_state=IndexState.BUILDING, index_error="")
    try:
        _execute(index.statement)
        if index.of_expression:  # the planner knows nothing of these values yet, and has to know rare ones as well
            _execute(_statistics(index.name))
            _execute(_analysis(index.table))
    except DatabaseError as error:
        logger.warning("an index of own fields failed", extra={"index": index.name, "error": str(error)})
        rows.update(index_state=IndexState.FAILED, index_error=str(error)[:500])
    else:
        rows.update(index_state=IndexState.READY, index_error="")


def _note_what_is(should: dict[str, Index]) -> None:
    """Bring the states in step: what stands is ready, what nobody asks for is off."""
    standing = [pk for index in should.values() for pk in index.field_ids]
    CustomField.objects.filter(pk__in=standing).exclude(index_state=IndexState.READY).update(
        index_state=IndexState.READY, index_error=""
    )
    asked = CustomField.objects.filter(is_indexed=True, is_active=True).values("pk")
    CustomField.objects.exclude(pk__in=asked).exclude(index_state=IndexState.NONE).update(
        index_state=IndexState.NONE, index_error=""
    )
    setup.forget()


def _removal(name: str) -> sql.Composed:
    return sql.SQL("DROP INDEX CONCURRENTLY IF EXISTS {}").format(sql.Identifier(name))


def _statistics(name: str) -> sql.Composed:
    return sql.SQL("ALTER INDEX {} ALTER COLUMN 1 SET STATISTICS 1000").format(sql.Identifier(name))


def _analysis(table: str) -> sql.Composed:
    return sql.SQL("ANALYZE {}").format(sql.Identifier(table))


def _execute(statement: sql.Composed) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(cursor.cursor))


def _existing() -> dict[str, bool]:
    """Our indexes that are there, and whether each is whole: a build that was broken off leaves an invalid one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            " JOIN pg_class t ON t.oid = i.indrelid"
            " WHERE t.relname = ANY(%s) AND t.relnamespace = current_schema()::regnamespace"
            r" AND (c.relname LIKE 'own\_field\_%%' OR c.relname LIKE 'own\_values\_%%') ORDER BY c.relname",
            [list(_tables().values())],
        )
        return dict(cursor.fetchall())


@contextmanager
def _alone() -> Iterator[bool]:
    """Hold the lock of the builders, or say that another has it. Waiting would stop his work: he waits for us then."""
    ours = bool(_scalar("SELECT pg_try_advisory_lock(%s)"))
    try:
        if ours:
            _scalar("SELECT set_config('statement_timeout', '0', false), set_config('lock_timeout', '0', false), %s")
        yield ours
    finally:
        if ours:
            _scalar("SELECT pg_advisory_unlock(%s)")
            with connection.cursor() as cursor:
                cursor.execute("RESET statement_timeout")
                cursor.execute("RESET lock_timeout")


def _scalar(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, [LOCK])
        return cursor.fetchone()[0]
