"""Ordered goods that nobody waits for, or that come too late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.quantities import NOTHING
from inventory.choices import PurchaseStatus, SupplyStatus
from inventory.models import PurchaseOrderLine, Warehouse
from inventory.selectors.proposals import pegs_on
from inventory.selectors.stock.availability import availability


@dataclass(frozen=True)
class Surplus:
    """An ordered line that nobody waits for, or that comes later than it is needed."""

    line: PurchaseOrderLine
    unneeded: Decimal
    late_for: date | None


def to_move_or_cancel(warehouse: Warehouse) -> list[Surplus]:
    """Ordered goods to call off or to hurry: at most three statements."""
    lines = list(
        PurchaseOrderLine.objects.filter(
            order__warehouse=warehouse,
            order__status__in=(PurchaseStatus.ORDERED, PurchaseStatus.PART_RECEIVED),
            supply__status=SupplyStatus.OPEN,
        ).select_related("order", "item__unit", "supply")
    )
    present = availability(warehouse.pk, {line.item_id for line in lines}) if lines else {}
    pegs = pegs_on(lines)
    found = []
    for line in lines:
        supply = line.supply
        if supply is None:
            continue
        own = pegs.get(supply.pk, [])
        days = [peg.demand.due_on for peg in own if peg.demand.due_on]
        there = present[line.item_id]
        left = max(supply.qty - supply.received_qty - supply.pegged_qty, NOTHING)
        spare = max(min(left, there.free + there.free_incoming - there.short - line.item.min_stock), NOTHING)
        late_for = min(days) if days and line.due_on and line.due_on > min(days) else None
        if (spare == left > 0 and not own) or late_for:
            found.append(Surplus(line, spare if not own else NOTHING, late_for))
    return found
