"""Statements of the ORM that are built once for a user and then only sent.

Building a statement costs Django several times what PostgreSQL needs to answer it, and a list asks the same ones on
every page with other keys. What a statement may show follows from the user's rights, so it is remembered with them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

from django.db import connection
from django.db.models import Expression, QuerySet
from django.utils import translation

from core import policy
from core.planned import KEYS as LISTED
from core.planned import Planned, filled_up, for_few, size_for


class Keys(Expression):
    """Stands for the keys of the records asked about, wherever a queryset takes a list: `filter(person__in=keys)`."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return LISTED, [self]


KEYS: Any = Keys()
Build = Callable[[Any, Any], QuerySet[Any, tuple[Any, ...]]]


def prepared(build: Build) -> Callable[[Sequence[int], Any], list[tuple[Any, ...]]]:
    """Turn `build(keys, user)`, which returns a `values_list` of plain columns, into `ask(keys, user)`: the rows.

    `build` runs once per user, language and change of rights; it must depend on nothing else.
    """

    def ask(keys: Sequence[int], user: Any) -> list[tuple[Any, ...]]:
        if not keys:
            return []
        memory, size = policy.memory_of(user), size_for(len(keys))
        place = (build, translation.get_language(), size)
        if place not in memory:
            sql, params = build(KEYS, user).query.sql_with_params()
            memory[place] = for_few(sql, size) if size else Planned(sql), params
        sql, params = memory[place]
        sent: list[Any] = filled_up(keys, size) if size else [list(keys)]
        values = chain.from_iterable(sent if isinstance(param, Keys) else [param] for param in params)
        with connection.cursor() as cursor:
            cursor.execute(sql, list(values))
            return cursor.fetchall()

    return ask
