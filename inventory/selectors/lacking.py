"""What a warehouse lacks of the items it buys, and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q

from core.quantities import NOTHING
from inventory.choices import DemandStatus, ItemStatus, ItemType, Replenishment
from inventory.models import Demand, Item, Warehouse
from inventory.selectors.stock.availability import Availability


@dataclass(frozen=True)
class Reason:
    """Why something is bought, in the item's base unit; `lacking` is what follows from the rest."""

    free: Decimal
    coming: Decimal
    needed: Decimal
    minimum: Decimal

    @property
    def lacking(self) -> Decimal:
        return max(self.needed + self.minimum - self.free - self.coming, NOTHING)


def bought_items(warehouse: Warehouse, item_ids: Collection[int] | None = None) -> list[Item]:
    """Items that are bought: of `item_ids`, or all that are wanted or have a safety stock."""
    bought = (
        Item.objects.filter(
            type=ItemType.GOODS, replenishment=Replenishment.BUY, status=ItemStatus.ACTIVE, binned_at=None
        )
        .select_related("unit")
        .order_by("sku")
    )
    if item_ids is not None:
        return list(bought.filter(pk__in=item_ids))
    wanted = Demand.objects.filter(item=OuterRef("pk"), warehouse=warehouse, status=DemandStatus.OPEN)
    return list(bought.filter(Q(min_stock__gt=0) | Exists(wanted)))


def lacking_qty(item: Item, present: Availability) -> Decimal:
    """What free stock and free coming goods leave open of what is wanted and of the safety stock."""
    return reason_of(item, present).lacking


def reason_of(item: Item, present: Availability) -> Reason:
    return Reason(present.free, present.free_incoming, present.short, item.min_stock)
