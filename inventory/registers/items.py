"""Items as a register of the kit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.prepared import prepared
from core.ui import registers, remarks
from core.ui.bulk import AddTag, EditField, MoveToBin
from core.ui.registers import Register
from core.ui.tables import Column, Kind
from inventory.filters.items import ItemFilter
from inventory.forms.items import ItemForm
from inventory.models import Item, StockBalance
from inventory.services.items import change_item, create_item

TONES = {"active": "ok", "phased_out": ""}


def balances(ids: list[int], user: Any) -> QuerySet[StockBalance]:
    """What lies in the warehouses the user may look into."""
    return StockBalance.objects.visible_to(user).filter(item__in=ids, location__warehouse__isnull=False)


@prepared
def _stock(ids: Any, user: Any) -> QuerySet[Any, Any]:
    """On hand, reserved, and available: the one minus the other."""
    rows = balances(ids, user).order_by().values("item").annotate(held=Sum("qty"), kept=Sum("reserved"))
    return rows.annotate(free=F("held") - F("kept")).values_list("item", "held", "kept", "free")


def _summed(place: int) -> Any:
    def read(ids: list[int], user: Any) -> dict[int, Decimal]:
        held = getattr(user, "_stock_of_list", None)
        if held is None or held[0] is not ids:
            held = user._stock_of_list = (ids, _stock(ids, user))
        return {**dict.fromkeys(ids, Decimal(0)), **{row[0]: row[place] for row in held[1]}}

    return read


@registers.add
class Items(Register):
    """What is bought, made, kept or sold."""

    model, name, plural, icon, section = Item, "item", "items", "packages", "deliver"
    rows_are_steady = True
    view_action = "inventory.view_item"
    create_action = "inventory.manage_items"
    change_action = "inventory.manage_items"
    bin_action = "inventory.bin_item"
    form_class, filter_class = ItemForm, ItemFilter
    bulk_actions = (EditField(), AddTag(), MoveToBin())
    guarded = {"standard_cost": "inventory.view_costs"}
    single_fields = frozenset({"sku", "name"})
    facts = (
        "sku", "type", "status", "category", "unit", "valuation", "tracking", "replenishment", "is_sold", "tax",
        "standard_cost", "min_stock", "reorder_point", "pack_qty", "moq", "lead_days", "weight_kg",
    )  # fmt: skip
    search_hint = _("Number, name or code")
    default_sort = "sku"
    columns = (
        Column("sku", _("SKU"), sort="sku", on_phone=True),
        Column("name", _("Name"), sort="name", folds=True, edits="name"),
        Column("category", _("Category"), sort="category__name", edits="category"),
        Column("type", _("Type"), Kind.CHOICE, sort="type", tones={}),
        Column("on_hand", _("On hand"), Kind.QTY, batch=_summed(1), on_phone=True, needs="inventory.view_stockbalance"),
        Column("reserved", _("Reserved"), Kind.QTY, batch=_summed(2), needs="inventory.view_stockbalance"),
        Column("available", _("Available"), Kind.QTY, batch=_summed(3), needs="inventory.view_stockbalance"),
        Column("unit", _("Unit"), sort="unit__code"),
        Column("min_stock", _("Minimum"), Kind.QTY, sort="min_stock", edits="min_stock"),
        Column("standard_cost", _("Standard cost"), Kind.QTY, sort="standard_cost"),
        Column("status", _("Status"), Kind.CHOICE, sort="status", tones=TONES),
        Column("tags", _("Tags"), Kind.TAGS, batch=remarks.tags_reader(Item), shown=False),
        Column("lead_days", _("Lead time, days"), Kind.NUMBER, sort="lead_days", shown=False, edits="lead_days"),
        Column("replenishment", _("Supplied by"), Kind.CHOICE, sort="replenishment", shown=False),
    )

    def rows_for(self, user: Actor) -> QuerySet[Any]:
        return self.visible_to(user).select_related("unit", "category", "tax")

    def create_record(self, values: dict[str, Any], by: Actor) -> Item:
        return create_item(by=by, **values)

    def change_record(self, record: Item, changes: dict[str, Any], version: int | None, by: Actor) -> Item:
        return change_item(item_id=record.pk, version=version, by=by, **changes)

    def second_line(self, record: Item) -> str:
        return record.name
