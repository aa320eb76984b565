"""Filters that stand open in a filter bar: "Owner Anyone ⌄" with the few values people ask for day by day.

A menu is a fold with links, so it needs no script; each link is the address of the same page with another value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote_plus, urlencode

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from core.ui.cells import esc

# What tells the place in a list or on a board, and not what is on it.
PLACES = ("after", "before", "filters", "choose", "part", "column", "move", "to")


@dataclass(frozen=True)
class MenuChoice:
    label: str | Promise
    address: str
    is_chosen: bool


@dataclass(frozen=True)
class FilterMenu:
    """One filter: its name, what is chosen in words, what else may be, and, where it is `typed`, a field for more."""

    name: str
    label: str | Promise
    text: str | Promise
    choices: Sequence[MenuChoice]
    value: str = ""
    typed: bool = False
    kept: Sequence[tuple[str, str]] = ()
    words: Sequence[str] = ()

    @property
    def is_on(self) -> bool:
        return bool(self.value)

    @property
    def drawn(self) -> SafeString:
        """The choices as HTML, written in one go: a menu of owners has one for each colleague."""
        return SafeString("".join(map(_link, self.choices)))


def _link(choice: MenuChoice) -> str:
    mark = ' aria-current="true"' if choice.is_chosen else ""
    return f'<a href="{esc(choice.address)}"{mark}>{esc(choice.label)}</a>'


def filter_menu(
    name: str,
    label: str | Promise,
    asked: QueryDict,
    values: Iterable[tuple[str, str | Promise]],
    *,
    text: str | Promise = "",
    typed: bool = False,
    words: Sequence[str] = (),
) -> FilterMenu:
    """A menu about one parameter of an address. The first of `values` is the empty one: no filter.

    `text` says what is chosen where it is none of the values.
    """
    known = list(values)
    value = ",".join(one for one in asked.getlist(name) if one)
    rest = [(key, one) for key in asked if key != name and key not in PLACES for one in asked.getlist(key)]
    here = urlencode(rest)
    before = f"?{here}&{quote_plus(name)}=" if here else f"?{quote_plus(name)}="
    choices = [
        MenuChoice(words_of, f"{before}{quote_plus(str(code))}" if code else f"?{here}", code == value)
        for code, words_of in known
    ]
    said = dict(known).get(value) or text or value
    return FilterMenu(name, label, said, choices, value, typed, [pair for pair in rest if pair[1]], words)
