"""Where an item is bought, and at which terms."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from inventory.models import SupplierItem


@dataclass(frozen=True)
class Terms:
    """Price per base unit in `currency_id`, pack and minimum in base units, lead time in working days."""

    supplier_id: int
    price: Decimal
    pack_qty: Decimal
    moq: Decimal
    lead_days: int
    currency_id: str


def supplier_terms(item_ids: Collection[int], *, supplier_id: int | None = None) -> dict[int, Terms]:
    """Per item the terms of its first supplier (lowest rank, then price, then the older), or of a named one.

    Where the terms leave pack, minimum or lead time open (zero), the item's own hold. An item that nobody sells
    is not in the answer. One statement.
    """
    offers = SupplierItem.objects.filter(item__in=item_ids)
    if supplier_id is not None:
        offers = offers.filter(supplier=supplier_id)
    rows = offers.select_related("item").order_by("item", "rank", "price", "pk").distinct("item")
    return {
        row.item_id: Terms(
            supplier_id=row.supplier_id,
            price=row.price,
            pack_qty=row.pack_qty or row.item.pack_qty,
            moq=row.moq or row.item.moq,
            lead_days=row.lead_days or row.item.lead_days,
            currency_id=row.currency_id,
        )
        for row in rows
    }
