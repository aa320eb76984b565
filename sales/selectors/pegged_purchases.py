"""Purchases whose goods are meant for an order, directly or for the work orders that make its goods."""

from __future__ import annotations

from typing import Any

from core import policy
from inventory.selectors.purchases import purchases_for
from sales.models import SalesOrder
from sales.ports import material_demands


def purchases_of_order(order: SalesOrder, user: Any) -> dict[str, Any] | None:
    """The lines of the purchase orders that serve an order, by their day; None where there are none."""
    keys = [line.demand_key for line in order.lines.all()]
    for found in material_demands([order.pk]):
        keys += found.get(order.pk, [])
    lines = purchases_for(keys)
    if not lines:
        return None
    return {"purchase_lines": lines, "sees_costs": policy.allows(user, "inventory.view_costs")}
