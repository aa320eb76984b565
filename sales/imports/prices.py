"""Price lists."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.imports import profiles, references
from core.imports.fields import ImportField, Kind, Reference, of
from core.imports.profiles import Entry, ImportProfile, Written
from inventory.models import Item, ItemCategory
from sales.models import PriceList, PriceRule
from sales.services.importing import import_prices

SKU_WORDS = (
    "sku", "item", "item number", "product", "product number", "article", "artikel", "artikelnummer", "référence",
    "référence article", "código", "артикул", "товар",
)  # fmt: skip


@profiles.add
class PriceLists(ImportProfile):
    """One row is one price: of an item or a category, from a quantity, in a period."""

    key = "price-lists"
    label = gettext_lazy("Price lists")
    icon = "tags"
    model = PriceRule
    keys = ("list",)
    create_action = "sales.set_up_prices"
    matches_itself = True
    help = gettext_lazy("Prices per list and item, or percentages off for a category. New lists are made.")
    fields = (
        ImportField("list", gettext_lazy("price list"), required=True, max_length=80, synonyms=("price list", "list",
            "preisliste", "liste de prix", "tarif", "lista de precios", "прайс-лист", "cennik")),
        ImportField("item_id", gettext_lazy("item"), Kind.REFERENCE, reference=Reference(Item, ("sku", "external_key",
            "name")), synonyms=SKU_WORDS),
        ImportField("category_id", gettext_lazy("category"), Kind.REFERENCE, reference=Reference(ItemCategory,
            ("name",)), synonyms=("category", "warengruppe", "kategorie", "catégorie", "категория")),
        of(PriceRule, "price", minimum=Decimal(0), synonyms=("price", "unit price", "list price", "listprice",
            "sales_price", "preis", "listenpreis", "prix", "precio", "цена", "cena")),
        of(PriceRule, "percent_off", minimum=Decimal(0), maximum=Decimal(100), synonyms=("percent off", "discount",
            "discount %", "rabatt", "remise", "descuento", "скидка", "rabat")),
        of(PriceRule, "min_qty", minimum=Decimal(0), synonyms=("from quantity", "min qty", "minimum quantity",
            "ab menge", "quantité minimum", "от количества")),
        ImportField("valid_from", gettext_lazy("valid from"), Kind.DATE, synonyms=("valid from", "from", "start",
            "startdate", "gültig ab", "valable du", "действует с")),
        ImportField("valid_to", gettext_lazy("last day"), Kind.DATE, synonyms=("valid to", "valid until", "until",
            "end", "enddate", "gültig bis", "valable au", "действует до")),
        references.currency(help=gettext_lazy("Needed for a list that is not known yet.")),
        of(PriceList, "tax_included", synonyms=("tax included", "gross prices", "inkl. mwst")),
    )  # fmt: skip

    def key_of(self, values: dict[str, Any], key_field: str) -> str:
        parts = (values.get(name) for name in ("list", "item_id", "category_id", "min_qty", "valid_from", "valid_to"))
        return "/".join("" if part is None else str(part) for part in parts)

    def match(self, entries: Sequence[Entry], *, key_field: str, by: Actor) -> None:
        """The service finds the rule of a row by what it is for."""

    def check(self, entries: Sequence[Entry], *, by: Actor) -> None:
        names = {entry.values.get("list") for entry in entries}
        known = {*PriceList.objects.filter(name__in=names).values_list("name", flat=True)}
        known |= {*PriceList.objects.filter(code__in=names).values_list("code", flat=True)}
        for entry in entries:
            values = entry.values
            if (values.get("price") is None) == (values.get("percent_off") is None):
                entry.refuse(_("A row needs either a price or a percentage off."), "price")
            if values.get("price") is not None and values.get("item_id") is None:
                entry.refuse(_("A price names an item."), "item_id")
            if values.get("item_id") is not None and values.get("category_id") is not None:
                entry.refuse(_("Name an item or a category, not both."), "category_id")
            if values.get("list") not in known and values.get("currency_id") is None:
                entry.refuse(_("This list is new: name its currency."), "currency_id")
            first, last = values.get("valid_from"), values.get("valid_to")
            if first and last and last < first:
                entry.refuse(_("The last day lies before the first."), "valid_to")

    def write(self, entries: Sequence[Entry], *, by: Actor, dry: bool = False) -> list[Written]:
        return import_prices(entries=entries, by=by, dry=dry)
