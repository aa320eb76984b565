"""What is there, what is set aside, what comes, and what is wanted of each item in a warehouse."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, Q, QuerySet, Sum
from django.db.models.functions import Greatest

from core.quantities import NOTHING
from inventory.choices import DemandStatus, LocationKind, LotStatus, SupplyStatus
from inventory.models import Demand, StockBalance, Supply


@dataclass(frozen=True)
class Availability:
    """Quantities of one item in one warehouse, in its base unit.

    `free` can be promised at once: on a stock place, of a lot that is not held back, and not reserved.
    `free_incoming` is coming and meant for nobody. `short` is wanted and neither set aside nor coming.
    """

    on_hand: Decimal = NOTHING
    reserved: Decimal = NOTHING
    free: Decimal = NOTHING
    incoming: Decimal = NOTHING
    free_incoming: Decimal = NOTHING
    open_demand: Decimal = NOTHING
    short: Decimal = NOTHING


Rows = Iterable[Mapping[str, Any]]

_QTY = DecimalField(max_digits=18, decimal_places=4)


def availability(warehouse_id: int, item_ids: Collection[int] | None = None) -> dict[int, Availability]:
    """Availability per item; every item asked for is answered. Three statements for any number of items."""
    found: dict[int, dict[str, Decimal]] = {pk: {} for pk in item_ids or ()}
    chosen = Q() if item_ids is None else Q(item__in=item_ids)
    for rows in (
        _on_hand(StockBalance.objects.filter(chosen, location__warehouse=warehouse_id)),
        _coming(Supply.objects.filter(chosen, warehouse=warehouse_id, status=SupplyStatus.OPEN)),
        _wanted(Demand.objects.filter(chosen, warehouse=warehouse_id, status=DemandStatus.OPEN)),
    ):
        for row in rows:
            found.setdefault(row["item"], {}).update({name: value for name, value in row.items() if name != "item"})
    return {pk: Availability(**sums) for pk, sums in found.items()}


def _on_hand(rows: QuerySet[StockBalance]) -> Rows:
    pickable = Q(location__kind=LocationKind.STOCK, location__is_active=True) & (
        Q(lot__isnull=True) | Q(lot__status=LotStatus.FREE)
    )
    # `free` before `reserved`: afterwards the name would mean the sum.
    free = Sum(F("qty") - F("reserved"), filter=pickable, default=NOTHING, output_field=_QTY)
    return rows.values("item").annotate(free=free, on_hand=Sum("qty"), reserved=Sum("reserved")).order_by()


def _coming(rows: QuerySet[Supply]) -> Rows:
    coming = Greatest(F("qty") - F("received_qty"), NOTHING, output_field=_QTY)
    return (
        rows.values("item")
        .annotate(incoming=Sum(coming), free_incoming=Sum(coming - F("pegged_qty"), output_field=_QTY))
        .order_by()
    )


def _wanted(rows: QuerySet[Demand]) -> Rows:
    wanted = F("qty") - F("done_qty")
    return (
        rows.values("item")
        .annotate(open_demand=Sum(wanted, output_field=_QTY), short=Sum(wanted - F("pegged_qty"), output_field=_QTY))
        .order_by()
    )
