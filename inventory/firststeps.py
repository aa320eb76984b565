"""The steps of the first set-up that stock can prove."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.settingspages.steps import Step, add
from inventory.models import Item, Unit, Warehouse


def _warehouses() -> str:
    return ", ".join(Warehouse.objects.filter(is_active=True).order_by("pk").values_list("name", flat=True)[:3])


def _units() -> str:
    return ", ".join(Unit.objects.order_by("pk").values_list("code", flat=True)[:8])


def _items() -> str:
    count = Item.objects.count()
    return ngettext("%(count)d item", "%(count)d items", count) % {"count": count} if count else ""


add(
    Step(
        "warehouse",
        _("Warehouse"),
        _("Where your goods lie. It gets its first place by itself."),
        "building-warehouse",
        _("Add a warehouse"),
        "inventory:settings_warehouse_new",
        "inventory.manage_warehouses",
        _warehouses,
        order=70,
    ),
    Step(
        "units",
        _("Units"),
        _("In what you count: pieces, metres, hours."),
        "ruler-2",
        _("Add a unit"),
        "inventory:settings_unit_new",
        "inventory.manage_items",
        _units,
        order=80,
    ),
    Step(
        "items",
        _("Items"),
        _("What you sell, buy and make. A spreadsheet brings them in; one by hand is enough to try."),
        "packages",
        _("Import a file"),
        "core:import_start",
        "inventory.manage_items",
        _items,
        order=90,
        query="?as=items",
        more=((_("Add one by hand"), "inventory:item_new", ""),),
    ),
)
