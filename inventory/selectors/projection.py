"""Expected stock of an item day by day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from core.quantities import NOTHING
from inventory.choices import DemandStatus, SupplyStatus
from inventory.models import Demand, Item, Supply
from inventory.selectors.stock.availability import availability


@dataclass(frozen=True)
class Projection:
    """Expected stock of an item day by day: without the order, and with `qty` more on its day."""

    days: list[date]
    without: list[Decimal]
    with_order: list[Decimal]


def projection(
    item: Item, warehouse_id: int, today: date, *, qty: Decimal = NOTHING, comes_on: date | None = None, weeks: int = 4
) -> Projection:
    """What lies there, plus what comes, less what is wanted, on each day something changes. Three statements."""
    there = availability(warehouse_id, [item.pk])[item.pk]
    end = today + timedelta(weeks=weeks)
    changes: dict[date, Decimal] = defaultdict(lambda: NOTHING)
    for demand in Demand.objects.filter(item=item, warehouse=warehouse_id, status=DemandStatus.OPEN):
        changes[max(demand.due_on or today, today)] -= demand.qty - demand.done_qty
    for supply in Supply.objects.filter(item=item, warehouse=warehouse_id, status=SupplyStatus.OPEN):
        changes[max(supply.due_on or end, today)] += max(supply.qty - supply.received_qty, NOTHING)
    days = sorted({today, end, *(day for day in changes if day <= end), *([comes_on] if comes_on else [])})
    level, without, with_order = there.on_hand, [], []
    for day in days:
        level += changes.get(day, NOTHING)
        without.append(level)
        with_order.append(level + (qty if comes_on and day >= comes_on else NOTHING))
    return Projection(days, without, with_order)
