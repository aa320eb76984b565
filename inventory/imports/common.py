"""Cells that name items, warehouses and suppliers."""

from django.utils.translation import gettext_lazy

from core.imports.fields import ImportField, Kind, Reference
from crm.models import LegalEntity
from inventory.models import Item

SKU_WORDS = (
    "sku", "item", "item number", "item no", "item code", "product", "product number", "product code", "article",
    "part number", "component", "artikel", "artikelnummer", "artikel-nr.", "art.-nr.", "référence", "code article",
    "código", "referencia", "артикул", "код товара", "товар", "indeks", "symbol",
)  # fmt: skip
QTY_WORDS = ("qty", "quantity", "amount", "on hand", "stock", "menge", "anzahl", "bestand", "quantité", "cantidad",
    "количество", "остаток", "ilość")  # fmt: skip
PRICE_WORDS = ("price", "unit price", "standard price", "standardprice", "list price", "preis", "einzelpreis", "prix",
    "precio", "цена", "cena")  # fmt: skip
SUPPLIER_WORDS = ("supplier", "vendor", "supplier name", "vendor name", "lieferant", "fournisseur", "proveedor",
    "поставщик", "dostawca")  # fmt: skip


def item_field(name: str = "item_id", **changes: object) -> ImportField:
    """An item by its number, else by its external key, else by its name."""
    changes.setdefault("synonyms", SKU_WORDS)
    changes.setdefault("label", gettext_lazy("item"))
    changes.setdefault("required", True)
    reference = Reference(Item, ("sku", "external_key", "name"))
    return ImportField(name=name, kind=Kind.REFERENCE, reference=reference, **changes)  # type: ignore[arg-type]


def supplier_field() -> ImportField:
    reference = Reference(LegalEntity, ("external_key", "legal_name", "tax_id"))
    return ImportField(
        "supplier_id", gettext_lazy("supplier"), Kind.REFERENCE, required=True, synonyms=SUPPLIER_WORDS,
        reference=reference,
    )  # fmt: skip
