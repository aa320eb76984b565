"""Stock that was there before the system."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.imports import profiles
from core.imports.fields import ImportField, Kind, Reference
from core.imports.profiles import Entry, ImportProfile, Written
from core.models import ImportChange
from inventory.choices import ItemType, Tracking
from inventory.imports.common import QTY_WORDS, item_field
from inventory.models import Item, Location, StockMove, Warehouse
from inventory.models.places import INSIDE
from inventory.services.importing import import_openings, take_openings_back


@profiles.add
class StockOpenings(ImportProfile):
    """One row is what lies of an item at one place, perhaps of one lot, with its worth."""

    key = "stock-openings"
    label = gettext_lazy("Opening stock")
    icon = "packages"
    model = StockMove
    keys = ("item_id",)
    create_action = "inventory.enter_opening_stock"
    rehearses = True
    help = gettext_lazy("What lay in the warehouses when you began, with its value. Each item and place once.")
    fields = (
        item_field(),
        ImportField("qty", gettext_lazy("quantity"), Kind.DECIMAL, required=True, places=4, minimum=Decimal("0.0001"),
            synonyms=QTY_WORDS),
        ImportField("warehouse_id", gettext_lazy("warehouse"), Kind.REFERENCE, required=True,
            reference=Reference(Warehouse, ("code", "name")), synonyms=("warehouse", "site", "store", "lager",
            "entrepôt", "almacén", "склад", "magazyn")),
        ImportField("location", gettext_lazy("place"), max_length=120, synonyms=("place", "location", "bin", "shelf",
            "lagerplatz", "emplacement", "место", "ячейка", "lokalizacja")),
        ImportField("lot", gettext_lazy("lot or serial number"), max_length=60, synonyms=("lot", "batch", "serial",
            "serial number", "charge", "seriennummer", "lote", "партия", "серийный номер")),
        ImportField("value", gettext_lazy("value"), Kind.DECIMAL, places=2, minimum=Decimal(0), synonyms=("value",
            "total value", "wert", "valeur", "valor", "стоимость", "сумма", "wartość")),
        ImportField("unit_cost", gettext_lazy("cost of one"), Kind.DECIMAL, places=6, minimum=Decimal(0),
            synonyms=("unit cost", "cost", "cost price", "price", "einstandspreis", "coût unitaire", "себестоимость",
            "цена")),
        ImportField("at", gettext_lazy("as of"), Kind.MOMENT, synonyms=("as of", "date", "day", "stichtag", "datum",
            "date d'inventaire", "fecha", "дата")),
    )  # fmt: skip

    def key_of(self, values: dict[str, Any], key_field: str) -> str:
        parts = (values.get("item_id"), values.get("warehouse_id"), values.get("location", ""), values.get("lot", ""))
        return "/".join(str(part) for part in parts)

    def match(self, entries: Sequence[Entry], *, key_field: str, by: Actor) -> None:
        """Each row is posted or is there already; nothing is changed."""

    def check(self, entries: Sequence[Entry], *, by: Actor) -> None:
        now = timezone.now()
        items = Item.objects.only("sku", "type", "tracking", "standard_cost").in_bulk(
            {entry.values.get("item_id") for entry in entries}
        )
        spots = self._places(entries)
        for entry in entries:
            values, item = entry.values, items.get(entry.values.get("item_id"))
            values.setdefault("at", now)
            if values["at"] > now:
                entry.refuse(_("Opening stock cannot lie in the future."), "at")
            if item is None:
                continue
            if item.type != ItemType.GOODS:
                entry.refuse(_("{sku} is a service; it has no stock.").format(sku=item.sku), "item_id")
            if item.tracking != Tracking.NONE and not values.get("lot"):
                entry.refuse(_("{sku} is tracked: name the lot or serial number.").format(sku=item.sku), "lot")
            if values.get("value") is None and values.get("unit_cost") is None:
                values["unit_cost"] = item.standard_cost
            if values.get("location"):
                spot = spots.get((values.get("warehouse_id"), values["location"].lower()))
                if spot is None:
                    entry.refuse(
                        _("The warehouse has no place “{place}”.").format(place=values["location"]), "location"
                    )
                else:
                    values["location_id"] = spot

    def _places(self, entries: Sequence[Entry]) -> dict[tuple[Any, str], int]:
        named = {entry.values.get("warehouse_id") for entry in entries if entry.values.get("location")}
        rows = Location.objects.filter(warehouse__in=named, kind__in=INSIDE, is_active=True)
        found: dict[tuple[Any, str], int] = {}
        for pk, warehouse_id, code, name in rows.values_list("pk", "warehouse_id", "code", "name"):
            found[warehouse_id, name.lower()] = pk
            found[warehouse_id, code.lower()] = pk
        return found

    def write(self, entries: Sequence[Entry], *, by: Actor, dry: bool = False) -> list[Written]:
        return import_openings(entries=entries, by=by)

    def take_back(self, changes: Sequence[ImportChange], *, by: Actor, at: datetime) -> dict[int, str]:
        moves = {change.record_id: change for change in changes}
        kept = take_openings_back(move_ids=sorted(moves), at=at, reason=_("Import taken back"), by=by)
        return {moves[pk].pk: reason for pk, reason in kept.items()}
