"""What can be imported into production: bills of materials."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.imports import profiles
from core.imports.fields import ImportField, Kind, Reference, of
from core.imports.profiles import Entry, ImportProfile, Written
from core.models import ImportChange
from inventory.models import Item
from production.models import BOM, BOMLine
from production.services.importing import import_boms, take_boms_back

ITEM = Reference(Item, ("sku", "external_key", "name"))


@profiles.add
class Recipes(ImportProfile):
    """One row is one component of a product; rows with the same product are its bill of materials."""

    key = "boms"
    label = gettext_lazy("Bills of materials")
    icon = "list-tree"
    model = BOM
    keys = ("item_id",)
    required_keys = True
    create_action = "production.edit_bom"
    grouped = True
    rehearses = True
    help = gettext_lazy(
        "Products with their components, one row a component. A changed recipe becomes the next version."
    )
    fields = (
        ImportField("item_id", gettext_lazy("product"), Kind.REFERENCE, required=True, reference=ITEM,
            synonyms=("product", "assembly", "parent", "product number", "productassemblyid", "parent item",
            "produkt", "baugruppe", "produit", "producto", "изделие", "продукт", "wyrób")),
        ImportField("component_id", gettext_lazy("component"), Kind.REFERENCE, required=True, reference=ITEM,
            synonyms=("component", "part", "child", "item", "material", "componentid", "komponente", "teil",
            "composant", "componente", "компонент", "материал", "komponent")),
        of(BOMLine, "qty", required=True, minimum=Decimal("0.0001"), synonyms=("qty", "quantity", "perassemblyqty",
            "menge", "anzahl", "quantité", "cantidad", "количество", "ilość")),
        of(BOMLine, "scrap_pct", minimum=Decimal(0), maximum=Decimal(1000), synonyms=("scrap", "scrap %",
            "verschnitt", "ausschuss", "rebut", "отход")),
        of(BOM, "batch_qty", minimum=Decimal("0.0001"), synonyms=("batch", "batch quantity", "losgröße", "lot",
            "партия")),
        ImportField("valid_from", gettext_lazy("valid from"), Kind.DATE, synonyms=("valid from", "startdate",
            "gültig ab", "valable du", "действует с")),
    )  # fmt: skip

    def match(self, entries: Sequence[Entry], *, key_field: str, by: Actor) -> None:
        """The service finds the recipe in force by its product."""

    def check(self, entries: Sequence[Entry], *, by: Actor) -> None:
        for entry in entries:
            product, component = entry.values.get("item_id"), entry.values.get("component_id")
            if product is not None and product == component:
                entry.refuse(_("A product cannot be its own component."), "component_id")

    def write(self, entries: Sequence[Entry], *, by: Actor, dry: bool = False) -> list[Written]:
        return import_boms(entries=entries, by=by, on=timezone.localdate())

    def take_back(self, changes: Sequence[ImportChange], *, by: Actor, at: datetime) -> dict[int, str]:
        return take_boms_back(changes=changes, by=by)
