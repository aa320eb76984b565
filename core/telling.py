"""Telling PostgreSQL who changes records, for the triggers that write the history.

The library tells it in front of each statement that changes something. A transaction keeps what it was told to its
end, so here it is told once, in front of the first change, and again where it became something else or was taken back.
The statements go on as they were, and those that are planned once per connection stay so.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from pghistory import config, runtime

from core import planned

_in_front_of_each = runtime._inject_history_context
# What changes no record, though the library takes it for a change.
HOLDS_ONLY = ("SAVEPOINT ", "RELEASE ", "ROLLBACK ", "SELECT ")


def tell(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """A wrapper of `execute`, in place of the library's."""
    cursor = context["cursor"].cursor
    if not isinstance(cursor, planned.Cursor) or many or not isinstance(sql, str):
        return _in_front_of_each(execute, sql, params, many, context)
    if sql.startswith(HOLDS_ONLY) or not runtime._can_inject_variable(cursor, sql):
        return execute(sql, params, many, context)
    connection, now = cursor.connection, runtime._tracker.value
    words = (now.id, dict(now.metadata))
    if planned.is_open(connection) and planned.told.get(connection) == words:
        return execute(sql, params, many, context)
    cursor.before = _said(cursor, *words)
    try:
        found = execute(sql, params, many, context)
    finally:
        cursor.before = ""
    if planned.is_open(connection):
        planned.told[connection] = words
    return found


def _said(cursor: Any, key: Any, facts: dict[str, Any]) -> str:
    names = "pghistory.context_id', %s, true), set_config('pghistory.context_metadata"
    values = (str(key), json.dumps(facts, cls=config.json_encoder()))
    return str(cursor.mogrify(f"SELECT set_config('{names}', %s, true); ", values).decode())


def tell_once() -> None:
    """Let the contexts of the history tell it so in this process; a second call changes nothing."""
    runtime._inject_history_context = tell
