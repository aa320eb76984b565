"""What the panels of an item read: where it lies, and who supplies it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Sum

from core import policy
from inventory.models import Item, StockBalance, SupplierItem


def stock(item: Item, user: Any) -> dict[str, Any]:
    """On hand, reserved and available per warehouse the user may look into (one statement)."""
    rows = StockBalance.objects.visible_to(user).filter(item=item, location__warehouse__isnull=False)
    grouped = (
        rows.order_by("location__warehouse__name")
        .values("location__warehouse__name")
        .annotate(held=Sum("qty"), kept=Sum("reserved"))
    )
    places = [
        {
            "name": row["location__warehouse__name"],
            "held": row["held"],
            "kept": row["kept"],
            "free": row["held"] - row["kept"],
        }
        for row in grouped
    ]
    totals = {key: sum((place[key] for place in places), Decimal(0)) for key in ("held", "kept", "free")}
    return {"places": places, "totals": totals, "is_short": totals["held"] < item.min_stock}


def suppliers(item: Item, user: Any) -> dict[str, Any]:
    rows = SupplierItem.objects.filter(item=item).select_related("supplier", "currency").order_by("rank", "pk")
    return {"suppliers": list(rows[:50]), "sees_prices": policy.allows(user, "inventory.view_costs")}
