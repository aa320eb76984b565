"""How the checks ask the database."""

from __future__ import annotations

from django.db import connection


def rows_of(sql: str, parameters: list | None = None) -> list[tuple]:
    """The rows of a statement, as the database gives them."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()
