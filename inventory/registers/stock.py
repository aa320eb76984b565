"""Stock as a list: one row an item, in the warehouses and at the moment that are looked at."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import policy
from core.actors import Actor
from core.ui import registers
from core.ui.registers import Register
from core.ui.tables import HOME, Column, Kind
from inventory.choices import ItemType
from inventory.filters.stock import StockFilter
from inventory.models import Item
from inventory.selectors.stock.overview import ItemStock, stock_of_items


def stock_of_page(ids: list[int], user: Any) -> dict[int, ItemStock]:
    """The stock of the rows of a page, read once for all its columns."""
    known = getattr(user, "stock_of_page", None)
    if known is None or (known[0] is not ids and known[0] != ids):
        with_value = policy.allows(user, "inventory.view_costs")
        known = user.stock_of_page = (ids, stock_of_items(ids, user.stock_view, with_value=with_value))
    return known[1]


def _read(name: str) -> Callable[[list[int], Any], dict[int, Any]]:
    def read(ids: list[int], user: Any) -> dict[int, Any]:
        return {pk: getattr(row, name) for pk, row in stock_of_page(ids, user).items()}

    return read


def _places(ids: list[int], user: Any) -> dict[int, str]:
    return {pk: ", ".join(row.places) for pk, row in stock_of_page(ids, user).items()}


@registers.add
class Stock(Register):
    """What lies in the warehouses. Read only: stock changes by documents and moves."""

    model, name, plural, icon, section = Item, "stock", "stock", "packages", "stock"
    called, called_many = _("stock"), _("stock")
    rows_are_steady = True
    view_action = "inventory.view_stockbalance"
    change_action = "inventory.move_goods"
    filter_class = StockFilter
    guarded = {"value": "inventory.view_costs"}
    search_hint = _("Search or scan a code")
    default_sort = "item"
    columns = (
        Column("item", _("Item"), path="name", sort="name", folds=True, on_phone=True),
        Column("sku", _("SKU"), sort="sku", shown=False),
        Column("category", _("Category"), sort="category__name", shown=False),
        Column("place", _("Place"), batch=_places),
        Column("on_hand", _("On hand"), Kind.QTY, batch=_read("on_hand"), sort="held"),
        Column("unit", _("Unit"), shown=False),
        Column("reserved", _("Reserved"), Kind.QTY, batch=_read("reserved")),
        Column("available", _("Available"), Kind.QTY, batch=_read("available"), on_phone=True),
        Column("min_stock", _("Minimum"), Kind.QTY, sort="min_stock", shown=False),
        Column("levels", _("Free, reserved, minimum"), value=lambda _item: ""),
        Column("incoming", _("Incoming"), Kind.QTY, batch=_read("incoming")),
        Column("next_on", _("Next delivery"), Kind.DATE, batch=_read("next_on"), shown=False),
        Column("short", _("Short"), Kind.QTY, batch=_read("short"), shown=False),
        Column("lasts", _("Lasts"), Kind.NUMBER, batch=_read("lasts")),
        Column("value", _("Value"), Kind.MONEY, batch=_read("value"), currency=HOME),
    )

    @property
    def empty_text(self) -> str | Promise:
        return _("Receive the goods of a purchase order, or import your opening stock.")

    def visible_to(self, user: Actor) -> QuerySet[Any]:
        """Goods are known to everybody who may see stock; the filter decides whose warehouses count."""
        if not policy.allows(user, self.view_action):
            return Item.objects.none()
        return Item.objects.filter(type=ItemType.GOODS, binned_at=None)

    def rows_for(self, user: Actor) -> QuerySet[Any]:
        return self.visible_to(user).select_related("unit", "category")

    def url_of(self, record: Any) -> str:
        return reverse("inventory:stock_card", args=[record.pk])


def level_of(available: Decimal | None, item: Item) -> str:
    """How an item stands: "bad" with nothing left, "warn" below its minimum, "ok" else."""
    if available is None:
        return ""
    if available <= 0 and item.min_stock > 0:
        return "bad"
    return "warn" if available < item.min_stock else "ok"
