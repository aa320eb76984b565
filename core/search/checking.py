"""The check that every search entry equals what would be written anew."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction

from core.ledgers import Finding, checks
from core.search import kinds
from core.search.installing import installed_triggers
from core.search.statements import Statements

WHERE = "search entries"


@checks("I10", "core: search finds what is there")
def entries_and_records() -> Iterable[Finding]:
    """Search is a copy; were it wrong, people would enter twice what they do not find."""
    there = installed_triggers()
    for kind in kinds.everything():
        statements = Statements(kind)
        for missing in sorted(statements.triggers - there):
            yield Finding("I10", WHERE, kind.key, f"nobody watches: the trigger {missing} is missing or off")
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL jit = off")  # compiling would take longer than comparing
            cursor.execute(statements.difference)
            for record_id, problem in cursor.fetchall():
                yield Finding("I10", WHERE, f"{kind.key} {record_id}", problem)
