"""Pages by keyset: the next page starts behind the last row, however many rows lie before it.

A cursor is the sort values and the key of the row at the edge. Rows without a value come last in either direction.
See M. Winand, "SQL Performance Explained", chapter 7 (the seek method).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import FieldError, ValidationError
from django.db import DataError
from django.db.models import F, Q, QuerySet

COUNT_LIMIT = 10_000


@dataclass(frozen=True)
class SortKey:
    """One key of an order: an ORM path (a field or an annotation) and its direction."""

    path: str
    descending: bool = False
    nullable: bool = True

    def order(self, *, backwards: bool) -> Any:
        column = F(self.path)
        descending = self.descending != backwards
        if not self.nullable:  # said plainly, so that an index serves either direction
            return column.desc() if descending else column.asc()
        places: dict[str, Any] = {"nulls_first": True} if backwards else {"nulls_last": True}
        return column.desc(**places) if descending else column.asc(**places)


@dataclass(frozen=True)
class Page:
    """Some rows, and the cursors of what lies before and behind them ("" when nothing does)."""

    rows: list[Any]
    before: str
    after: str


def page_of(
    rows: QuerySet[Any],
    keys: Sequence[SortKey],
    *,
    size: int,
    after: str = "",
    before: str = "",
    has_index: bool = True,
) -> Page:
    """The page behind `after`, or before `before`, or the first. A cursor nobody can read gives the first page.

    `has_index`: does an index give this order? If not, see `first_rows`.
    """
    keys = with_last_key(keys)
    cursor = _read(before or after, len(keys))
    backwards = bool(before and cursor)
    ordered = in_order(rows, keys, backwards=backwards)
    try:
        beyond = ordered.filter(_behind(keys, cursor, backwards)) if cursor else ordered
        found = list(first_rows(beyond, size + 1, has_index=has_index))
    except (ValidationError, ValueError, TypeError, DataError, FieldError):
        return page_of(rows, keys[:-1], size=size, has_index=has_index)
    return page_from(found, keys, size=size, goes_on=bool(cursor), backwards=backwards)


def with_last_key(keys: Sequence[SortKey]) -> list[SortKey]:
    """The keys of an order with the primary key behind them, so that no two rows are alike."""
    return [*keys, SortKey("pk", keys[-1].descending if keys else False, nullable=False)]


def in_order(rows: QuerySet[Any], keys: Sequence[SortKey], *, backwards: bool = False) -> QuerySet[Any]:
    return rows.order_by(*(key.order(backwards=backwards) for key in keys))


def first_rows(ordered: QuerySet[Any], count: int, *, has_index: bool) -> QuerySet[Any]:
    """So many rows from the beginning of an order.

    Where no index gives the order all rows have to be sorted: then their keys alone are, and what else they hold and
    join is read for the few that are left (late row lookup).
    """
    if has_index:
        return ordered[:count]
    return ordered.filter(pk__any=ArraySubquery(ordered.values("pk")[:count]))


def page_from(
    found: list[Any], keys: Sequence[SortKey], *, size: int, goes_on: bool = False, backwards: bool = False
) -> Page:
    """The page of rows that were read, of which one more than fits says that others follow."""
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    has_before = goes_on if not backwards else more
    has_after = more if not backwards else True
    return Page(
        found,
        _cursor(found[0], keys) if found and has_before else "",
        _cursor(found[-1], keys) if found and has_after else "",
    )


def count_of(rows: QuerySet[Any]) -> int:
    """How many rows there are; stops at COUNT_LIMIT + 1, which stands for "more"."""
    return counted(rows).count()


def counted(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows that `count_of` counts, for a statement that is remembered."""
    return rows.order_by().values_list("pk")[: COUNT_LIMIT + 1]


def _behind(keys: Sequence[SortKey], cursor: list[Any], backwards: bool) -> Q:
    """(a > x) or (a = x and b > y) or …, with rows without a value behind all others."""
    ways = []
    same = Q()
    for key, value in zip(keys, cursor, strict=True):
        beyond = _beyond(key, value, backwards)
        if beyond is not None:
            ways.append(same & beyond)
        same &= Q(**{f"{key.path}__isnull": True}) if value is None else Q(**{key.path: value})
    condition = reduce(or_, ways)
    first, value = keys[0], cursor[0]
    if value is not None and len(keys) > 1 and not first.nullable:
        # Said once more for the planner: a range that an index can start from.
        condition &= Q(**{f"{first.path}__{'lte' if first.descending != backwards else 'gte'}": value})
    return condition


def _beyond(key: SortKey, value: Any, backwards: bool) -> Q | None:
    """What comes after `value` in this key alone; None when nothing can."""
    if value is None:
        return Q(**{f"{key.path}__isnull": False}) if backwards else None
    comparison = "lt" if key.descending != backwards else "gt"
    beyond = Q(**{f"{key.path}__{comparison}": value})
    return beyond if backwards or not key.nullable else beyond | Q(**{f"{key.path}__isnull": True})


def _cursor(row: Any, keys: Sequence[SortKey]) -> str:
    values = [_plain(_value(row, key.path)) for key in keys]
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


def _value(row: Any, path: str) -> Any:
    for part in path.split("__"):
        row = getattr(row, part) if row is not None else None
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _read(cursor: str, length: int) -> list[Any] | None:
    if not cursor or len(cursor) > 2000:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, UnicodeDecodeError):
        return None
    plain = isinstance(values, list) and all(v is None or isinstance(v, (str, int, float, bool)) for v in values)
    return values if plain and len(values) == length and values[-1] is not None else None
