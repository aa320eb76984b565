"""The menu on a board's column: add a card there, another order, the same as a list, fold the column away.

Each entry is a link, so the menu needs no script; how a column is ordered or folded stands in the board's address.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote_plus, urlencode

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from core.templatetags.ui import icon
from core.ui.cells import esc

FOLDED, SORT, ADD = "folded", "sort-", "add"

# What asks for a part of a board, and does not say how the board stands.
_ASKED_ONCE = ("column", "move", "to", ADD)


@dataclass(frozen=True)
class MenuEntry:
    """One line of the menu. `opens_form` marks the one that opens the quick-add form in the column itself."""

    label: str | Promise
    address: str
    icon: str = ""
    is_chosen: bool = False
    opens_form: bool = False


@dataclass(frozen=True)
class MenuGroup:
    """Lines of a menu that belong together, under a heading where they need one."""

    entries: Sequence[MenuEntry]
    heading: str | Promise = ""


class Standing:
    """How a board stands: the pairs of its address, without what asks for one part. Read once for all its columns."""

    def __init__(self, asked: QueryDict) -> None:
        self.pairs = [(name, value) for name in asked if name not in _ASKED_ONCE for value in asked.getlist(name)]

    @property
    def address(self) -> str:
        return self.with_("", "")

    def with_(self, name: str, value: str) -> str:
        """The same board with another value of one parameter; without it where the value is ""."""
        rest = self._without(name)
        if not value:
            return f"?{rest}"
        return f"?{rest}{'&' if rest else ''}{quote_plus(name)}={quote_plus(value)}"

    def _without(self, name: str) -> str:
        """The address of the board without one parameter; most boards carry none of those that are asked for."""
        if any(pair[0] == name for pair in self.pairs):
            return urlencode([pair for pair in self.pairs if pair[0] != name])
        return self._whole

    @cached_property
    def _whole(self) -> str:
        return urlencode(self.pairs)

    def more(self, key: str, limit: int) -> str:
        """The same board with more cards in one column; a script asks for that column alone."""
        show = f"show-{key}"
        rest = [pair for pair in self.pairs if pair[0] != show]
        return f"?{urlencode([*rest, (show, str(limit)), ('column', key)])}"

    @property
    def folded(self) -> set[str]:
        """The columns that stand folded away."""
        return {value for name, value in self.pairs if name == FOLDED and value}

    def adding(self, key: str) -> str:
        """The address of the quick-add form of one column."""
        return self.with_(ADD, key)

    def folding(self, key: str) -> str:
        """The same board with one column folded, or unfolded where it was folded."""
        rest = self._without(FOLDED)
        folds = urlencode([(FOLDED, one) for one in sorted(self.folded ^ {key})])
        return f"?{rest}{'&' if rest and folds else ''}{folds}"

    def order_of(self, key: str) -> str:
        """The order asked for one column, "" for the usual one."""
        return next((value for name, value in self.pairs if name == SORT + key), "")

    def orders(self, key: str, choices: Sequence[tuple[str, str | Promise]]) -> list[MenuEntry]:
        """The orders of one column; the first of `choices` is the usual one and has the code ""."""
        asked = self.order_of(key)
        now = asked if any(code == asked for code, _label in choices) else ""
        return [MenuEntry(label, self.with_(SORT + key, code), is_chosen=code == now) for code, label in choices]


def drawn(groups: Iterable[MenuGroup]) -> SafeString:
    """The lines of a menu as HTML, written in one go: a board has one on each column."""
    parts = []
    for number, group in enumerate(groups):
        parts.append("<hr>" if number else "")
        parts.append(f'<p class="head">{esc(group.heading)}</p>' if group.heading else "")
        for one in group.entries:
            marks = f"{' aria-current=true' if one.is_chosen else ''}{' data-add-open' if one.opens_form else ''}"
            drawing = icon(one.icon) if one.icon else ""
            parts.append(f'<a href="{esc(one.address)}"{marks}>{drawing}{esc(one.label)}</a>')
    return SafeString("".join(parts))
