"""Brings the declared kinds into the database after each `migrate`, and writes entries anew.

Functions and triggers are made from the declarations; a function's comment keeps the fingerprint of what it was made
from. Where that is another one, or none, the kind is installed and its existing records are written. So a changed
declaration needs no migration of its own, and a new kind is searched from its first `migrate` on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from psycopg2.sql import SQL, Identifier, Literal

from core.search import kinds
from core.search.kinds import Searched
from core.search.statements import PAUSED, PREFIX, Statements

BATCH = 5000
INSTALLED = """
SELECT p.proname, obj_description(p.oid, 'pg_proc') FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace AND starts_with(p.proname, %s)
"""
ORPHANS = "DELETE FROM core_searchentry WHERE NOT kind = ANY (%s)"
WATCHERS = """
SELECT t.tgname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal AND t.tgenabled = 'O' AND p.pronamespace = 'public'::regnamespace
AND starts_with(p.proname, %s)
"""


def sync(**_kwargs: Any) -> None:
    """Install what is new or changed and take away what is no longer declared; otherwise one cheap question."""
    declared = {Statements(kind).refresh: Statements(kind) for kind in kinds.everything()}
    installed = _installed()
    changed = [known for name, known in declared.items() if installed.get(name) != known.fingerprint]
    gone = set(installed) - set(declared)
    if not (changed or gone) or not _is_migrated():
        return
    with transaction.atomic(), connection.cursor() as cursor:
        for name in sorted(installed):
            if name in gone or name in {known.refresh for known in changed}:
                _drop(name.removeprefix(f"{PREFIX}refresh_"))
        cursor.execute(ORPHANS, [[kind.key for kind in kinds.everything()]])
        for known in changed:
            for statement in known.install:
                cursor.execute(statement)
            comment = SQL("COMMENT ON FUNCTION {}(bigint[]) IS {}")
            cursor.execute(comment.format(Identifier(known.refresh), Literal(known.fingerprint)))
            rebuild(known.kind)


def _installed() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(INSTALLED, [f"{PREFIX}refresh_"])
        return dict(cursor.fetchall())


def _is_migrated() -> bool:
    """False while somebody migrates a part of the way: tables may lack what a declaration reads."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _drop(name: str) -> None:
    """Remove the functions of one kind, its triggers with them."""
    with connection.cursor() as cursor:
        for start in (f"{PREFIX}refresh_{name}", f"{PREFIX}{name}__"):
            cursor.execute(INSTALLED, [start])
            for function, _comment in cursor.fetchall():
                if function == start or start.endswith("__"):
                    cursor.execute(SQL("DROP FUNCTION {} CASCADE").format(Identifier(function)))


def rebuild(kind: Searched) -> int:
    """Write all entries of a kind anew, in batches; those that are right already are not touched.

    Returns the number of entries. Records that change meanwhile are written by their triggers.
    """
    statements, last = Statements(kind), 0
    table, entries = Identifier(kind.model._meta.db_table), Identifier("core_searchentry")
    batch = SQL(
        "WITH batch AS (SELECT id FROM {table} WHERE id > %s ORDER BY id LIMIT %s)"
        " SELECT max(id), {refresh}(array_agg(id)) FROM batch"
    ).format(table=table, refresh=Identifier(statements.refresh))
    orphans = SQL(
        "DELETE FROM {entries} e WHERE e.kind = %s AND NOT EXISTS (SELECT 1 FROM {table} r WHERE r.id = e.record_id)"
    ).format(table=table, entries=entries)
    with connection.cursor() as cursor:
        while last is not None:
            cursor.execute(batch, [last, BATCH])
            last = cursor.fetchone()[0]
        cursor.execute(orphans, [kind.key])
        cursor.execute(SQL("SELECT count(*) FROM {} WHERE kind = %s").format(entries), [kind.key])
        return cursor.fetchone()[0]


def rebuild_all() -> None:
    """Write all entries of all kinds anew."""
    for kind in kinds.everything():
        rebuild(kind)


def refresh(key: str, ids: Sequence[int]) -> None:
    """Write the entries of some records of a kind anew, in one statement."""
    call = SQL("SELECT {}(%s::bigint[])").format(Identifier(Statements(kinds.by_key(key)).refresh))
    with connection.cursor() as cursor:
        cursor.execute(call, [list(ids)])


@contextmanager
def paused(only: dict[str, list[int]] | None = None) -> Iterator[None]:
    """Load very many rows without keeping the entries meanwhile, then write them once, in one transaction.

    `only` names the records that may have changed, by kind; it may be filled inside the block. Without it all are
    written.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, 'on', true)", [PAUSED])
        yield
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, '', true)", [PAUSED])
        if only is None:
            rebuild_all()
        for key, ids in (only or {}).items():
            refresh(key, ids)


def installed_triggers() -> set[str]:
    """The triggers that are in the database and on."""
    with connection.cursor() as cursor:
        cursor.execute(WATCHERS, [PREFIX])
        return {row[0] for row in cursor.fetchall()}
