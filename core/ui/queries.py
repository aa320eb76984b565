"""The address of a list, read: which saved view, filters, sort, columns and page somebody asked for.

Everything comes from allow-lists of the register; what is unknown is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.db.models import F, QuerySet
from django.http import QueryDict

from core.db import Fold
from core.models import SavedView
from core.ui.paging import SortKey
from core.ui.registers import Register
from core.ui.tables import Column

PAGE_SIZES = (20, 50, 80, 200)
DEFAULT_PAGE_SIZE = 50
# What says where somebody stands in a list, not which list it is.
PLACE = frozenset({"after", "before", "counts", "part", "filters", "choose"})
# What the view may hold beside filters.
SHAPE = frozenset({"q", "sort", "columns", "rows", "layout", "height", "widths"})
HEIGHTS = ("dense", "normal")
WIDTHS = ("wide", "wider")


@dataclass
class ListQuery:
    """What a list shows. `parameters` is the address with the saved view's parameters filled in."""

    register: Register
    user: Any
    asked: QueryDict
    views: list[SavedView] = field(default_factory=list)

    @cached_property
    def view(self) -> SavedView | None:
        """The saved view somebody opened; None for the plain list."""
        wanted = self.asked.get("view", "")
        return next((view for view in self.views if str(view.pk) == wanted), None)

    @cached_property
    def is_changed(self) -> bool:
        """Does the address say more or other things than the saved view?"""
        return self.view is not None and bool(self._own_words()) and self.as_saved() != self.view.query

    @cached_property
    def parameters(self) -> QueryDict:
        """An address that says anything but the view and the page says everything; otherwise the view does."""
        if self.view is None or self._own_words():
            return self.asked
        merged = QueryDict(mutable=True)
        for name, values in self.view.query.items():
            merged.setlist(name, [str(value) for value in values])
        for name in PLACE:
            if name in self.asked:
                merged[name] = self.asked[name]
        merged["view"] = str(self.view.pk)
        return merged

    def _own_words(self) -> list[str]:
        return [name for name in self.asked if name not in PLACE and name != "view"]

    def as_saved(self) -> dict[str, list[str]]:
        """What a saved view keeps of this address: only what the register knows."""
        known = SHAPE | set(self._filter_names())
        return {
            name: values
            for name in sorted(self.parameters)
            if name in known and (values := [value for value in self.parameters.getlist(name) if value != ""])
        }

    def _filter_names(self) -> list[str]:
        names: list[str] = []
        for name in self.parameters:
            base = name.rsplit("_", 1)[0]
            filters = self.register.filter_class.base_filters if self.register.filter_class else {}
            if name in filters or base in filters or name.startswith("own_"):
                names.append(name)
        return names

    @cached_property
    def offered(self) -> list[Column]:
        """Every column the user may choose."""
        return self.register.columns_for(self.user)

    @cached_property
    def columns(self) -> list[Column]:
        """The chosen columns in the chosen order; the first column of the register always leads."""
        offered = self.offered
        wanted = [name for name in ",".join(self.parameters.getlist("columns")).split(",") if name]
        if not wanted:
            return [column for column in offered if column.shown] or offered
        by_name = {column.name: column for column in offered}
        chosen = [replace(by_name[name], on_tablet=True) for name in dict.fromkeys(wanted) if name in by_name]
        first = offered[0]
        return [first, *(column for column in chosen if column.name != first.name)]

    @cached_property
    def sort(self) -> list[tuple[Column, bool]]:
        """The columns sorted by, each with "descending"; at most two."""
        by_name = {column.name: column for column in self.offered if column.sort}
        asked = self.parameters.get("sort", "") or self.register.default_sort
        keys: list[tuple[Column, bool]] = []
        for word in asked.split(",")[:2]:
            column = by_name.get(word.lstrip("-"))
            if column is not None and all(column is not known for known, _down in keys):
                keys.append((column, word.startswith("-")))
        return keys

    @property
    def has_index(self) -> bool:
        """Is the list in the order it opens with? Each register has an index for that one."""
        asked = self.parameters.get("sort", "")
        return not asked or asked == self.register.default_sort

    @property
    def page_size(self) -> int:
        asked = self.parameters.get("rows", "")
        return int(asked) if asked in {str(size) for size in PAGE_SIZES} else DEFAULT_PAGE_SIZE

    @property
    def height(self) -> str:
        """How high rows are: dense, or normal with more air."""
        asked = self.parameters.get("height", "")
        return asked if asked in HEIGHTS else HEIGHTS[0]

    @cached_property
    def widths(self) -> dict[str, str]:
        """The columns somebody widened, by name: `wide` or `wider`; the others are as wide as what they hold."""
        words = ",".join(self.parameters.getlist("widths")).split(",")
        pairs = [word.partition(":")[::2] for word in words if ":" in word]
        offered = {column.name for column in self.offered}
        return {name: width for name, width in pairs if name in offered and width in WIDTHS}

    def sorted_rows(self, rows: QuerySet[Any]) -> tuple[QuerySet[Any], list[SortKey]]:
        """The rows with what they are sorted by, and the keys of the order."""
        keys = []
        for column, descending in self.sort:
            path = column.sort
            if column.folds:
                path = f"fold_{column.name}"
                rows = rows.annotate(**{path: Fold(F(column.sort))})
            elif path.startswith("custom__"):  # a value inside JSON; the cursor of a page reads it from the row
                path = f"sort_{column.name}"
                rows = rows.annotate(**{path: F(column.sort)})
            keys.append(SortKey(path, descending, nullable=_may_be_empty(rows, column.sort)))
        return rows, keys

    def kept_state(self) -> list[tuple[str, str, bool]]:
        """What a form of the list sends along: name, value, and whether it is a filter (a form may hold it)."""
        filters = set(self._filter_names()) - {"q"}
        return [
            (name, value, name in filters)
            for name in self.parameters
            if name in filters or name in SHAPE or name == "view"
            for value in self.parameters.getlist(name)
            if value
        ]

    def address(self, **changes: str | None) -> str:
        """The address of this list with some parameters changed; None takes one away. Always the first page."""
        query = self.parameters.copy()
        for name in (*PLACE, *(name for name, value in changes.items() if value is None)):
            query.pop(name, None)
        for name, value in changes.items():
            if value is not None:
                query[name] = value
        return "?" + query.urlencode()


def _may_be_empty(rows: QuerySet[Any], path: str) -> bool:
    """Can the sort value be NULL? Related and computed values can."""
    fields = {field.name: field for field in rows.model._meta.concrete_fields}
    return path not in fields or fields[path].null
