"""What lies in the warehouses, and behind a row its lots, who reserved them, and its moves."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from html import escape
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import policy
from core.ui import cells, registers, views
from core.ui.lists import ListScreen, RegisterView, Row
from core.ui.paging import Page
from core.ui.shell import address
from core.ui.tables import Column
from core.ui.views import Tab
from inventory.filters.stock import StockFilter
from inventory.models import Item, StockMove
from inventory.ports import sources
from inventory.registers.stock import level_of, stock_of_page
from inventory.selectors.pegged import coming_of, pegs_of
from inventory.selectors.stock.overview import ItemStock, StockView, lots_of, value_of_stock

BAR = 100
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
        return [(_("Value at cost"), cells.exact_money(value, self.currency))]

    @cached_property
    def currency(self) -> str:
        """The base currency of the warehouses looked into, "" where they have several."""
        seen = [self.filterset.chosen] if self.filterset.chosen else self.filterset.warehouses
        found = {warehouse.branch.organization.currency_id for warehouse in seen if warehouse}
        return found.pop() if len(found) == 1 else ""

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

    def cell(self, column: Column, record: Item, value: Any) -> str:
        writer = getattr(self, f"write_{column.name}", None)
        return writer(record, self.page_stock[record.pk]) if writer else super().cell(column, record, value)

    def write_place(self, item: Item, stock: ItemStock) -> str:
        return ", ".join(f'<span class="nw">{escape(place)}</span>' for place in stock.places)

    def write_on_hand(self, item: Item, stock: ItemStock) -> str:
        return f'{cells.number(stock.on_hand)} <span class="dim">{escape(str(item.unit))}</span>'

    def write_available(self, item: Item, stock: ItemStock) -> str:
        if stock.available is None:
            return ""
        said, tone = "", level_of(stock.available, item)
        if stock.short > 0:
            tone, said = "bad", _("short by %(qty)s") % {"qty": cells.number(stock.short)}
        elif tone in ("warn", "bad"):
            said = _("below %(qty)s") % {"qty": cells.number(item.min_stock)}
        below = f'<div class="xs {tone}">{said}</div>' if said else ""
        return f'<b class="{tone if said else ""}">{cells.number(stock.available)}</b>{below}'

    def write_levels(self, item: Item, stock: ItemStock) -> str:
        """A bar: what is free, what is reserved, and where the minimum stands."""
        if stock.available is None or stock.reserved is None:
            return ""
        whole = max(stock.on_hand, item.min_stock)
        if whole <= 0:
            return ""
        free, kept = (round(BAR * part / whole, 1) for part in (stock.available, stock.reserved))
        tone = level_of(stock.available, item)
        words = _("%(free)s free, %(kept)s reserved, minimum %(minimum)s") % {
            "free": cells.number(stock.available), "kept": cells.number(stock.reserved),
            "minimum": cells.number(item.min_stock),
        }  # fmt: skip
        mark = round(BAR * item.min_stock / whole, 1)
        at = f'<rect class="mark" x="{min(mark, Decimal(99))}%" width="2" height="10" />' if item.min_stock else ""
        return (
            f'<svg class="bar levels" height="10" role="img" aria-label="{escape(words)}">'
            f'<rect class="rail" width="100%" height="10" rx="5" /><rect class="{tone}" width="{free}%" height="10" />'
            f'<rect class="mute" x="{free}%" width="{kept}%" height="10" />{at}</svg>'
        )

    def write_incoming(self, _item: Item, stock: ItemStock) -> str:
        if stock.incoming <= 0:
            return f'<span class="dim">{_("none")}</span>' if stock.reserved is not None else ""
        day = f'<div class="xs dim">{cells.day(stock.next_on)}</div>' if stock.next_on else ""
        return f"+{cells.number(stock.incoming)}{day}"

    def write_lasts(self, item: Item, stock: ItemStock) -> str:
        if stock.lasts is None:
            return ""
        words = ngettext("%(count)d d", "%(count)d d", stock.lasts) % {"count": stock.lasts}
        tone = level_of(stock.available, item)
        return f'<b class="{tone}">{words}</b>' if tone in ("warn", "bad") else words

    def write_value(self, _item: Item, stock: ItemStock) -> str:
        return "" if stock.value is None else cells.exact_money(stock.value, self.currency)


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
