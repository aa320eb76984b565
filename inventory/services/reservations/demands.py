"""Who wants goods, and what is set aside for whom. Nothing is promised twice."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core import policy
from core.actors import Actor
from core.inserting import insert_missing
from core.quantities import NOTHING
from core.remembered import remembered_for_all
from core.transactions import command
from inventory.choices import DemandStatus, PegStatus, SupplyStatus
from inventory.errors import DemandUnknown, InsufficientStock, NotPositive
from inventory.models import Demand, Item, Peg, StockBalance, Supply, Warehouse
from inventory.services import balances, places
from inventory.services.balances import Pair
from inventory.services.book import (
    Book,
    free_on_supply,
    lock_demands,
    lock_open_pegs_of,
    open_on_demand,
    open_qty,
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Need:
    """A line of an upper app wants `qty` (base unit) of an item from a warehouse; `key` names it for good."""

    key: str
    item_id: int
    warehouse_id: int
    qty: Decimal
    due_on: date | None = None
    label: str = ""


@dataclass(frozen=True)
class Coverage:
    """How a demand is covered now: set aside on stock (or gone out already), coming, and missing."""

    demand_id: int
    key: str
    item_id: int
    wanted: Decimal
    from_stock: Decimal
    from_supply: Decimal
    short: Decimal


@command
def reserve_goods(*, needs: Sequence[Need], by: Actor, partial: bool = False) -> list[Coverage]:
    """Register demands and set free stock aside for them, in their order.

    Strict (the default): all from stock or nothing, else InsufficientStock. With `partial` what stock cannot give
    is pegged to free coming supply, and the rest stays short. A key that is registered already changes nothing
    and is answered as it stands. Locks all balances of the items in their warehouses, then demands, supplies.
    About 11 statements for any number of needs. Raises NotPositive, InsufficientStock.
    """
    if not needs:
        return []
    if any(need.qty <= 0 for need in needs):
        raise NotPositive(what=_("The quantity"))
    require_reserving(by, {need.warehouse_id for need in needs})
    pairs = balances.lock_pairs((need.item_id, need.warehouse_id) for need in needs)
    keys = [need.key for need in needs]
    # Read after the lock: a parallel call with the same keys has committed by now.
    before = set(_known_keys(set(keys)))
    fresh = [need for need in needs if need.key not in before]
    _register(fresh)
    demands = lock_demands(keys)
    book = Book()
    new = [demands[need.key] for need in fresh]
    for demand in new:
        _cover_from_stock(book, demand, pairs[demand.item_id, demand.warehouse_id])
        if not partial and open_on_demand(demand) > 0:
            raise _insufficient(demand)
    _cover_from_supply(book, new)
    book.write()
    if new:
        logger.info("demands registered", extra={"demands": len(new)})
    return _coverages([demands[key] for key in keys])


@remembered_for_all
def _known_keys(keys: Any) -> QuerySet[Any, Any]:
    return Demand.objects.filter(key__any=keys).values_list("key", flat=True)


def _register(needs: Sequence[Need]) -> None:
    """Store new demands; a rival that registers the same one waits on its key, and is found by it afterwards."""
    insert_missing([_demand(need) for need in needs])


def _demand(need: Need) -> Demand:
    return Demand(
        key=need.key,
        item_id=need.item_id,
        warehouse_id=need.warehouse_id,
        qty=need.qty,
        due_on=need.due_on,
        label=need.label,
    )


def require_reserving(by: Actor, warehouse_ids: set[int]) -> None:
    """Raise NotAllowed unless `by` may set goods aside in each of the warehouses (one statement)."""
    for warehouse in places.warehouses(warehouse_ids).values():
        policy.require(by, "inventory.reserve_goods", warehouse)


def _insufficient(demand: Demand) -> InsufficientStock:
    item = Item.objects.select_related("unit").get(pk=demand.item_id)
    return InsufficientStock.of(
        sku=item.sku,
        wanted=demand.qty,
        unit=item.unit.code,
        free=demand.pegged_qty,
        warehouse=Warehouse.objects.get(pk=demand.warehouse_id).name,
    )


def _cover_from_stock(book: Book, demand: Demand, rows: Sequence[StockBalance]) -> None:
    for row in rows:
        part = min(balances.free_of(row), open_on_demand(demand))
        if part > 0:
            book.peg(demand, part, balance=row)


def _cover_from_supply(book: Book, demands: Sequence[Demand]) -> None:
    """Peg what demands still lack to free coming goods, the earliest first (one statement)."""
    short = [demand for demand in demands if open_on_demand(demand) > 0]
    if not short:
        return
    coming: dict[Pair, list[Supply]] = {(demand.item_id, demand.warehouse_id): [] for demand in short}
    rows = _open_supplies({item for item, _ in coming}, {warehouse for _, warehouse in coming})
    for supply in sorted(rows, key=lambda row: (row.due_on or date.max, row.pk)):
        if (supply.item_id, supply.warehouse_id) in coming:
            coming[supply.item_id, supply.warehouse_id].append(supply)
    for demand in short:
        for supply in coming[demand.item_id, demand.warehouse_id]:
            part = min(free_on_supply(supply), open_on_demand(demand))
            if part > 0:
                book.peg(demand, part, supply=supply)


@remembered_for_all
def _open_supplies(items: Any, warehouses: Any) -> QuerySet[Supply]:
    return Supply.objects.filter(item__any=items, warehouse__any=warehouses, status=SupplyStatus.OPEN).locked()


def _coverages(demands: Sequence[Demand]) -> list[Coverage]:
    coming: dict[int, Decimal] = {}
    for demand_id, qty, used in _coming({demand.pk for demand in demands}) if demands else ():
        coming[demand_id] = coming.get(demand_id, NOTHING) + qty - used
    return [
        Coverage(
            demand_id=demand.pk,
            key=demand.key,
            item_id=demand.item_id,
            wanted=demand.qty,
            from_stock=demand.done_qty + demand.pegged_qty - coming.get(demand.pk, NOTHING),
            from_supply=coming.get(demand.pk, NOTHING),
            short=open_on_demand(demand),
        )
        for demand in demands
    ]


@remembered_for_all
def _coming(demands: Any) -> QuerySet[Any, Any]:
    pegs = Peg.objects.filter(demand__any=demands, status=PegStatus.OPEN, supply__isnull=False)
    return pegs.values_list("demand", "qty", "used_qty")


@command
def cover_demands(*, keys: Sequence[str], by: Actor) -> list[Coverage]:
    """Set aside for open demands what they still lack: free stock first, then free coming goods, earliest due first.

    Covers what can be covered; a second call finds nothing more to do. Raises DemandUnknown.
    """
    wanted = list(dict.fromkeys(keys))
    found = list(Demand.objects.filter(key__in=wanted).values_list("item", "warehouse"))
    require_reserving(by, {warehouse for _, warehouse in found})
    pairs = balances.lock_pairs(found)
    demands = lock_demands(wanted)
    for missing in set(wanted) - set(demands):
        raise DemandUnknown(key=missing)
    in_order = sorted(demands.values(), key=lambda demand: (demand.due_on or date.max, demand.pk))
    pegs, _supplies = lock_open_pegs_of(in_order)
    book = Book(pegs)
    for demand in in_order:
        _cover_from_stock(book, demand, pairs[demand.item_id, demand.warehouse_id])
    _cover_from_supply(book, in_order)
    book.write()
    return _coverages([demands[key] for key in wanted])


@command
def cancel_demand(*, key: str, by: Actor) -> None:
    """Nobody wants these goods any more. See `cancel_demands`."""
    cancel_demands(keys=[key], by=by)


@command
def cancel_demands(*, keys: Sequence[str], by: Actor) -> None:
    """Give back what was set aside for demands and close them; unknown and closed ones are left alone.

    About ten statements for any number of keys. Locks balances, demands, supplies, pegs.
    """
    found = list(Demand.objects.filter(key__in=keys).values_list("item", "warehouse"))
    if not found:
        return
    require_reserving(by, {warehouse for _, warehouse in found})
    pairs = balances.lock_pairs(found)
    rows = {row.pk: row for balance_rows in pairs.values() for row in balance_rows}
    demands = {demand.pk: demand for demand in lock_demands(keys).values() if demand.status == DemandStatus.OPEN}
    pegs, supplies = lock_open_pegs_of(demands.values())
    book = Book(pegs)
    for peg in pegs:
        source = supplies[peg.supply_id] if peg.supply_id else rows[peg.balance_id or 0]
        book.release(peg, open_qty(peg), demand=demands[peg.demand_id], source=source)
    book.write()
    Demand.objects.filter(pk__in=demands).update(status=DemandStatus.CANCELLED)
