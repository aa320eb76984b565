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


# What `Column.currency` says of amounts that have no currency of their own.
HOME = "home"
NUMERIC = frozenset({Kind.NUMBER, Kind.QTY, Kind.MONEY, Kind.PERCENT})


@dataclass(frozen=True)
class Column:
    """One column of a register.

    `path` is the attribute path of the value (default: the name); `value` computes it instead;
    `batch` reads it for many records at once, by their keys and the user, in one statement. `sort` is the
    allow-listed ORM path to sort by, empty when the column cannot be sorted; `folds` sorts a name without regard to
    accents, capitals and script. `needs` is the right to see the column at all, `switch` the function that brings it.
    `shown` columns stand in a new view, the others can be chosen; without `on_tablet` one is left out below 1100 px
    until somebody chooses it. `edits` names the form
    field that is changed in place here. `tones` gives a choice its colour. `currency` is the attribute path of an
    amount's currency, or HOME where it is kept in the currency of the house. `is_sentence` keeps room for several
    words.
    """

    name: str
    label: str | Promise
    kind: Kind = Kind.TEXT
    path: str = ""
    value: Callable[[Any], Any] | None = None
    batch: Callable[[list[int], Any], dict[int, Any]] | None = None
    sort: str = ""
    folds: bool = False
    needs: str = ""
    shown: bool = True
    on_phone: bool = False
    on_tablet: bool = True
    tones: dict[str, str] | None = None
    switch: str = ""
    edits: str = ""
    currency: str = ""
    is_sentence: bool = False

    @cached_property
    def get(self) -> Callable[[Any], Any]:
        """The value of a record (of a choice: its code and its words); None where a part of the path is missing."""
        if self.value is not None:
            return self.value
        if self.batch is not None:
            return lambda _record: None
        path = self.path or self.name
        if self.kind is Kind.CHOICE and "." not in path:
            return lambda record: (getattr(record, path), getattr(record, f"get_{path}_display")())
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


def getters(columns: list[Column], records: list[Any], user: Any) -> list[Callable[[Any], Any]]:
    """For each column how a record's value is got: what is read in batches is read now."""
    keys = [record.pk for record in records]
    return [_from_batch(column.batch(keys, user)) if column.batch and keys else column.get for column in columns]


def _from_batch(found: dict[int, Any]) -> Callable[[Any], Any]:
    return lambda record: found.get(record.pk)
