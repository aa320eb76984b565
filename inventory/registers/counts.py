"""Stock counts as a register. Read only: a count changes by counting and posting."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.actors import Actor
from core.ui import registers
from core.ui.registers import Register
from core.ui.tables import Column, Kind
from inventory.filters.purchasing import CountFilter
from inventory.models import Stocktake, StocktakeLine

COUNT_TONES = {"open": "warn", "posted": "ok", "cancelled": ""}


def _counted(ids: list[int], _user: Any) -> dict[int, str]:
    rows = StocktakeLine.objects.filter(stocktake__in=ids).order_by().values_list("stocktake")
    found = rows.annotate(Count("counted"), Count("pk"))
    return {
        pk: ngettext("%(done)d of %(all)d line", "%(done)d of %(all)d lines", count) % {"done": done, "all": count}
        for pk, done, count in found
    }


def _differ(ids: list[int], _user: Any) -> dict[int, int]:
    rows = StocktakeLine.objects.filter(stocktake__in=ids).order_by().values_list("stocktake")
    rows = rows.filter(stocktake__status="posted")
    return dict(rows.annotate(differing=Count("pk", filter=Q(counted__isnull=False) & ~Q(counted=F("expected")))))


@registers.add
class Counts(Register):
    """Counts of warehouses and places."""

    model, name, plural, icon, section = Stocktake, "count", "counts", "checklist", "stock"
    rows_are_steady = True
    called, called_many = _("stock count"), _("stock counts")
    view_action = "inventory.view_stocktake"
    change_action = "inventory.count_stock"
    filter_class = CountFilter
    facts = ("number", "status", "warehouse", "location", "category", "snapshot_at", "posted_at", "owner", "note")
    search_hint = _("Number or note")
    default_sort = "-begun"
    columns = (
        Column("number", _("Number"), sort="number", on_phone=True),
        Column("status", _("Status"), Kind.CHOICE, sort="status", tones=COUNT_TONES, on_phone=True),
        Column("warehouse", _("Warehouse"), sort="warehouse__name"),
        Column("location", _("Place"), path="location.code"),
        Column("category", _("Category")),
        Column("begun", _("Begun"), Kind.MOMENT, path="snapshot_at", sort="snapshot_at"),
        Column("counted", _("Counted"), batch=_counted),
        Column("differ", _("Differences"), Kind.NUMBER, batch=_differ),
        Column("owner", _("Begun by"), Kind.USER),
    )

    @property
    def empty_text(self) -> str | Promise:
        return _("Begin a count of a warehouse, a place or a category.")

    def rows_for(self, user: Actor) -> QuerySet[Any]:
        return self.visible_to(user).select_related("warehouse__branch", "location", "category", "owner")

    def second_line(self, record: Stocktake) -> str:
        return str(record.warehouse)
