"""Goods come in: from suppliers, from production, back from clients, or as opening stock."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core import policy
from core.actors import Actor
from core.inserting import insert_rows, maker
from core.money import cents
from core.remembered import remembered_for_all
from core.transactions import command
from inventory.choices import LocationKind, MoveKind, PegStatus, SupplyStatus
from inventory.errors import NoPlace, NotPositive, SupplyUnknown
from inventory.models import Item, Location, Peg, StockBalance, StockMove, Supply
from inventory.services import balances, goods, layers, places
from inventory.services.book import Book, open_qty
from inventory.services.layers import Incoming
from inventory.services.moves.drawing import moves_of

logger = logging.getLogger(__name__)
_new_move = maker(StockMove)


@dataclass(frozen=True)
class Put:
    """`qty` of an item (base unit) worth `value` (base currency, cents) comes into a warehouse.

    `source_key` names the document line that brings it. Without a place it goes to the default one. With a
    `supply_key` it fulfils that coming supply and is set aside for those the supply was meant for.
    """

    item_id: int
    warehouse_id: int
    qty: Decimal
    value: Decimal
    source_key: str
    location_id: int | None = None
    lot_id: int | None = None
    supply_key: str | None = None
    document: str = ""


@command
def store_goods(
    *,
    puts: Sequence[Put],
    kind: MoveKind,
    from_kind: LocationKind,
    at: datetime,
    by: Actor,
    branch_id: int,
    items: Mapping[int, Item] | None = None,
) -> list[StockMove]:
    """Post goods into stock: one move per put, in their order; `at` is when they came in.

    A put whose `source_key` is posted already is answered with its first move and changes nothing. Locks the
    balances of the places, then the supplies and their pegs. `items` are theirs where the caller has read them in
    this transaction. About 15 statements for any number of puts.
    Raises NotPositive, NoPlace, NoStockKept, LotNeeded, SerialNotSingle, SupplyUnknown, PeriodClosed.
    """
    if not puts:
        return []
    goods.check_quantities(puts)
    if any(put.value < 0 for put in puts):
        raise NotPositive(what=_("The value"))
    items = goods.stocked_items((put.item_id for put in puts), known=items)
    spots = _spots(puts, by)
    rows = balances.lock_places((put.item_id, spots[put].pk, put.lot_id) for put in puts)
    # Read after the lock: a parallel call with the same keys has committed by now.
    known = {move.source_key: move for move in moves_of({put.source_key for put in puts})}
    fresh = list({put.source_key: put for put in puts if put.source_key not in known}.values())
    if fresh:
        goods.require_open_day(branch_id, at)
        goods.check_incoming_lots(fresh, items)
        filled = {put: rows[put.item_id, spots[put].pk, put.lot_id] for put in fresh}
        balances.require_not_counted(filled.values(), at=at, by=by)
        outside = places.outside(from_kind)
        same = {
            "kind": kind, "from_location_id": outside.pk, "branch_id": branch_id, "occurred_at": at,
            "recorded_at": timezone.now(), "by_id": by.pk,
        }  # fmt: skip
        moves = insert_rows([_move(put, spots[put], same) for put in fresh])
        known |= {move.source_key: move for move in moves}
        layers.add_layers(
            [
                Incoming(move=move, warehouse_id=put.warehouse_id, qty=put.qty, value=move.value, received_at=at)
                for put, move in zip(fresh, moves, strict=True)
            ],
            items,
        )
        book = _fulfil_supplies(fresh, filled)
        book.write()
        logger.info("goods stored", extra={"kind": str(kind), "moves": len(moves)})
    return [known[put.source_key] for put in puts]


def _move(put: Put, spot: Location, same: Mapping[str, Any]) -> StockMove:
    return _new_move(
        item_id=put.item_id,
        lot_id=put.lot_id,
        to_location_id=spot.pk,
        qty=put.qty,
        value=cents(put.value),
        source_key=put.source_key,
        document=put.document,
        **same,
    )


def _spots(puts: Sequence[Put], by: Actor) -> dict[Put, Location]:
    """The place of each put; checks the right to move goods in each warehouse first."""
    defaults = places.default_locations(put.warehouse_id for put in puts)
    named = {put.location_id for put in puts if put.location_id is not None}
    chosen = places.locations(named) if named else {}
    for location in defaults.values():
        policy.require(by, "inventory.move_goods", location.warehouse)
    spots = {}
    for put in puts:
        spot = defaults[put.warehouse_id] if put.location_id is None else chosen.get(put.location_id)
        if spot is None or spot.warehouse_id != put.warehouse_id:
            raise NoPlace(warehouse=defaults[put.warehouse_id].warehouse)
        spots[put] = spot
    return spots


@remembered_for_all
def _supplies(keys: Any) -> QuerySet[Supply]:
    return Supply.objects.filter(key__any=keys).locked()


def _fulfil_supplies(puts: Sequence[Put], rows: dict[Put, StockBalance]) -> Book:
    """Raise balances; what arrived for coming supplies is set aside for those it was meant for, oldest peg first."""
    keys = {put.supply_key for put in puts if put.supply_key}
    supplies = {row.key: row for row in _supplies(keys)} if keys else {}
    for missing in keys - set(supplies):
        raise SupplyUnknown(key=missing)
    pegs: list[Peg] = []
    promised = [supply for supply in supplies.values() if supply.pegged_qty > 0]
    if promised:
        waiting = Peg.objects.filter(supply__in=promised, status=PegStatus.OPEN).values("demand")
        pegs = list(Peg.objects.filter(demand__in=waiting, status=PegStatus.OPEN).select_related("demand").locked())
    book = Book(pegs)
    for put in puts:
        book.add(rows[put], qty=put.qty)
        if put.supply_key:
            _fulfil(book, supplies[put.supply_key], put.qty, rows[put])
    return book


def _fulfil(book: Book, supply: Supply, qty: Decimal, balance: StockBalance) -> None:
    rest = qty
    for peg in sorted(book.pegs_on(supply), key=lambda peg: peg.pk):
        if rest <= 0:
            break
        part = min(open_qty(peg), rest)
        book.arrive(peg, part, supply=supply, balance=balance)
        rest -= part
    book.add(supply, received_qty=qty)
    if supply.received_qty >= supply.qty and supply.status == SupplyStatus.OPEN:
        book.settle(supply)
