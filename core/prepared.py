"""Statements of the ORM that are built once for a user and then only sent.

Building a statement costs Django several times what PostgreSQL needs to answer it, and a list asks the same ones on
every page with other keys. What a statement may show follows from the user's rights, so it is remembered with them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Expression, QuerySet
from django.utils import translation

from core import policy
from core.planned import Planned


class Keys(Expression):
    """Stands for the keys of the records asked about, wherever a queryset takes a list: `filter(person__in=keys)`."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return "(SELECT unnest(%s::bigint[]))", [self]


KEYS: Any = Keys()
Build = Callable[[Any, Any], QuerySet[Any, tuple[Any, ...]]]


def prepared(build: Build) -> Callable[[Sequence[int], Any], list[tuple[Any, ...]]]:
    """Turn `build(keys, user)`, which returns a `values_list` of plain columns, into `ask(keys, user)`: the rows.

    `build` runs once per user, language and change of rights; it must depend on nothing else.
    """

    def ask(keys: Sequence[int], user: Any) -> list[tuple[Any, ...]]:
        if not keys:
            return []
        memory = policy.memory_of(user)
        place = (build, translation.get_language())
        if place not in memory:
            sql, params = build(KEYS, user).query.sql_with_params()
            memory[place] = Planned(sql), params
        sql, params = memory[place]
        with connection.cursor() as cursor:
            cursor.execute(sql, [list(keys) if isinstance(param, Keys) else param for param in params])
            return cursor.fetchall()

    return ask
