"""PostgreSQL sequences: made, asked for numbers, held and set on."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection


def create_sequence(name: str) -> None:
    """Make a PostgreSQL sequence unless it exists."""
    with connection.cursor() as cursor:
        # A name cannot be a parameter; it is quoted, and only our own code gives it.
        cursor.execute(f"CREATE SEQUENCE IF NOT EXISTS {connection.ops.quote_name(name)}")


def next_values(sequence: str, count: int) -> list[int]:
    """The next `count` values of a PostgreSQL sequence, in order; values once taken never come back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, count])
        return sorted(row[0] for row in cursor.fetchall())


def peek_sequences(names: Sequence[str]) -> dict[str, int]:
    """What each PostgreSQL sequence would give next, in one statement; one that is not there is left out."""
    if not names:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sequencename, coalesce(last_value + increment_by, start_value) FROM pg_sequences"
            " WHERE schemaname = current_schema() AND sequencename = ANY(%s)",
            [list(names)],
        )
        return dict(cursor.fetchall())


def hold_sequence(name: str) -> None:
    """Let nobody take a value of a PostgreSQL sequence until this transaction is over."""
    with connection.cursor() as cursor:
        # A name cannot be a parameter; it is quoted, and only our own code gives it.
        cursor.execute(f"ALTER SEQUENCE {connection.ops.quote_name(name)} INCREMENT BY 1")


def restart_sequence(name: str, number: int) -> None:
    """Let a PostgreSQL sequence go on with `number`; rolled back with the transaction."""
    with connection.cursor() as cursor:
        # Neither a name nor the start can be a parameter here: the one is quoted, the other a whole number.
        cursor.execute(f"ALTER SEQUENCE {connection.ops.quote_name(name)} RESTART WITH {int(number)}")
