"""Recipes as a register. They are written in an editor of their own."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.ui import registers
from core.ui.registers import Register
from core.ui.tables import Column, Kind
from production.filters import BOMFilter
from production.models import BOM, BOMLine, BOMOperation

TONES = {"draft": "warn", "active": "ok", "retired": ""}


def _lines(ids: list[int], _user: Any) -> dict[int, int]:
    rows = BOMLine.objects.filter(bom__in=ids).order_by()
    return {**dict.fromkeys(ids, 0), **dict(rows.values_list("bom_id").annotate(Count("pk")))}


def _operations(ids: list[int], _user: Any) -> dict[int, int]:
    rows = BOMOperation.objects.filter(bom__in=ids).order_by()
    return {**dict.fromkeys(ids, 0), **dict(rows.values_list("bom_id").annotate(Count("pk")))}


def first_day(bom: BOM) -> Any:
    return bom.valid.lower


def last_day(bom: BOM) -> Any:
    """The last day it is in force: the stored period ends the day after."""
    from datetime import timedelta

    return bom.valid.upper - timedelta(days=1) if bom.valid.upper else None


@registers.add
class BOMs(Register):
    """What goes into a product and what is done with it."""

    model, name, plural, icon, section = BOM, "bom", "boms", "hierarchy-3", "make"
    rows_are_steady = True
    called, called_many = _("bill of materials"), _("bills of materials")
    view_action = "production.view_bom"
    create_action = "production.edit_bom"
    filter_class = BOMFilter
    facts = ("item", "revision", "status", "batch_qty")
    search_hint = _("Item")
    default_sort = "item"
    columns = (
        Column("item", _("Item"), path="item.sku", sort="item__sku", on_phone=True),
        Column("name", _("Name"), path="item.name", sort="item__name", folds=True),
        Column("revision", _("Version"), Kind.NUMBER, sort="revision"),
        Column("status", _("Status"), Kind.CHOICE, sort="status", tones=TONES, on_phone=True),
        Column("since", _("Valid from"), Kind.DATE, value=first_day),
        Column("until", _("Valid until"), Kind.DATE, value=last_day),
        Column("batch_qty", _("For a batch of"), Kind.QTY, sort="batch_qty"),
        Column("lines", _("Components"), Kind.NUMBER, batch=_lines),
        Column("operations", _("Operations"), Kind.NUMBER, batch=_operations),
    )

    def rows_for(self, user: Actor) -> QuerySet[Any]:
        return self.visible_to(user).select_related("item__unit")

    def second_line(self, record: BOM) -> str:
        return record.item.name
