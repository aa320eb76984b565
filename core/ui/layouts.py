"""Saved views of boards: kept beside those of the list, under the layout they open in.

A board declares itself once, next to its register: which page it is and what of its address a view keeps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

LAYOUT = "board"


@dataclass(frozen=True)
class Layout:
    """A page that shows the records of a register in another way than the list. `keeps` ends in "-" for beginnings."""

    code: str
    register: str
    url_name: str
    keeps: tuple[str, ...]

    def kept(self, asked: QueryDict) -> dict[str, list[str]]:
        """What a saved view keeps of an address of this page."""
        starts = tuple(name for name in self.keeps if name.endswith("-"))
        found = {LAYOUT: [self.code]}
        for name in sorted(asked):
            values = [value for value in asked.getlist(name) if value]
            if values and (name in self.keeps or (starts and name.startswith(starts))):
                found[name] = values
        return found

    def address(self, query: Mapping[str, Sequence[str]] | None = None, view: int | None = None) -> str:
        """The page as a query says it, and which saved view says so."""
        pairs = [(name, value) for name, values in sorted((query or {}).items()) if name != LAYOUT for value in values]
        pairs += [("view", str(view))] if view else []
        return reverse(self.url_name) + (f"?{urlencode(pairs)}" if pairs else "")


_known: dict[str, Layout] = {}


def declare(*layouts: Layout) -> None:
    for layout in layouts:
        if _known.get(layout.code, layout) != layout:
            raise RuntimeError(f"the layout {layout.code} is declared twice")
        _known[layout.code] = layout


def code_in(query: Mapping[str, Any]) -> str:
    """The layout that a saved view names; "" for the list."""
    values = query.get(LAYOUT) or [""]
    return str(values[0])


def of(query: Mapping[str, Any], register: str = "") -> Layout | None:
    """The layout that a saved view opens in, where the board is there and shows that register."""
    found = _known.get(code_in(query))
    return found if found is not None and register in ("", found.register) else None


def by_code(code: str) -> Layout:
    return _known[code]
