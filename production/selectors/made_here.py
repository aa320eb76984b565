"""What can be ordered from the own shop floor."""

from __future__ import annotations

from django.db.models import QuerySet

from core.actors import Actor
from inventory.choices import ItemStatus, ItemType, Replenishment
from inventory.models import Item
from production.choices import BOMStatus
from production.models import BOM


def items_made_here(user: Actor, center_id: int | None = None) -> QuerySet[Item]:
    """Goods in use that we make and the user may see, whether a recipe is in force or not.

    With a work centre only those whose recipe in force has a step there.
    """
    rows = Item.objects.visible_to(user).filter(
        type=ItemType.GOODS, replenishment=Replenishment.MAKE, status=ItemStatus.ACTIVE, binned_at=None
    )
    if center_id is None:
        return rows
    return rows.filter(pk__in=BOM.objects.filter(status=BOMStatus.ACTIVE, operations__center=center_id).values("item"))
