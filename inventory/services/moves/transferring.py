"""Goods change their place: inside a warehouse they keep their layers, between warehouses their value travels."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from core import policy
from core.actors import Actor, user_or_none
from core.inserting import insert_rows
from core.quantities import NOTHING
from core.transactions import command
from inventory import costing
from inventory.choices import MoveKind
from inventory.errors import InsufficientStock, NoPlace, SamePlace
from inventory.models import CostLayer, Item, Location, StockBalance, StockMove
from inventory.services import balances, goods, layers, places
from inventory.services.book import Book
from inventory.services.layers import Incoming
from inventory.services.moves.drawing import posted_moves, price

logger = logging.getLogger(__name__)

Part = tuple[StockBalance, Decimal]


@dataclass(frozen=True)
class Shift:
    """`qty` of an item (base unit) goes from one place to another. `source_key` names the line that asks for it.

    Without places: from wherever free goods may be picked, to the default place. A named place may also be on
    the way, and goods of a held-back lot move only from a named place.
    """

    item_id: int
    from_warehouse_id: int
    to_warehouse_id: int
    qty: Decimal
    source_key: str
    from_location_id: int | None = None
    to_location_id: int | None = None
    lot_id: int | None = None
    document: str = ""


@command
def transfer_goods(*, shifts: Sequence[Shift], at: datetime, by: Actor, branch_id: int) -> list[list[StockMove]]:
    """Move free goods; per shift its moves, more than one when they lay in several places or lots.

    Inside a warehouse a move has no value. Between warehouses each cost layer that was used lives on in the other
    warehouse with its quantity, value and age. A shift whose `source_key` is posted already is answered with its
    first moves. Locks all balances of the items in both warehouses. Raises InsufficientStock, NoPlace, SamePlace.
    """
    if not shifts:
        return []
    goods.check_quantities(shifts)
    items = goods.stocked_items(shift.item_id for shift in shifts)
    targets = _targets(shifts, by)
    _make_targets(shifts, targets)
    pairs = balances.lock_pairs(
        (shift.item_id, warehouse) for shift in shifts for warehouse in (shift.from_warehouse_id, shift.to_warehouse_id)
    )
    # Read after the lock: a parallel call with the same keys has committed by now.
    known = posted_moves([shift.source_key for shift in shifts])
    fresh = list({shift.source_key: shift for shift in shifts if shift.source_key not in known}.values())
    if fresh:
        goods.require_open_day(branch_id, at)
        book, taken = Book(), []
        for shift in fresh:
            for row, qty in _take(shift, targets[shift], pairs[shift.item_id, shift.from_warehouse_id], items, book):
                taken.append((shift, row, qty))
        touched = [row for _shift, row, _qty in taken]
        for shift, row, qty in taken:
            goal = _goal(pairs[shift.item_id, shift.to_warehouse_id], targets[shift], row.lot_id)
            book.add(goal, qty=qty)
            touched.append(goal)
        balances.require_not_counted(touched, at=at, by=by)
        moves = _write(taken, targets, items, at=at, by=by, branch_id=branch_id)
        book.write()
        for (shift, _row, _qty), move in zip(taken, moves, strict=True):
            known[shift.source_key].append(move)
        logger.info("goods transferred", extra={"moves": len(moves)})
    return [known[shift.source_key] for shift in shifts]


def _targets(shifts: Sequence[Shift], by: Actor) -> dict[Shift, Location]:
    """Where each shift goes; checks the right to move goods in all warehouses first."""
    defaults = places.default_locations({w for s in shifts for w in (s.from_warehouse_id, s.to_warehouse_id)})
    for location in defaults.values():
        policy.require(by, "inventory.move_goods", location.warehouse)
    chosen = places.locations(shift.to_location_id for shift in shifts if shift.to_location_id is not None)
    targets = {}
    for shift in shifts:
        spot = defaults[shift.to_warehouse_id] if shift.to_location_id is None else chosen.get(shift.to_location_id)
        if spot is None or spot.warehouse_id != shift.to_warehouse_id:
            raise NoPlace(warehouse=defaults[shift.to_warehouse_id].warehouse)
        targets[shift] = spot
    return targets


def _make_targets(shifts: Sequence[Shift], targets: dict[Shift, Location]) -> None:
    """A balance at the target for each lot that may come, so that all rows can be locked in one order."""
    lots = StockBalance.objects.filter(
        item__in={shift.item_id for shift in shifts},
        location__warehouse__in={shift.from_warehouse_id for shift in shifts},
        qty__gt=0,
    ).values_list("item", "lot")
    present = defaultdict(set)
    for item, lot in lots:
        present[item].add(lot)
    balances.make_places(
        {
            (shift.item_id, targets[shift].pk, lot)
            for shift in shifts
            for lot in present[shift.item_id]
            if shift.lot_id in (None, lot)
        }
    )


def _take(
    shift: Shift, target: Location, rows: Sequence[StockBalance], items: dict[int, Item], book: Book
) -> list[Part]:
    """Free goods for a shift, in picking order. Raises InsufficientStock and SamePlace."""
    item = items[shift.item_id]
    if shift.from_location_id == target.pk:
        raise SamePlace(sku=item.sku, place=target)
    taken, rest = [], shift.qty
    for row in rows:
        part = min(_movable(row, shift, target), rest)
        if part > 0:
            book.add(row, qty=-part)
            taken.append((row, part))
            rest -= part
    if rest > 0:
        warehouse = rows[0].location.warehouse if rows else target.warehouse
        raise InsufficientStock.of(
            sku=item.sku, wanted=shift.qty, unit=item.unit.code, free=shift.qty - rest, warehouse=str(warehouse)
        )
    return taken


def _movable(row: StockBalance, shift: Shift, target: Location) -> Decimal:
    if row.location_id == target.pk or shift.lot_id not in (None, row.lot_id):
        return NOTHING
    if shift.from_location_id is None:
        return balances.free_of(row)
    return row.qty - row.reserved if row.location_id == shift.from_location_id else NOTHING


def _goal(rows: Sequence[StockBalance], target: Location, lot_id: int | None) -> StockBalance:
    return next(row for row in rows if row.location_id == target.pk and row.lot_id == lot_id)


def _write(
    taken: Sequence[tuple[Shift, StockBalance, Decimal]],
    targets: dict[Shift, Location],
    items: dict[int, Item],
    *,
    at: datetime,
    by: Actor,
    branch_id: int,
) -> list[StockMove]:
    """Store the moves; where a warehouse is left, use its layers and lay them down in the other one."""
    leaving = [n for n, (shift, _row, _qty) in enumerate(taken) if shift.from_warehouse_id != shift.to_warehouse_id]
    slices: dict[int, list[costing.Slice]] = {n: [] for n in range(len(taken))}
    if leaving:
        wanted = [
            (taken[n][0].item_id, taken[n][0].from_warehouse_id, taken[n][1].lot_id, taken[n][2]) for n in leaving
        ]
        slices |= dict(zip(leaving, price(wanted), strict=True))
    recorded_at = timezone.now()
    times: dict[str, int] = defaultdict(int)
    moves = []
    for n, (shift, row, qty) in enumerate(taken):
        times[shift.source_key] += 1
        nth = times[shift.source_key]
        moves.append(
            StockMove(
                item_id=shift.item_id,
                lot_id=row.lot_id,
                kind=MoveKind.TRANSFER,
                from_location_id=row.location_id,
                to_location=targets[shift],
                branch_id=branch_id,
                qty=qty,
                value=costing.total(slices[n]),
                occurred_at=at,
                recorded_at=recorded_at,
                source_key=shift.source_key if nth == 1 else f"{shift.source_key}#{nth}",
                document=shift.document,
                by=user_or_none(by),
            )
        )
    insert_rows(moves)
    if leaving:
        _carry_layers([(taken[n][0], moves[n], slices[n]) for n in leaving], items)
    return moves


def _carry_layers(carried: Sequence[tuple[Shift, StockMove, list[costing.Slice]]], items: dict[int, Item]) -> None:
    """One new layer per layer used, in the same order, so that late costs find their way (see `valuation`)."""
    ages = dict(
        CostLayer.objects.filter(pk__in={part.layer_id for _, _, parts in carried for part in parts}).values_list(
            "pk", "received_at"
        )
    )
    layers.write_uses((move, part) for _shift, move, parts in carried for part in parts)
    layers.add_layers(
        [
            Incoming(
                move=move,
                warehouse_id=shift.to_warehouse_id,
                qty=part.qty,
                value=part.value,
                received_at=ages[part.layer_id],
            )
            for shift, move, parts in carried
            for part in parts
        ],
        items,
    )
