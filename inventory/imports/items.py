"""Items: what is bought, made, kept and sold."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.imports import profiles
from core.imports.fields import ImportField, Kind, Reference, of
from core.imports.profiles import Entry, ImportProfile, Written
from core.models import Tax
from inventory.imports.common import SKU_WORDS
from inventory.models import Item, Unit
from inventory.services.importing import import_items
from inventory.services.importing.items import moved_and_different

NOT_NEGATIVE = Decimal(0)


@profiles.add
class Items(ImportProfile):
    """One row is one item, known by its number."""

    key = "items"
    label = gettext_lazy("Items")
    icon = "box"
    model = Item
    keys = ("sku", "external_key")
    required_keys = True
    create_action = "inventory.manage_items"
    change_action = "inventory.manage_items"
    list_url = "inventory:item_list"
    help = gettext_lazy("Goods and services with unit, category, costs and how they are ordered.")
    fields = (
        of(Item, "sku", required=True, synonyms=SKU_WORDS),
        of(Item, "name", required=True, synonyms=("name", "item name", "product name", "description", "bezeichnung",
            "artikelbezeichnung", "désignation", "nombre", "descripción", "название", "наименование", "nazwa")),
        ImportField("unit_id", gettext_lazy("unit"), Kind.REFERENCE, required=True, reference=Reference(Unit, ("code",
            "name")), synonyms=("unit", "uom", "unit of measure", "einheit", "me", "unité", "unidad", "единица",
            "ед.", "ед. изм.", "jednostka")),
        ImportField("category", gettext_lazy("category"), max_length=120, synonyms=("category", "group", "item group",
            "product category", "kategorie", "warengruppe", "catégorie", "categoría", "категория", "группа",
            "kategoria"), help=gettext_lazy("Made when it is not known.")),
        of(Item, "type", label=gettext_lazy("goods or service"), synonyms=("type", "item type", "artikelart", "тип")),
        of(Item, "status", label=gettext_lazy("status"), synonyms=("status", "статус")),
        of(Item, "replenishment", label=gettext_lazy("bought or made"), synonyms=("replenishment", "make or buy",
            "beschaffungsart")),
        of(Item, "tracking", label=gettext_lazy("lots or serial numbers"), synonyms=("tracking",)),
        of(Item, "valuation", label=gettext_lazy("valuation"), synonyms=("valuation", "bewertung")),
        of(Item, "is_sold", synonyms=("sold", "for sale", "verkauf", "продаётся")),
        ImportField("tax_id", gettext_lazy("tax"), Kind.REFERENCE, reference=Reference(Tax, ("code", "name")),
            synonyms=("tax", "tax code", "vat", "steuer", "mwst", "tva", "iva", "ндс")),
        of(Item, "standard_cost", minimum=NOT_NEGATIVE, needs="inventory.view_costs", synonyms=("standard cost",
            "standardcost", "cost", "unit cost", "einstandspreis", "kosten", "coût", "coste", "себестоимость",
            "koszt")),
        of(Item, "min_stock", minimum=NOT_NEGATIVE, synonyms=("safety stock", "safetystocklevel", "minimum stock",
            "mindestbestand", "stock de sécurité", "мин. остаток")),
        of(Item, "reorder_point", minimum=NOT_NEGATIVE, synonyms=("reorder point", "reorderpoint", "meldebestand",
            "точка заказа")),
        of(Item, "pack_qty", minimum=NOT_NEGATIVE, synonyms=("pack", "pack quantity", "packaging",
            "verpackungseinheit", "упаковка")),
        of(Item, "moq", minimum=NOT_NEGATIVE, synonyms=("moq", "minimum order", "minimum order quantity",
            "mindestbestellmenge")),
        of(Item, "lead_days", synonyms=("lead time", "lead days", "lieferzeit", "délai", "срок поставки")),
        of(Item, "weight_kg", minimum=NOT_NEGATIVE, synonyms=("weight", "weight kg", "gewicht", "poids", "peso",
            "вес", "waga")),
        of(Item, "tolerance_pct", minimum=NOT_NEGATIVE, maximum=Decimal(100)),
        of(Item, "external_key", synonyms=("external key", "external id", "id", "product id", "productid")),
    )  # fmt: skip

    def check(self, entries: Sequence[Entry], *, by: Actor) -> None:
        fixed = moved_and_different(entries)
        for entry in entries:
            if entry.line in fixed:
                entry.refuse(_("The item has moved already; this cannot change any more."), fixed[entry.line][1])

    def write(self, entries: Sequence[Entry], *, by: Actor, dry: bool = False) -> list[Written]:
        return import_items(entries=entries, by=by, dry=dry)
