"""Stock moves as a register: read only, what is wrong is taken back by a move the other way."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.ui import registers
from core.ui.registers import Register
from core.ui.tables import HOME, Column, Kind
from inventory.filters.stock import MoveFilter
from inventory.models import StockMove

MOVE_TONES = {
    "receipt": "ok", "output": "ok", "opening": "ok", "return": "ok", "issue": "info", "site_issue": "info",
    "shipment": "info", "count": "warn", "scrap": "bad", "reversal": "warn",
}  # fmt: skip


@registers.add
class Moves(Register):
    """Every way goods went, when it happened and when it was recorded."""

    model, name, plural, icon, section = StockMove, "move", "moves", "transfer", "stock"
    called, called_many = _("stock move"), _("stock moves")
    labels = {"from_location": _("From"), "to_location": _("To")}
    view_action = "inventory.view_stockmove"
    change_action = "inventory.reverse_move"
    filter_class = MoveFilter
    guarded = {"value": "inventory.view_costs"}
    facts = (
        "kind", "item", "lot", "qty", "from_location", "to_location", "value", "occurred_at", "recorded_at",
        "document", "by", "branch",
    )  # fmt: skip
    search_hint = _("Document, item or lot")
    default_sort = "-when"
    columns = (
        Column("when", _("Happened"), Kind.MOMENT, path="occurred_at", sort="occurred_at", on_phone=True),
        Column("kind", _("Kind"), Kind.CHOICE, sort="kind", tones=MOVE_TONES),
        Column("item", _("Item"), Kind.LINK, sort="item__sku"),
        Column("lot", _("Lot"), on_tablet=False),
        Column("qty", _("Quantity"), Kind.QTY, sort="qty", on_phone=True),
        Column("unit", _("Unit"), path="item.unit"),
        Column("source", _("From"), path="from_location"),
        Column("target", _("To"), path="to_location"),
        Column("value", _("Value"), Kind.MONEY, sort="value", currency=HOME),
        Column("document", _("Document"), sort="document"),
        Column("by", _("By"), Kind.USER, shown=False),
        Column("recorded", _("Recorded"), Kind.MOMENT, path="recorded_at", sort="recorded_at", shown=False),
    )

    @property
    def empty_text(self) -> str | Promise:
        return _("Moves are written by receipts, shipments, production, counts and transfers.")

    def rows_for(self, user: Actor) -> QuerySet[Any]:
        return self.visible_to(user).select_related(
            "item__unit", "lot", "from_location", "to_location", "by", "reversed_by", "branch"
        )

    def second_line(self, record: StockMove) -> str:
        return f"{record.get_kind_display()}, {record.item}"
