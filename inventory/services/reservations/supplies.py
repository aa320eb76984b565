"""What is coming, and for whom it is meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core import events, policy
from core.actors import Actor
from core.quantities import NOTHING
from core.transactions import command
from inventory.choices import PegStatus, SupplyKind, SupplyStatus
from inventory.errors import DemandUnknown, NotPositive, PegTooLarge, SupplyUnknown
from inventory.events import SupplyMoved
from inventory.models import Demand, Peg, Supply
from inventory.services.book import (
    Book,
    free_on_supply,
    lock_demands,
    open_on_demand,
    open_qty,
)
from inventory.services.reservations.demands import require_reserving


@dataclass(frozen=True)
class Coming:
    """`qty` of an item will come into a warehouse: a purchase order line or a work order, named by `key`."""

    key: str
    kind: SupplyKind
    item_id: int
    warehouse_id: int
    qty: Decimal
    due_on: date | None = None
    label: str = ""


@command
def register_supplies(*, supplies: Sequence[Coming], by: Actor) -> dict[str, Supply]:
    """Make coming goods known; a key that is known already changes nothing (at most three statements)."""
    if any(coming.qty <= 0 for coming in supplies):
        raise NotPositive(what=_("The quantity"))
    require_reserving(by, {coming.warehouse_id for coming in supplies})
    Supply.objects.bulk_create(
        [
            Supply(
                key=coming.key,
                kind=coming.kind,
                item_id=coming.item_id,
                warehouse_id=coming.warehouse_id,
                qty=coming.qty,
                due_on=coming.due_on,
                label=coming.label,
            )
            for coming in supplies
        ],
        ignore_conflicts=True,
    )
    return {row.key: row for row in Supply.objects.filter(key__in={coming.key for coming in supplies})}


@command
def move_supply(*, key: str, due_on: date | None, by: Actor) -> Supply:
    """Expect coming goods on another day. See `move_supplies`. Raises SupplyUnknown."""
    return move_supplies(days={key: due_on}, by=by)[key]


@command
def move_supplies(*, days: Mapping[str, date | None], by: Actor) -> dict[str, Supply]:
    """Expect coming goods on other days and say so (SupplyMoved). The same day again changes nothing.

    A supply that had no day yet gets its first one quietly. Three statements, and those of the events. Locks the
    supplies. Raises SupplyUnknown.
    """
    supplies = {row.key: row for row in Supply.objects.select_related("warehouse").filter(key__in=days).locked()}
    for missing in set(days) - set(supplies):
        raise SupplyUnknown(key=missing)
    for warehouse in {supply.warehouse for supply in supplies.values()}:
        policy.require(by, "inventory.reserve_goods", warehouse)
    moved = [supply for supply in supplies.values() if supply.due_on != days[supply.key]]
    expected = [supply.pk for supply in moved if supply.due_on is not None]
    for supply in moved:
        supply.due_on = days[supply.key]
    Supply.objects.bulk_update(moved, ["due_on"])
    for supply_id in expected:
        events.publish(SupplyMoved(supply_id=supply_id))
    return supplies


@command
def peg_supplies(*, pegs: Sequence[tuple[str, str, Decimal]], by: Actor) -> None:
    """Mean coming goods for demands: (demand key, supply key, quantity), all or nothing.

    Each call adds to what is pegged. Locks demands, then supplies, then pegs. Raises DemandUnknown, SupplyUnknown,
    NotPositive, and PegTooLarge where a demand wants less or a supply has less to give.
    """
    if not pegs:
        return
    if any(qty <= 0 for _, _, qty in pegs):
        raise NotPositive(what=_("The quantity"))
    demands = lock_demands(demand for demand, _, _ in pegs)
    rows = Supply.objects.filter(key__in={supply for _, supply, _ in pegs}).locked()
    supplies = {supply.key: supply for supply in rows}
    require_reserving(by, {demand.warehouse_id for demand in demands.values()})
    book = Book(Peg.objects.filter(demand__in=demands.values(), status=PegStatus.OPEN).locked())
    for demand_key, supply_key, qty in pegs:
        if demand_key not in demands:
            raise DemandUnknown(key=demand_key)
        if supply_key not in supplies:
            raise SupplyUnknown(key=supply_key)
        demand, supply = demands[demand_key], supplies[supply_key]
        if open_on_demand(demand) < qty:
            raise PegTooLarge.of(label=str(demand), wanted=qty, free=open_on_demand(demand))
        same_goods = (demand.item_id, demand.warehouse_id) == (supply.item_id, supply.warehouse_id)
        if not same_goods or free_on_supply(supply) < qty:
            raise PegTooLarge.of(label=str(supply), wanted=qty, free=free_on_supply(supply) if same_goods else NOTHING)
        book.peg(demand, qty, supply=supply)
    book.write()


@command
def close_supply(*, key: str, by: Actor) -> list[str]:
    """Nothing more will come of this supply. See `close_supplies`."""
    return close_supplies(keys=[key], by=by)


@command
def close_supplies(*, keys: Sequence[str], by: Actor) -> list[str]:
    """Close coming goods (done when something came, else cancelled) and release what was pegged to them.

    Returns the keys of the demands that are short again. Closed and unknown ones are left alone. Locks the
    demands, then the supplies, then the pegs.
    """
    waiting = Peg.objects.filter(supply__key__in=keys, status=PegStatus.OPEN).values("demand")
    demands = {demand.pk: demand for demand in Demand.objects.filter(pk__in=waiting).locked()}
    rows = Supply.objects.select_related("warehouse").filter(key__in=keys, status=SupplyStatus.OPEN).locked()
    supplies = {supply.pk: supply for supply in rows}
    for supply in supplies.values():
        policy.require(by, "inventory.reserve_goods", supply.warehouse)
    pegs = list(Peg.objects.filter(supply__in=supplies, status=PegStatus.OPEN).locked())
    # A peg made between the two reads belongs to a demand that is not locked yet; its row is locked by the update.
    late = {peg.demand_id for peg in pegs} - set(demands)
    demands |= {demand.pk: demand for demand in Demand.objects.filter(pk__in=late).locked()} if late else {}
    book = Book(pegs)
    for peg in pegs:
        source = supplies[peg.supply_id or 0]
        book.release(peg, open_qty(peg), demand=demands[peg.demand_id], source=source)
    book.write()
    came = {supply.pk for supply in supplies.values() if supply.received_qty > 0}
    Supply.objects.filter(pk__in=came).update(status=SupplyStatus.DONE)
    Supply.objects.filter(pk__in=set(supplies) - came).update(status=SupplyStatus.CANCELLED)
    return sorted({demands[peg.demand_id].key for peg in pegs})
