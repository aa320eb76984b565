"""Suppliers' prices and terms."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.imports import profiles, references
from core.imports.fields import of
from core.imports.profiles import Entry, ImportProfile, Written
from inventory.imports.common import PRICE_WORDS, item_field, supplier_field
from inventory.models import SupplierItem
from inventory.services.importing import import_supplier_terms


@profiles.add
class SupplierPrices(ImportProfile):
    """One row is one supplier's terms for one item."""

    key = "supplier-prices"
    label = gettext_lazy("Suppliers' prices")
    icon = "truck-delivery"
    model = SupplierItem
    keys = ("item_id",)
    create_action = "inventory.manage_items"
    help = gettext_lazy("What suppliers ask for items: price, pack, minimum and lead time.")
    fields = (
        supplier_field(),
        item_field(),
        of(SupplierItem, "price", required=True, minimum=Decimal(0), synonyms=PRICE_WORDS),
        references.currency(required=True),
        of(SupplierItem, "pack_qty", minimum=Decimal(0), synonyms=("pack", "pack quantity", "verpackungseinheit")),
        of(SupplierItem, "moq", minimum=Decimal(0), synonyms=("moq", "minimum order", "minorderqty",
            "mindestbestellmenge")),
        of(SupplierItem, "lead_days", synonyms=("lead time", "lead days", "averageleadtime", "lieferzeit", "délai")),
        of(SupplierItem, "rank", synonyms=("rank", "priority", "rang", "priorität")),
    )  # fmt: skip

    def key_of(self, values: dict[str, Any], key_field: str) -> str:
        return f"{values.get('supplier_id')}/{values.get('item_id')}" if values.get("item_id") else ""

    def match(self, entries: Sequence[Entry], *, key_field: str, by: Actor) -> None:
        items = {entry.values.get("item_id") for entry in entries}
        rows = SupplierItem.objects.filter(item__in=items).values_list("supplier_id", "item_id", "pk")
        known = {f"{supplier}/{item}": pk for supplier, item, pk in rows}
        for entry in entries:
            entry.record_id = known.get(entry.key)

    def write(self, entries: Sequence[Entry], *, by: Actor, dry: bool = False) -> list[Written]:
        return import_supplier_terms(entries=entries, by=by, dry=dry)
