"""Statements that PostgreSQL reads and plans once per connection and then only carries out.

Planning a list's statement takes it about as long as answering it. What is wrapped in `Planned` is prepared on the
connection that sends it first (PREPARE and EXECUTE of PostgreSQL), so from then on only its values travel. Behind a
pooler that hands connections from one transaction to the next, switch it off with `DB_PLANNED=no`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from psycopg2 import Error, errors, extensions

# Each keeps its plan in the memory of the database's process: what comes after these is sent as ever.
MOST = 400
PLACES = re.compile(r"%s|%%")
OUTDATED = (errors.FeatureNotSupported, errors.InvalidSqlStatementName)


# A few keys are sent as so many values, the last one again and again: with a list of an unknown length PostgreSQL would
# rather plan anew each time.
FEW = (1, 2, 8)
KEYS = "(SELECT unnest(%s::bigint[]))"
ANY_KEY = "= ANY(%s::bigint[])"


class Planned(str):
    """A statement that is sent often, with other values each time. It looks like any other in logs and tests."""

    __slots__ = ()


def size_for(count: int) -> int:
    """To how many values that many keys are filled up; 0 where they are sent as a list."""
    return next((size for size in FEW if count <= size), 0) if count else 0


def filled_up(keys: Sequence[Any], size: int) -> list[Any]:
    return [*keys, *[keys[-1]] * (size - len(keys))]


def for_few(sql: str, size: int) -> Planned:
    """The statement with so many values where its lists of keys stood."""
    places = f"({', '.join(['%s'] * size)})"
    return Planned(sql.replace(KEYS, places).replace(ANY_KEY, f"IN {places}"))


def lists_of_keys(sql: str) -> int:
    """How many lists of keys a statement asks for."""
    return sql.count(KEYS) + sql.count(ANY_KEY)


# The name of each statement on each connection; empty for one that PostgreSQL did not understand without its values.
_names: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()

# What the open transaction of each connection was told for all its statements (`core.telling`). Whatever takes that
# back, its end or the way back to a savepoint, goes through the cursor below, which then forgets it here.
told: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()


def is_open(connection: Any) -> bool:
    """Has a transaction begun on a connection of psycopg2? It has not before its first statement."""
    return bool(connection.get_transaction_status() != extensions.TRANSACTION_STATUS_IDLE)


class Cursor(extensions.cursor):
    """psycopg2's cursor, which sends what is `Planned` by its name.

    `before` goes in front of the next statement, on the same way.
    """

    before = ""
    _said: tuple[str, Sequence[Any]] | None = None

    def execute(self, query: Any, vars: Any = None) -> None:
        self._said = None
        self._forget_what_was_told(query)
        if not isinstance(query, Planned):
            return super().execute(f"{self._words_before(vars)}{query}" if self.before else query, vars)
        values = list(vars or ())
        known = _names.setdefault(self.connection, {})
        if query not in known:
            known[query] = self._prepare(query, len(known))
        before = self._words_before(values)
        if not (name := known[query]):
            return super().execute(f"{before}{query}", values)
        places = f"({', '.join(['%s'] * len(values))})" if values else ""
        try:
            super().execute(f"{before}EXECUTE {name}{places}", values)
        except OUTDATED:
            known.clear()  # a table was altered meanwhile, or somebody else has the connection now
            if self.connection.info.transaction_status != extensions.TRANSACTION_STATUS_IDLE:
                raise
            super().execute("DEALLOCATE ALL")
            return super().execute(str(query), values)
        self._said = query, values
        return None

    def executemany(self, query: Any, vars_list: Any) -> None:
        self._forget_what_was_told(query)
        super().executemany(query, vars_list)

    def copy_expert(self, sql: Any, file: Any, size: int = 8192) -> None:
        self._forget_what_was_told(sql)
        super().copy_expert(sql, file, size)

    def _words_before(self, values: Any) -> str:
        words, self.before = self.before, ""
        return words if values is None else words.replace("%", "%%")

    def _forget_what_was_told(self, query: Any) -> None:
        """At the first statement of a transaction, and on the way back to a savepoint."""
        if not is_open(self.connection) or (isinstance(query, str) and query[:8].upper() == "ROLLBACK"):
            told.pop(self.connection, None)

    def _prepare(self, query: str, number: int) -> str:
        """Give a statement its name. A refusal costs nothing: not the transaction either."""
        if number >= MOST:
            return ""
        name, count = f"planned_{number}", iter(range(1, 10_000))
        text = PLACES.sub(lambda found: f"${next(count)}" if found[0] == "%s" else "%", query)
        alone = self.connection.autocommit and (
            self.connection.info.transaction_status == extensions.TRANSACTION_STATUS_IDLE
        )
        try:
            prepare = f"PREPARE {name} AS {text}"
            super().execute(prepare if alone else f"SAVEPOINT {name}; {prepare}; RELEASE SAVEPOINT {name}")
        except Error:
            if not alone:
                super().execute(f"ROLLBACK TO SAVEPOINT {name}")
            return ""
        return name

    @property
    def query(self) -> bytes | None:
        """What was sent, as it reads with its values: for logs and for tests that look at statements."""
        if self._said is None:
            return super().query
        return self.mogrify(*self._said)
