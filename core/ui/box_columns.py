"""Columns that upper apps put into a box of somebody else's card: what each order in a client's box is paid.

The app that owns the box asks `of(box, …)` and draws headings and cells; the app that knows the figure says
`add(box, BoxColumn(…))` in its panels. A box is named after the panel: "crm.client.entities".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from core import policy
from core.ui import switches


@dataclass(frozen=True)
class BoxColumn:
    """`read(record, keys, user)` gives the cells of the rows by key, written already; `record` is the card's own.

    `needs` is the right to see the column, `switch` the function that brings it.
    """

    key: str
    label: str | Promise
    read: Callable[[Any, list[int], Any], Mapping[int, str]]
    needs: str = ""
    switch: str = ""


@dataclass(frozen=True)
class Added:
    """What others know about the rows of a box: headings, and each row with its cells in their order."""

    labels: Sequence[str | Promise]
    rows: Sequence[tuple[Any, Sequence[str]]]

    @property
    def labelled(self) -> list[tuple[Any, list[tuple[str | Promise, str]]]]:
        """The rows with the heading beside each cell, as a card on the phone shows them."""
        return [(row, list(zip(self.labels, cells, strict=True))) for row, cells in self.rows]


_columns: dict[str, list[BoxColumn]] = {}


def add(box: str, column: BoxColumn) -> None:
    """Put a column into a box; adding the same one again changes nothing."""
    known = _columns.setdefault(box, [])
    if all(column.key != other.key for other in known):
        known.append(column)


def of(box: str, record: Any, rows: Sequence[Any], user: Any) -> Added:
    """The columns of a box that the user may see, with their cells."""
    columns = [
        column
        for column in _columns.get(box, ())
        if switches.is_on(column.switch) and (not column.needs or policy.allows(user, column.needs))
    ]
    keys = [row.pk for row in rows]
    found = [column.read(record, keys, user) if keys else {} for column in columns]
    cells = [(row, [one.get(row.pk, "") for one in found]) for row in rows]
    return Added([column.label for column in columns], cells)
