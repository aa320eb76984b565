"""Goods go out: to clients, to production, to a site, or as loss. Their cost comes from the layers."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from core import policy
from core.actors import SYSTEM, Actor, user_or_none
from core.inserting import insert_rows, maker
from core.quantities import NOTHING
from core.remembered import remembered_for_all
from core.transactions import command
from inventory import costing
from inventory.choices import DemandStatus, LocationKind, MoveKind
from inventory.errors import DemandUnknown, InsufficientStock
from inventory.models import Demand, Item, Location, Peg, StockBalance, StockMove, Supply
from inventory.services import balances, goods, layers, places
from inventory.services.balances import Pair
from inventory.services.book import Book, lock_demands, lock_open_pegs_of, open_qty

logger = logging.getLogger(__name__)
_new_move = maker(StockMove)


class LayersDoNotCover(RuntimeError):
    """Balances say that goods are there, cost layers say they are not: the ledger is broken (see check_ledgers)."""


@dataclass(frozen=True)
class Draw:
    """`qty` of an item (base unit) leaves a warehouse. `source_key` names the document line that takes it.

    With a `demand_key` it takes what is set aside for that demand first. A place or a lot may be named. `held` takes
    what is held back or on the way, too: a count finds it missing there.
    """

    item_id: int
    warehouse_id: int
    qty: Decimal
    source_key: str
    demand_key: str | None = None
    location_id: int | None = None
    lot_id: int | None = None
    document: str = ""
    held: bool = False


@dataclass
class Stock:
    """The locked rows that a posting takes goods from."""

    pairs: dict[Pair, list[StockBalance]]
    demands: dict[str, Demand]
    supplies: dict[int, Supply]
    book: Book
    items: Mapping[int, Item]
    by_id: dict[int, StockBalance] = field(init=False)

    def __post_init__(self) -> None:
        self.by_id = {row.pk: row for rows in self.pairs.values() for row in rows}


@command
def draw_goods(
    *,
    draws: Sequence[Draw],
    kind: MoveKind,
    to_kind: LocationKind,
    at: datetime,
    by: Actor,
    branch_id: int,
    items: Mapping[int, Item] | None = None,
) -> list[list[StockMove]]:
    """Post goods out of stock; per draw its moves: more than one when the goods lie in several places or lots.

    What is set aside for the draw's own demand is taken first, then free stock, never what others reserved; goods
    that expire first leave first, then the oldest. Values come from the cost layers, oldest first. A draw whose
    `source_key` is posted already is answered with its first moves. Locks balances, demands, supplies, pegs,
    layers. `items` are theirs where the caller has read them in this transaction. About 16 statements for any number
    of draws. Raises InsufficientStock (nothing is changed), NotPositive, DemandUnknown, PeriodClosed,
    CountedMeanwhile.
    """
    if not draws:
        return []
    goods.check_quantities(draws)
    items = goods.stocked_items((draw.item_id for draw in draws), known=items)
    if by is not SYSTEM:  # which may move goods everywhere
        for warehouse in places.warehouses(draw.warehouse_id for draw in draws).values():
            policy.require(by, "inventory.move_goods", warehouse)
    pairs = balances.lock_pairs((draw.item_id, draw.warehouse_id) for draw in draws)
    # Read after the lock: a parallel call with the same keys has committed by now.
    known = posted_moves([draw.source_key for draw in draws])
    fresh = list({draw.source_key: draw for draw in draws if draw.source_key not in known}.values())
    if fresh:
        goods.require_open_day(branch_id, at)
        stock = _lock_rest(fresh, pairs, items)
        taken = [(draw, row, qty) for draw in fresh for row, qty in take_places(draw, stock)]
        balances.require_not_counted((row for _draw, row, _qty in taken), at=at, by=by)
        outside = places.outside(to_kind)
        moves = _write(taken, kind, outside, at=at, by=by, branch_id=branch_id)
        stock.book.write()
        for (draw, _row, _qty), move in zip(taken, moves, strict=True):
            known[draw.source_key].append(move)
        logger.info("goods drawn", extra={"kind": str(kind), "moves": len(moves)})
    return [known[draw.source_key] for draw in draws]


def posted_moves(keys: Sequence[str]) -> dict[str, list[StockMove]]:
    """The moves that were posted under source keys, in their order (one statement, one more on a repeat)."""
    found: dict[str, list[StockMove]] = defaultdict(list)
    wanted = set(keys)
    for move in moves_of(wanted) if wanted else ():
        found[str(move.source_key)].append(move)
    if found:
        further = Q()
        for key in found:
            further |= Q(source_key__startswith=f"{key}#")
        for move in StockMove.objects.filter(further).order_by("pk"):
            found[str(move.source_key).rpartition("#")[0]].append(move)
    return found


@remembered_for_all
def moves_of(keys: Any) -> QuerySet[StockMove]:
    """The first moves that were posted under source keys."""
    return StockMove.objects.filter(source_key__any=keys)


def _lock_rest(
    draws: Sequence[Draw],
    pairs: dict[Pair, list[StockBalance]],
    items: Mapping[int, Item],
) -> Stock:
    keys = {draw.demand_key for draw in draws if draw.demand_key}
    demands = lock_demands(keys) if keys else {}
    for missing in keys - set(demands):
        raise DemandUnknown(key=missing)
    pegs, supplies = lock_open_pegs_of(demands.values())
    return Stock(pairs=pairs, demands=demands, supplies=supplies, book=Book(pegs), items=items)


def take_places(draw: Draw, stock: Stock) -> list[tuple[StockBalance, Decimal]]:
    """Decide from which places a draw takes its goods, and note it in the book. Raises InsufficientStock."""
    rows = [row for row in stock.pairs[draw.item_id, draw.warehouse_id] if _fits(row, draw)]
    demand = stock.demands[draw.demand_key] if draw.demand_key else None
    own = {peg.balance_id: peg for peg in stock.book.pegs_of(demand) if peg.balance_id} if demand else {}
    taken: dict[int, Decimal] = defaultdict(lambda: NOTHING)
    rest = draw.qty
    for row in rows:
        peg = own.get(row.pk)
        part = min(open_qty(peg), rest) if peg else NOTHING
        if peg and part > 0:
            stock.book.use(peg, part, source=row)
            assert demand is not None  # noqa: S101 - pegs come from it
            stock.book.add(demand, pegged_qty=-part)
            stock.book.add(row, qty=-part)
            taken[row.pk] += part
            rest -= part
    for row in rows:
        part = min(row.qty - row.reserved if draw.held else balances.free_of(row), rest)
        if part > 0:
            stock.book.add(row, qty=-part)
            taken[row.pk] += part
            rest -= part
    if rest > 0:
        item = stock.items[draw.item_id]
        raise InsufficientStock.of(
            sku=item.sku,
            wanted=draw.qty,
            unit=item.unit.code,
            free=draw.qty - rest,
            warehouse=places.warehouses([draw.warehouse_id])[draw.warehouse_id].name,
        )
    if demand:
        _fulfil(demand, draw.qty, stock)
    return [(stock.by_id[pk], qty) for pk, qty in taken.items()]


def _fits(row: StockBalance, draw: Draw) -> bool:
    if draw.location_id is not None and row.location_id != draw.location_id:
        return False
    if draw.lot_id is not None and row.lot_id != draw.lot_id:
        return False
    return draw.held or balances.is_pickable(row)


def _fulfil(demand: Demand, qty: Decimal, stock: Stock) -> None:
    """Count what went out to a demand, at most what it wanted, and give back pegs that it needs no more."""
    if demand.status != DemandStatus.OPEN:
        return
    stock.book.add(demand, done_qty=min(qty, demand.qty - demand.done_qty))
    surplus = demand.pegged_qty - (demand.qty - demand.done_qty)
    for peg in sorted(stock.book.pegs_of(demand), key=_least_needed):
        if surplus <= 0:
            break
        part = min(open_qty(peg), surplus)
        source = stock.supplies[peg.supply_id] if peg.supply_id else stock.by_id[peg.balance_id]  # type: ignore[index]
        stock.book.release(peg, part, demand=demand, source=source)
        surplus -= part
    if demand.done_qty >= demand.qty:
        stock.book.settle(demand)


def _least_needed(peg: Peg) -> tuple[bool, int]:
    """Coming goods are given back before goods that are here, the youngest peg first."""
    return (peg.supply_id is None, -(peg.pk or 0))


def _write(
    taken: Sequence[tuple[Draw, StockBalance, Decimal]],
    kind: MoveKind,
    outside: Location,
    *,
    at: datetime,
    by: Actor,
    branch_id: int,
) -> list[StockMove]:
    """Price what was taken from the layers and store moves and uses."""
    slices = price([(draw.item_id, draw.warehouse_id, row.lot_id, qty) for draw, row, qty in taken])
    recorded_at, person = timezone.now(), getattr(user_or_none(by), "pk", None)
    times: dict[str, int] = defaultdict(int)
    moves = []
    for (draw, row, qty), parts in zip(taken, slices, strict=True):
        times[draw.source_key] += 1
        nth = times[draw.source_key]
        moves.append(
            _new_move(
                item_id=draw.item_id,
                lot_id=row.lot_id,
                kind=kind,
                from_location_id=row.location_id,
                to_location_id=outside.pk,
                branch_id=branch_id,
                qty=qty,
                value=costing.total(parts),
                occurred_at=at,
                recorded_at=recorded_at,
                source_key=draw.source_key if nth == 1 else f"{draw.source_key}#{nth}",
                document=draw.document,
                by_id=person,
            )
        )
    insert_rows(moves)
    layers.write_uses((move, part) for move, parts in zip(moves, slices, strict=True) for part in parts)
    return moves


def price(taken: Sequence[tuple[int, int, int | None, Decimal]]) -> list[list[costing.Slice]]:
    """What quantities of (item, warehouse, lot) cost, taken one after the other off the locked layers."""
    wants: dict[layers.LayerKey, Decimal] = defaultdict(lambda: NOTHING)
    for item, warehouse, lot, qty in taken:
        wants[item, warehouse, lot] += qty
    open_layers = layers.lock_open(wants)
    slices = [costing.take(open_layers[item, warehouse, lot], qty) for item, warehouse, lot, qty in taken]
    for (item, warehouse, lot, qty), parts in zip(taken, slices, strict=True):
        if sum((part.qty for part in parts), NOTHING) != qty:
            raise LayersDoNotCover(f"item {item}, warehouse {warehouse}, lot {lot}: {qty}")
    return slices
