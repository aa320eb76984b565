"""What lies in the warehouses, and behind a row its lots, who reserved them, and its moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cached_property, lru_cache
from html import escape
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core import policy
from core.ui import amounts, cells, daywords, registers, views
from core.ui.list_rows import Row
from core.ui.lists import ListScreen, RegisterView
from core.ui.paging import Page
from core.ui.shell import address
from core.ui.tables import Column
from core.ui.views import Tab
from inventory.filters.stock import StockFilter
from inventory.models import Item, StockMove
from inventory.ports import sources
from inventory.registers.stock import level_of, stock_of_page
from inventory.selectors.pegged import coming_of, pegs_of
from inventory.selectors.stock.lots import lots_of
from inventory.selectors.stock.overview import ItemStock, StockView, value_of_stock

BAR, FARTHEST = 100, Decimal(99)
OWN_CELLS = frozenset({"place", "on_hand", "available", "levels", "incoming", "lasts", "value"})
LATEST = 10


class StockList(ListScreen):
    """The list of stock with the warehouse to look into, ready-made views and the value of what matches."""

    template_name = "inventory/stock_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        made = super().get_context_data(**kwargs)
        filters: StockFilter = self.filterset
        presets = [
            (_("Below minimum"), "short"), (_("Reserved for orders"), "reserved"), (_("No movement, 90 days"), "idle")
        ]  # fmt: skip
        here, asked = self.register.url("list"), self.query.parameters
        tabs = views.tabs(self.query)
        own = [Tab(name, f"{here}?{key}=true", asked.get(key) == "true", None) for name, key in presets]
        if any(tab.is_current for tab in own):
            tabs[0] = Tab(tabs[0].name, tabs[0].address, False, None)
        return {
            **made,
            "tabs": [tabs[0], *own, *tabs[1:]],
            "warehouses": [
                (warehouse, self.query.address(warehouse=str(warehouse.pk))) for warehouse in filters.warehouses
            ],
            "chosen": filters.chosen,
            "all_warehouses": self.query.address(warehouse=None),
            "as_of": filters.view.at,
            "known_on": filters.view.known_at,
            "links": self._links(),
            "receive_url": self._receive(),
        }

    def _links(self) -> list[tuple[str, str, str]]:
        may = lambda action: policy.allows(self.user, action)  # noqa: E731
        offered = [
            (_("Move"), "transfer", "inventory:transfer_new", "inventory.move_goods"),
            (_("Count"), "checklist", "inventory:count_list", "inventory.count_stock"),
        ]
        return [(label, icon, url) for label, icon, name, action in offered if may(action) and (url := address(name))]

    def _receive(self) -> str:
        may = policy.allows(self.user, "inventory.post_goods_receipt")
        return address("inventory:receipt_new") if may else ""

    def read_totals(self, count: int) -> list[tuple[Any, Any]]:
        """What all matching goods are worth, to the cent, for those who may see costs."""
        if not self.register.may_see(self.user, "value"):
            return []
        narrowed = bool(
            set(self.filterset.in_use) - {"warehouse", "as_of", "known_on"} or self.query.parameters.get("q")
        )
        value = value_of_stock(self.filterset.view, self.filterset.qs if narrowed else None)
        return [(_("Value at cost"), amounts.exact_money(value, self.currency))]

    @cached_property
    def currency(self) -> str:
        """The base currency of the warehouses looked into, "" where they have several."""
        seen = [self.filterset.chosen] if self.filterset.chosen else self.filterset.warehouses
        found = {warehouse.branch.organization.currency_id for warehouse in seen if warehouse}
        return found.pop() if len(found) == 1 else ""

    @property
    def is_steady(self) -> bool:
        """Sorted by what lies there, the list asks for the sums of the warehouses looked into."""
        return super().is_steady and "on_hand" not in self.query.parameters.get("sort", "")

    def page(self) -> Page:
        self.user.stock_view = self.filterset.view
        return super().page()

    def table_rows(self, page: Page) -> Iterator[Row]:
        self.page_stock = stock_of_page([item.pk for item in page.rows], self.user) if page.rows else {}
        return super().table_rows(page)

    def first_cell(self, record: Item, name: str, cell: str, url: str) -> str:
        more = f"{url}?{self._places}"
        label = escape(self._more_words % {"item": record.name})
        second = f'<div class="xs dim">{escape(record.sku)}</div>'
        card = f"{self._items}{record.pk}/"
        return (
            f'<span class="unfolds"><a class="iconbtn s" href="{escape(more)}" data-unfold aria-expanded="false"'
            f' aria-label="{label}"></a><span><a class="r" href="{card}">{cell}</a>{second}</span></span>'
        )

    @cached_property
    def _more_words(self) -> str:
        return _("Lots, reservations and moves of %(item)s")

    @cached_property
    def _items(self) -> str:
        """Where the cards of items are, by key."""
        return registers.by_key("inventory.item").url("list")

    @cached_property
    def _places(self) -> str:
        return f"warehouse={self.filterset.chosen.pk}" if self.filterset.chosen else ""

    def getters_of(self, columns: list[Column], records: list[Any]) -> list[Callable[[Any], Any]]:
        """What is written here in its own way is written from all that is known of an item's stock."""
        others = super().getters_of([column for column in columns if column.name not in OWN_CELLS], records)
        rest, stock = iter(others), self.page_stock
        return [(lambda record: stock[record.pk]) if column.name in OWN_CELLS else next(rest) for column in columns]

    def writer_of(self, column: Column) -> Callable[[Any, Any], str]:
        return getattr(self, f"write_{column.name}") if column.name in OWN_CELLS else super().writer_of(column)

    @cached_property
    def number(self) -> Callable[[Decimal | int], str]:
        return amounts.writer_of_numbers()

    @cached_property
    def words(self) -> dict[str, str]:
        """What rows say, in the language of the page."""
        return {
            "short": _("short by %(qty)s"),
            "below": _("below %(qty)s"),
            "levels": _("%(free)s free, %(kept)s reserved, minimum %(minimum)s"),
            "none": f'<span class="dim">{_("none")}</span>',
        }

    def write_place(self, item: Item, stock: ItemStock) -> str:
        return ", ".join([f'<span class="nw">{cells.esc(place)}</span>' for place in stock.lying.places])

    def write_on_hand(self, item: Item, stock: ItemStock) -> str:
        return f'{self.number(stock.lying.on_hand)} <span class="dim">{cells.esc(str(item.unit))}</span>'

    def write_available(self, item: Item, stock: ItemStock) -> str:
        available, short = stock.lying.available, stock.short
        if available is None:
            return ""
        said, tone = "", level_of(available, item)
        if short > 0:
            tone, said = "bad", self.words["short"] % {"qty": self.number(short)}
        elif tone in ("warn", "bad"):
            said = self.words["below"] % {"qty": self.number(item.min_stock)}
        below = f'<div class="xs {tone}">{said}</div>' if said else ""
        return f'<b class="{tone if said else ""}">{self.number(available)}</b>{below}'

    def write_levels(self, item: Item, stock: ItemStock) -> str:
        """A bar: what is free, what is reserved, and where the minimum stands."""
        there, minimum, number = stock.lying, item.min_stock, self.number
        if (available := there.available) is None or there.reserved is None:
            return ""
        whole = max(there.on_hand, minimum)
        if whole <= 0:
            return ""
        free, kept = round(BAR * available / whole, 1), round(BAR * there.reserved / whole, 1)
        tone = level_of(available, item)
        words = self.words["levels"] % {
            "free": number(available), "kept": number(there.reserved), "minimum": number(minimum),
        }  # fmt: skip
        mark = min(round(BAR * minimum / whole, 1), FARTHEST) if minimum else 0
        at = f'<rect class="mark" x="{mark}%" width="2" height="10" />' if minimum else ""
        return (
            f'<svg class="bar levels" height="10" role="img" aria-label="{escape(words)}">'
            f'<rect class="rail" width="100%" height="10" rx="5" /><rect class="{tone}" width="{free}%" height="10" />'
            f'<rect class="mute" x="{free}%" width="{kept}%" height="10" />{at}</svg>'
        )

    def write_incoming(self, _item: Item, stock: ItemStock) -> str:
        incoming = stock.incoming
        if incoming <= 0:
            return self.words["none"] if stock.lying.reserved is not None else ""
        day = f'<div class="xs dim">{daywords.day(stock.next_on)}</div>' if stock.next_on else ""
        return f"+{self.number(incoming)}{day}"

    def write_lasts(self, item: Item, stock: ItemStock) -> str:
        lasts = stock.lasts
        if lasts is None:
            return ""
        words = _days(lasts, self.language)
        tone = level_of(stock.lying.available, item)
        return f'<b class="{tone}">{words}</b>' if tone in ("warn", "bad") else words

    @cached_property
    def language(self) -> str | None:
        return get_language()

    def write_value(self, _item: Item, stock: ItemStock) -> str:
        return "" if (value := stock.value) is None else self.exact(value)

    @cached_property
    def exact(self) -> Callable[[Decimal], str]:
        return amounts.writer_of_exact_money(self.currency)


@lru_cache(maxsize=4096)
def _days(count: int, _language: str | None) -> str:
    return ngettext("%(count)d d", "%(count)d d", count) % {"count": count}


class StockOfItem(RegisterView):
    """Behind a row: lots at their places, who reserved them, what is coming, and the latest moves."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        item = get_object_or_404(self.register.rows_for(self.user), pk=pk)
        asked = request.GET.get("warehouse", "")
        filters = StockFilter(request.GET, self.register.rows_for(self.user), register=self.register, user=self.user)
        places = [warehouse.pk for warehouse in filters.warehouses]
        chosen = [place for place in places if str(place) == asked] or places
        moves = self._moves(item, chosen) if policy.allows(self.user, "inventory.view_stockmove") else []
        context = {
            "item": item,
            "lots": lots_of(item, chosen),
            "pegs": pegs_of(item, chosen, self.user),
            "coming": coming_of(item, chosen, self.user),
            "moves": moves,
            "sees_costs": policy.allows(self.user, "inventory.view_costs"),
            "one_place": len(chosen) == 1,
            "totals": self._totals(item, chosen),
            "list_url": self.register.url("list"),
            "moves_url": f"{reverse('inventory:move_list')}?item={item.sku}" if moves else "",
        }
        part = request.headers.get("HX-Request") == "true"
        response = render(request, "inventory/_stock_more.html" if part else "inventory/stock_card.html", context)
        response["Vary"] = "HX-Request"
        return response

    def _totals(self, item: Item, warehouse_ids: list[int]) -> ItemStock:
        self.user.stock_view = StockView(tuple(warehouse_ids))
        return stock_of_page([item.pk], self.user)[item.pk]

    def _moves(self, item: Item, warehouse_ids: list[int]) -> list[dict[str, Any]]:
        there = Q(from_location__warehouse__in=warehouse_ids) | Q(to_location__warehouse__in=warehouse_ids)
        rows = StockMove.objects.visible_to(self.user).filter(there, item=item).order_by("-occurred_at", "-pk")
        found = list(rows.select_related("from_location", "to_location", "lot")[:LATEST])
        known = sources([move.source_key or "" for move in found], self.user)
        return [{"move": move, "source": known.get(move.source_key or ""), "sign": _sign(move)} for move in found]


def _sign(move: StockMove) -> str:
    """How a move changed what the house holds: came in, went out, or changed its place."""
    came, went = move.to_location.warehouse_id is not None, move.from_location.warehouse_id is not None
    return "+" if came and not went else "−" if went and not came else ""
