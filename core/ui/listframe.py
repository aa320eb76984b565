"""What stands around the rows of a list: saved views, filter bar, head, the ways to other pages, bulk actions.

All of it is read only when a template shows it: a list as it opens looks the same again and again, and then the text
that was written for the user before is taken (`{% remembered %}`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import quote_plus

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.html import escape
from django.utils.translation import gettext as _

from core import policy
from core.ui import views
from core.ui.looks import SECRET, Look
from core.ui.menus import FilterMenu
from core.ui.queries import PAGE_SIZES, ListQuery
from core.ui.registers import Register
from core.ui.tables import Column

# What an address may say without asking for other rows than those a list opens with.
PLAIN = {"rows", "sort", "columns", "widths", "height"}
# What is another on each page of the same list.
OPEN = ("earlier", "later", "count_text", "select_all", "shown_text", "all_text")
# Stands for the words of a search while a frame is written; safe in an address and in HTML.
SOMETHING = f"q{SECRET}q"
# What the frame takes from `addresses`.
WAYS = (
    "register_url", "export_url", "bulk_url", "empty_text", "empty_actions", "has_filters", "filters_open",
    "filters_url", "filters_page_url", "columns_open", "columns_url", "columns_page_url", "column_choices",
    "kept_state", "sizes", "heights",
)  # fmt: skip


@dataclass(frozen=True)
class HeadCell:
    """One cell of the table's head: the way to sort by it, alone or as second key."""

    column: Column
    css: str
    aria_sort: str
    icon: str
    address: str
    address_added: str


class ListFrame:
    """The part of a list screen that shows no record; `ListScreen` completes it."""

    request: HttpRequest
    register: Register
    filterset: Any
    user: Any

    @cached_property
    def query(self) -> ListQuery:
        saved = views.views_of(self.user, self.register.key)
        return ListQuery(self.register, self.user, self.request.GET, saved)

    def frame(self) -> dict[str, Any]:
        """The context of the frame, each value read at the moment it is shown."""
        ways = {name: SimpleLazyObject(lambda name=name: self.addresses[name]) for name in WAYS}  # type: ignore[misc]
        return {
            "query": self.shown,
            "filterset": SimpleLazyObject(lambda: self.filterset),
            "chips": SimpleLazyObject(lambda: self.chips),
            "menus": SimpleLazyObject(lambda: self.shown_menus),
            "is_narrowed": SimpleLazyObject(lambda: self.is_narrowed),
            "head": SimpleLazyObject(lambda: list(self.head())),
            "tabs": SimpleLazyObject(lambda: views.tabs(self.shown)),
            "new_url": self.new_url,
            "import_url": self.import_url,
            **ways,
        }

    def look(self, facts: dict[str, Any]) -> Look | None:
        """By what a list as it opens, or one that is searched, is known again; None where filters or menus make it
        another each time.
        """
        asked = self.query.asked
        is_plain = set(asked) <= {*PLAIN, "q"} and type(self).menus is ListFrame.menus
        if not is_plain or facts["empty"] or (asked.get("q") and self.filterset.form.errors):
            return None
        holes: dict[str, str] = {name: escape(facts[name]) for name in OPEN}
        holes["body"], holes["sums"] = facts["body"], facts["sums"]
        stand_ins: tuple[tuple[str, str], ...] = ()
        if words := str(asked.get("q", "")):
            holes["q_address"], holes["q_text"] = quote_plus(words), escape(words)
            stand_ins = ((f"q={SOMETHING}", "q_address"), (SOMETHING, "q_text"))
            asked = asked.copy()
            asked["q"] = SOMETHING
            self.shown = replace(self.query, asked=asked)
        is_part = bool(getattr(self.request, "htmx", False))
        return Look(
            place=("list", self.register.key, asked.urlencode(), is_part),
            state=(facts["has_more"], bool(facts["earlier"]), bool(facts["later"]), bool(facts["sums"])),
            holes=holes,
            stand_ins=stand_ins,
        )

    @cached_property
    def shown(self) -> ListQuery:
        """The query as the frame writes it: with a stand-in for the words somebody looks for."""
        return self.query

    def menus(self) -> Sequence[FilterMenu]:
        """The filters that stand open in the filter bar; the others are behind "Filter"."""
        return ()

    @cached_property
    def shown_menus(self) -> Sequence[FilterMenu]:
        return self.menus()

    @cached_property
    def all_chips(self) -> list[Any]:
        return list(self.filterset.chips(self.query.parameters))

    @cached_property
    def chips(self) -> list[Any]:
        """The filters that are on, without those whose menu says it."""
        in_menus = {menu.name for menu in self.shown_menus}
        return [chip for chip in self.all_chips if chip.name not in in_menus]

    @cached_property
    def is_narrowed(self) -> bool:
        """Does a filter or a search take rows away?"""
        return bool(self.query.parameters.get("q") or self.all_chips)

    @cached_property
    def addresses(self) -> dict[str, Any]:
        """Where the list's controls lead."""
        query, register = self.shown, self.register
        here, new_url, import_url = register.url("list"), self.new_url, self.import_url
        first = [(new_url, register.label, "plus"), (import_url, _("Import a file"), "upload")]
        offered = first if not self.is_narrowed else [(here, _("Show everything"), "")]
        return {
            "register_url": here,
            "export_url": register.url("export"),
            "bulk_url": register.url("bulk"),
            "empty_text": self.empty_text(bool(new_url or import_url)),
            "empty_actions": [{"url": url, "label": label, "icon": icon} for url, label, icon in offered if url],
            "has_filters": len(register.filter_class.base_filters) > 1,
            "filters_open": "filters" in self.request.GET,
            "filters_url": query.address(part="filters"),
            "filters_page_url": query.address(filters="1"),
            "columns_open": (columns_open := "choose" in self.request.GET),
            "columns_url": query.address(part="columns"),
            "columns_page_url": query.address(choose="1"),
            "column_choices": self.column_choices() if columns_open else (),
            "kept_state": [*query.kept_state()],
            "sizes": [(size, query.address(rows=str(size))) for size in PAGE_SIZES],
            "heights": [
                (_("Dense rows"), "baseline-density-small", "dense", query.address(height=None)),
                (_("Rows with air"), "baseline-density-medium", "normal", query.address(height="normal")),
            ],
        }

    def empty_text(self, may_begin: bool) -> Any:
        """Why nothing is here yet; who cannot enter the first one is not told to."""
        is_usual = type(self.register).empty_text is Register.empty_text
        if is_usual and not may_begin:
            return _("Nobody has entered anything yet. It shows up here by itself when somebody does.")
        return self.register.empty_text

    def widening(self, column: Column) -> str:
        """The class of a column that somebody widened, or that holds several words."""
        width = self.shown.widths.get(column.name, "sentence" if column.is_sentence else "")
        return f"w-{width}" if width else ""

    def column_choices(self) -> list[tuple[Column, bool, str]]:
        """All columns the user may have, the chosen ones first, whether they are chosen, and how wide they are."""
        chosen = self.shown.columns
        names = {column.name for column in chosen}
        others = [column for column in self.shown.offered if column.name not in names]
        widths = self.shown.widths
        both = [*((column, True) for column in chosen), *((column, False) for column in others)]
        return [(column, is_chosen, widths.get(column.name, "")) for column, is_chosen in both]

    @cached_property
    def new_url(self) -> str:
        """Where a record is entered; "" for who may not."""
        may_create = self.register.may(self.user, self.register.create_action)
        return self.register.url("new") if may_create else ""

    @cached_property
    def import_url(self) -> str:
        """Where a file of such records is read in; "" where none can be, or for who may not."""
        from core.imports import profiles

        if not self.new_url:
            return ""

        memory, place = policy.memory_of(self.user), ("import", self.register.plural)
        if place not in memory:
            memory[place] = any(profile.key == self.register.plural for profile in profiles.allowed(self.user))
        return f"{reverse('core:import_start')}?as={self.register.plural}" if memory[place] else ""

    def head(self) -> Iterator[HeadCell]:
        sorted_by = {column.name: descending for column, descending in self.shown.sort}
        first = self.shown.sort[0] if self.shown.sort else None
        for column in self.shown.columns:
            descending = sorted_by.get(column.name)
            turned = f"-{column.name}" if descending is False else column.name
            added = f"{'-' if first and first[1] else ''}{first[0].name},{turned}" if first else turned
            yield HeadCell(
                column,
                f"{css_of(column)} {self.widening(column)}".strip(),
                "" if descending is None else "descending" if descending else "ascending",
                "" if descending is None else "arrow-down" if descending else "arrow-up",
                self.shown.address(sort=turned) if column.sort else "",
                self.shown.address(sort=added) if column.sort else "",
            )


def css_of(column: Column) -> str:
    """The class of a column's cells: figures to the right, and what a phone or a tablet leaves out."""
    words = (
        "n" if column.is_numeric else "",
        "" if column.on_phone else "hide-sm",
        "" if column.on_tablet else "hide-md",
    )
    return " ".join(word for word in words if word)
