"""Columns of lists: what stands in them, how it is sorted, written, and who may see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from typing import Any

from django.utils.functional import Promise


class Kind(StrEnum):
    """What a value is; decides alignment, wording on the screen and the cell type in an export."""

    TEXT = "text"
    NUMBER = "number"
    QTY = "qty"
    MONEY = "money"
    PERCENT = "percent"
    DATE = "date"
    MOMENT = "moment"
    AGO = "ago"  # a moment, told as the time since
    CHOICE = "choice"  # a tag; see Column.tones
    YESNO = "yesno"
    USER = "user"
    LINK = "link"  # a record of another register
    EMAIL = "email"
    PHONE = "phone"
    TAGS = "tags"


NUMERIC = frozenset({Kind.NUMBER, Kind.QTY, Kind.MONEY, Kind.PERCENT})


@dataclass(frozen=True)
class Column:
    """One column of a register.

    `path` is the attribute path of the value (default: the name); `value` computes it instead. `sort` is the
    allow-listed ORM path to sort by, empty when the column cannot be sorted. `needs` is the right to see the column
    at all. `shown` columns stand in a new view; the others can be chosen. `tones` gives a choice its colour.
    """

    name: str
    label: str | Promise
    kind: Kind = Kind.TEXT
    path: str = ""
    value: Callable[[Any], Any] | None = None
    sort: str = ""
    needs: str = ""
    shown: bool = True
    on_phone: bool = False
    tones: dict[str, str] | None = None
    switch: str = ""

    @cached_property
    def get(self) -> Callable[[Any], Any]:
        """The value of a record; None where a part of the path is missing."""
        if self.value is not None:
            return self.value
        path = self.path or self.name
        if "." not in path:
            return attrgetter(path)
        parts = path.split(".")

        def follow(record: Any) -> Any:
            for part in parts:
                if record is None:
                    return None
                record = getattr(record, part)
            return record

        return follow

    @property
    def is_numeric(self) -> bool:
        return self.kind in NUMERIC
