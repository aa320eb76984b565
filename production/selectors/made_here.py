"""What can be ordered from the own shop floor."""

from __future__ import annotations

from django.db.models import QuerySet

from core.actors import Actor
from inventory.choices import ItemStatus, ItemType, Replenishment
from inventory.models import Item


def items_made_here(user: Actor) -> QuerySet[Item]:
    """Goods in use that we make and the user may see, whether a recipe is in force or not."""
    return Item.objects.visible_to(user).filter(
        type=ItemType.GOODS, replenishment=Replenishment.MAKE, status=ItemStatus.ACTIVE, binned_at=None
    )
