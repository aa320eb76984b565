"""Columns of a board: as a screen declares them, and as the page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from core.ui import board_columns
from core.ui.column_menus import MenuGroup

FIRST = 20
MORE = 20
MOST = 200


@dataclass(frozen=True)
class BoardColumn:
    """One column: the value of the board's field, its heading, and what is asked before a card may come in.

    `takes` False says that no card is moved here by hand. `verb` stands on the button that sends what was asked.
    """

    key: str
    label: str | Promise
    tone: str = ""
    takes: bool = True
    asks: type[forms.Form] | None = None
    verb: str | Promise = ""
    note: str | Promise = ""


@dataclass
class Shown:
    """A column as the page shows it: all its cards counted and summed, the first of them as cards."""

    column: BoardColumn
    count: int = 0
    total: Decimal | None = None
    cards: list[Any] = field(default_factory=list)
    limit: int = FIRST
    folded: bool = False
    menu: Sequence[MenuGroup] = ()
    unfold: str = ""  # the address that opens a folded column
    add: str = ""  # the address of its quick-add form, where cards are added

    @property
    def drawn(self) -> SafeString:
        """The cards as HTML, of a screen that draws them itself: see `BoardScreen.dress`."""
        return SafeString("".join(card.drawn for card in self.cards))

    @property
    def head(self) -> SafeString:
        """The head as HTML, of a screen that draws it itself; of others a template says it."""
        return SafeString("")

    @property
    def menu_box(self) -> SafeString:
        """The menu, or the way to unfold the column."""
        return board_columns.menu(self)

    @property
    def left(self) -> int:
        return max(0, self.count - len(self.cards))

    @property
    def next_limit(self) -> int:
        return self.limit + MORE

    @property
    def more(self) -> int:
        """How many the next press shows."""
        return min(MORE, self.left)
