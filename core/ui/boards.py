"""Boards: cards in columns that are moved by dragging, by a list of columns, or by a plain form.

A screen declares its columns, its rows, a card template and the service behind a move. GET is the page; with
`?column=` it is one column again with more cards; with `?move=` the list of columns for one card (with `&to=` what
the column asks first); with `?add=` the quick-add form of one column. POST moves a card: 200 brings the card, both
column heads and a toast; 409, 422, 403 and 404 bring a toast that says why and, where a rule knows it, the one action
that mends it. `&folded=` names the columns that stand folded away, `&sort-<column>=` another order.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, ClassVar

from django import forms
from django.db.models import Count, F, Model, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.generic import View

from core import policy
from core.actors import Actor
from core.errors import DomainError
from core.remembered import remembered_for_all
from core.transactions import command
from core.ui.access import Guarded
from core.ui.board_moves import Moving
from core.ui.column_menus import MenuEntry, MenuGroup, Standing
from core.ui.quick_add import QuickAdd
from core.ui.shown_columns import FIRST, MOST, BoardColumn, Shown


@lru_cache(maxsize=64)
def _under_lock(model: Any) -> Callable[[int], list[Any]]:
    """How a record of a model is read under its lock."""
    return remembered_for_all(lambda key: model._default_manager.locked().filter(pk=key))


@command
def move_card(*, model: type[Model], record_id: int, version: int | None, move: Any, by: Actor) -> Any:
    """Lock a record, check the version its card was drawn from, and call the app's service for the move.

    Raises StaleVersion, DoesNotExist and whatever the service refuses; then nothing is changed.
    """
    found = _under_lock(model)(record_id)
    if not found:
        raise model.DoesNotExist
    record = found[0]
    record.expect_version(version)
    return move(record)


class BoardScreen(Moving, QuickAdd, Guarded, View, ABC):
    """A board. A subclass says: `title`, `model`, `columns`, `rows`, `move`, `card_template`, actions."""

    model: ClassVar[type[Model]]
    title: ClassVar[str | Promise]
    column_field: ClassVar[str] = "status"
    sum_field: ClassVar[str] = ""
    order: ClassVar[Sequence[str]] = ("pk",)
    card_template: ClassVar[str] = ""
    template_name: ClassVar[str] = "ui/board/page.html"
    move_action: ClassVar[str]
    columns: Sequence[BoardColumn]
    head_template: ClassVar[str] = "ui/board/_head.html"

    # What a subclass says.

    @abstractmethod
    def rows(self) -> QuerySet[Any]:
        """The records on the board: what the user may see, narrowed by the address."""

    def with_parts(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The same rows with what a card shows, joined."""
        return rows

    @abstractmethod
    def move(self, record: Any, to: str, asked: Mapping[str, Any]) -> Any:
        """Call the service that moves the locked record. Raises DomainError."""

    def carry(self, record: Any, to: str, asked: Mapping[str, Any], version: int | None) -> Any:
        """Lock the record, check the version its card was drawn from, and move it. Raises DomainError."""

        def move(locked: Any) -> Any:
            return self.move(locked, to, asked)

        return move_card(model=self.model, record_id=record.pk, version=version, move=move, by=self.actor)

    def mends(self, refused: DomainError, record: Any) -> dict[str, str]:
        """What would lift a refusal: {"action_url": …, "action_label": …}, or nothing."""
        return {}

    def can_go_back(self, record: Any, was: str) -> bool:
        """May the move be taken back by moving the card to where it was?"""
        return False

    def list_of(self, column: BoardColumn) -> str:
        """The address of the cards of a column as a list, or "" where there is none."""
        return ""

    def orders_of(self, column: BoardColumn) -> Sequence[tuple[str, str | Promise]]:
        """The orders a column can stand in, by code; the usual one is the first and has the code ""."""
        return ()

    def more_of_menu(self, column: BoardColumn) -> Sequence[MenuEntry]:
        """What else the menu of a column offers."""
        return ()

    def extra(self) -> dict[str, Any]:
        """More for the page's template: links of the head, filters, quick add."""
        return {}

    def asking_form(self, column: BoardColumn, record: Any, data: Any = None) -> forms.Form:
        """The form of what a column asks about this record. Raises DomainError where it can never come in."""
        assert column.asks is not None  # noqa: S101 - only columns that ask get here
        return column.asks(data)

    def dress(self, cards: Sequence[Any]) -> None:
        """Give cards what their template shows beside their own row, for all of them at once.

        A board of hundreds of cards gives each its whole HTML instead, as `drawn`; then no template is asked.
        """

    # Reading.

    @cached_property
    def by_key(self) -> dict[str, BoardColumn]:
        return {column.key: column for column in self.columns}

    def limits(self) -> dict[str, int]:
        """How many cards each column shows; the address may ask for more by `<column>=60`."""
        found = {}
        for key in self.by_key:
            asked = self.request.GET.get(f"show-{key}", "")
            found[key] = 0 if key in self.folded else min(int(asked), MOST) if asked.isdigit() else FIRST
        return found

    @cached_property
    def folded(self) -> set[str]:
        return self.standing.folded & set(self.by_key)

    @cached_property
    def standing(self) -> Standing:
        return Standing(self.request.GET)

    def with_menus(self, shown: dict[str, Shown]) -> dict[str, Shown]:
        """Give columns their menus and say which are folded (no statement)."""
        for key, one in shown.items():
            one.folded = key in self.folded
            one.add = self.standing.adding(key) if self.may_add_to(key) else ""
            one.unfold = self.standing.folding(key) if one.folded else ""
            one.menu = [] if one.folded else [group for group in self.menu_of(one) if group.entries]
        return shown

    def menu_of(self, shown: Shown) -> list[MenuGroup]:
        """What can be done with a whole column."""
        column, (to_add, as_table, to_fold, in_order) = shown.column, self._menu_words
        add = [MenuEntry(to_add, shown.add, "plus", opens_form=True)] if shown.add else []
        there = self.list_of(column)
        ways = [MenuEntry(as_table, there, "table")] if there else []
        fold = MenuEntry(to_fold, self.standing.folding(column.key), "chevrons-left")
        orders = self.standing.orders(column.key, self.orders_of(column))
        return [
            MenuGroup([*add, *ways, fold]),
            MenuGroup(orders, in_order),
            MenuGroup(self.more_of_menu(column)),
        ]

    @cached_property
    def _menu_words(self) -> tuple[str, str, str, str]:
        """What each menu says, looked up once for all columns."""
        return _("Add a card here"), _("Show as a table"), _("Fold the column"), _("Order")

    def heads(self, *keys: str) -> dict[str, Shown]:
        """Counts and sums of the columns, all or those named (one statement)."""
        wanted = keys or tuple(self.by_key)
        rows = self.rows().filter(**{f"{self.column_field}__in": wanted}).order_by()
        figures: dict[str, Any] = {"board_count": Count("pk")}
        if self.sum_field:
            figures["board_total"] = Sum(self.sum_field)
        limits = self.limits()
        shown = {key: Shown(self.by_key[key], limit=limits[key]) for key in wanted}
        for row in rows.values(self.column_field).annotate(**figures):
            head = shown[row[self.column_field]]
            head.count, head.total = row["board_count"], row.get("board_total")
        return self.with_menus(shown)

    def filled(self, *keys: str) -> list[Shown]:
        """The columns with their first cards (two statements, whatever the number of columns and cards)."""
        shown = self.heads(*keys)
        place = Window(RowNumber(), partition_by=F(self.column_field), order_by=self.order)
        ranked = self.rows().filter(**{f"{self.column_field}__in": list(shown)}).annotate(board_place=place)
        within = Q()
        for key, column in shown.items():
            within |= Q(**{self.column_field: key, "board_place__lte": column.limit})
        for record in self.with_parts(ranked.filter(within)).order_by("board_place"):
            shown[getattr(record, self.column_field)].cards.append(record)
        self.dress([card for column in shown.values() for card in column.cards])
        return list(shown.values())

    # Answering.

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "move" in request.GET:
            return self._ask(self._record(request.GET["move"]), request.GET.get("to", ""))
        if "add" in request.GET:
            return self._ask_to_add(request.GET["add"])
        wanted = request.GET.get("column", "")
        if wanted in self.by_key and self._is_part():
            response = render(request, "ui/board/_column.html", self._context(shown=self.filled(wanted)[0]))
        else:
            response = render(request, self.template_name, self._context(shown=self.filled()))
        patch_vary_headers(response, ["HX-Request"])
        return response

    @property
    def actor(self) -> Any:
        return self.request.user

    @property
    def here(self) -> str:
        """The address of the board itself, as it stands, without what was asked of it."""
        return f"{self.request.path}{self.standing.address}".rstrip("?")

    def _is_part(self) -> bool:
        return self.request.headers.get("HX-Request") == "true"

    def _record(self, asked: str) -> Any:
        """The record, when it is on the board of this user; 404 otherwise."""
        found = self.with_parts(self.rows()).filter(pk=asked).first() if asked.isdigit() else None
        if found is None:
            raise Http404
        return found

    def _fresh(self, record: Any) -> Any:
        """The card as it is now, or None when it is on the board no more."""
        found = self.with_parts(self.rows()).filter(pk=record.pk).first()
        if found is not None:
            self.dress([found])
        return found

    def _context(self, **more: Any) -> dict[str, Any]:
        return {
            "board": self,
            "title": self.title,
            "card_template": self.card_template,
            "may_move": self.may_move,
            # A board that draws its cards itself needs nothing of the page's head where only cards are sent.
            **({} if "heads" in more and not self.card_template else self.extra()),
            **more,
        }

    @property
    def may_move(self) -> bool:
        return policy.allows(self.actor, self.move_action)
