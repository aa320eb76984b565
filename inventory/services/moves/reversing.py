"""A posted move is never changed: it is taken back by a move the other way that names it."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone

from core import policy
from core.actors import SYSTEM, Actor, user_or_none
from core.inserting import insert_rows
from core.money import ZERO
from core.transactions import command
from core.updating import add_to_rows
from inventory.choices import AdjustmentTarget, MoveKind, Valuation
from inventory.errors import GoodsUsedMeanwhile, InsufficientStock, MoveOfADocument, MoveReversed
from inventory.models import CostLayer, LayerUse, StockMove, ValueAdjustmentPart
from inventory.services import balances, goods
from inventory.services.book import Book
from inventory.services.layers import LayerKey, key_of

logger = logging.getLogger(__name__)

# Apps whose documents keep count of their own moves: they take them back themselves, as the system.
DOCUMENT_OWNERS = ("sales.", "production.", "support.")


# Documents of the warehouse itself that are taken back as a whole.
OWN_DOCUMENTS = ("inventory.receipt:", "inventory.count:")


def owner_of(move: StockMove) -> bool:
    """Does the move belong to a document that has to take it back itself?"""
    return (move.source_key or "").startswith((*DOCUMENT_OWNERS, *OWN_DOCUMENTS))


@command
def reverse_move(*, move_id: int, at: datetime, by: Actor, reason: str) -> StockMove:
    """Take one move back. See `reverse_moves`. A receipt is taken back as a whole, a count by another count."""
    move = StockMove.objects.get(pk=move_id)
    if (move.source_key or "").startswith(OWN_DOCUMENTS):
        raise MoveOfADocument(document=move.document or move.get_kind_display())
    return reverse_moves(move_ids=[move_id], at=at, by=by, reason=reason)[0]


@command
def reverse_moves(*, move_ids: Sequence[int], at: datetime, by: Actor, reason: str) -> list[StockMove]:
    """Take moves back as of `at`: one opposite move each, in their order; balances and layers are as before.

    Goods that went out return to the layers they came from at the value they left with. Goods that came in leave
    with what they are worth now, later adjustments included; they have to be there, untouched and not reserved.
    A second call returns the first reversals. Locks the balances of the places, then the layers.
    Raises MoveReversed, MoveOfADocument, GoodsUsedMeanwhile, InsufficientStock.
    """
    found = StockMove.objects.select_related(
        "item__unit", "from_location__warehouse", "to_location__warehouse"
    ).in_bulk(move_ids)
    moves = [found[move_id] for move_id in dict.fromkeys(move_ids)]
    for move in moves:
        policy.require(by, "inventory.reverse_move", move)
        if move.kind == MoveKind.REVERSAL:
            raise MoveReversed
        if by is not SYSTEM and (move.source_key or "").startswith(DOCUMENT_OWNERS):
            raise MoveOfADocument(document=move.document or move.get_kind_display())
    rows = balances.lock_places(
        (move.item_id, spot.pk, move.lot_id)
        for move in moves
        for spot in (move.from_location, move.to_location)
        if spot.warehouse_id is not None
    )
    # Read after the lock: a parallel reversal has committed by now.
    known = {row.reversal_of_id: row for row in StockMove.objects.filter(reversal_of__in=[m.pk for m in moves])}
    fresh = [move for move in moves if move.pk not in known]
    if fresh:
        for branch_id in sorted({move.branch_id for move in fresh}):
            goods.require_open_day(branch_id, at)
        balances.require_not_counted(rows.values(), at=at, by=by)
        _move_back(fresh, rows)
        undone = _Undoing(fresh)
        for reversal in undone.write(at=at, by=by, reason=reason):
            known[reversal.reversal_of_id] = reversal
        logger.info("moves reversed", extra={"moves": len(fresh)})
    return [known[move_id] for move_id in move_ids]


def _move_back(moves: Sequence[StockMove], rows: dict[balances.Place, balances.StockBalance]) -> None:
    book = Book()
    for move in moves:
        if move.from_location.warehouse_id is not None:
            book.add(rows[move.item_id, move.from_location_id, move.lot_id], qty=move.qty)
    for move in moves:
        if move.to_location.warehouse_id is not None:
            row = rows[move.item_id, move.to_location_id, move.lot_id]
            if row.qty - row.reserved < move.qty:
                raise InsufficientStock.of(
                    sku=move.item.sku,
                    wanted=move.qty,
                    unit=move.item.unit.code,
                    free=row.qty - row.reserved,
                    warehouse=str(move.to_location.warehouse),
                )
            book.add(row, qty=-move.qty)
    book.write()


@dataclass
class _Undoing:
    """What the reversed moves made of layers and took from them, undone."""

    moves: Sequence[StockMove]
    uses: list[LayerUse] = field(default_factory=list)
    deltas: dict[int, dict[str, Decimal]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Decimal)))

    def write(self, *, at: datetime, by: Actor, reason: str) -> list[StockMove]:
        crossing = [m for m in self.moves if m.from_location.warehouse_id != m.to_location.warehouse_id]
        worth = self._undo_incoming([m for m in crossing if m.to_location.warehouse_id is not None])
        back = self._undo_outgoing([m for m in crossing if m.from_location.warehouse_id is not None], worth)
        recorded_at, person = timezone.now(), user_or_none(by)
        reversals = {
            move.pk: StockMove(
                item_id=move.item_id,
                lot_id=move.lot_id,
                kind=MoveKind.REVERSAL,
                from_location_id=move.to_location_id,
                to_location_id=move.from_location_id,
                branch_id=move.branch_id,
                qty=move.qty,
                value=sum(worth.get(move.pk) or back.get(move.pk) or [ZERO], ZERO),
                occurred_at=at,
                recorded_at=recorded_at,
                source_key=f"inventory.reversal:{move.pk}",
                document=reason[:60],
                reversal_of=move,
                by=person,
            )
            for move in self.moves
        }
        insert_rows(list(reversals.values()))
        for use in self.uses:
            use.move = reversals[use.move_id]
        insert_rows(self.uses)
        add_to_rows(CostLayer, self.deltas)
        return list(reversals.values())

    def _undo_incoming(self, moves: Sequence[StockMove]) -> dict[int, list[Decimal]]:
        """Take what came in out of its layers; per move the values, layer by layer."""
        worth: dict[int, list[Decimal]] = defaultdict(list)
        layers = list(CostLayer.objects.filter(move__in=moves).order_by("pk").select_for_update(no_key=True))
        found = {move.pk: move for move in moves}
        for layer in layers:
            move = found[layer.move_id or 0]
            if layer.left_qty != layer.qty:
                raise GoodsUsedMeanwhile(sku=move.item.sku)
            self._use(layer, move, layer.qty, layer.left_value)
            worth[move.pk].append(layer.left_value)
        averaged = [move for move in moves if move.item.valuation == Valuation.AVERAGE]
        if averaged:
            self._drain_pools(averaged, worth)
        return worth

    def _drain_pools(self, moves: Sequence[StockMove], worth: dict[int, list[Decimal]]) -> None:
        pools: dict[LayerKey, CostLayer] = {
            key_of(pool): pool
            for pool in CostLayer.objects.filter(pooled=True, item__in={move.item_id for move in moves}).locked()
        }
        later = dict(
            ValueAdjustmentPart.objects.filter(adjustment__receipt_move__in=moves, target=AdjustmentTarget.STOCK)
            .values_list("adjustment__receipt_move")
            .annotate(Sum("amount"))
        )
        for move in moves:
            pool = pools[move.item_id, move.to_location.warehouse_id or 0, move.lot_id]
            value = move.value + later.get(move.pk, ZERO)
            rest_qty, rest_value = pool.left_qty - move.qty, pool.left_value - value
            if rest_qty < 0 or rest_value < 0 or (rest_qty == 0 and rest_value != 0):
                raise GoodsUsedMeanwhile(sku=move.item.sku)
            pool.left_qty, pool.left_value = rest_qty, rest_value
            self._use(pool, move, move.qty, value)
            worth[move.pk].append(value)

    def _undo_outgoing(self, moves: Sequence[StockMove], worth: dict[int, list[Decimal]]) -> dict[int, list[Decimal]]:
        """Give back to the layers what moves took; a transfer brings back what it is worth at the other end."""
        back: dict[int, list[Decimal]] = defaultdict(list)
        position: dict[int, int] = defaultdict(int)
        for use in LayerUse.objects.filter(move__in=moves, qty__gt=0).order_by("pk"):
            # The layers that a transfer laid down are in the order of its uses.
            value = worth[use.move_id][position[use.move_id]] if use.move_id in worth else use.value
            position[use.move_id] += 1
            self._give_back(use, value)
            back[use.move_id].append(value)
        return back

    def _use(self, layer: CostLayer, move: StockMove, qty: Decimal, value: Decimal) -> None:
        self.uses.append(LayerUse(layer=layer, move_id=move.pk, qty=qty, value=value))
        self.deltas[layer.pk]["left_qty"] -= qty
        self.deltas[layer.pk]["left_value"] -= value

    def _give_back(self, use: LayerUse, value: Decimal) -> None:
        self.uses.append(
            LayerUse(layer_id=use.layer_id, move_id=use.move_id, qty=-use.qty, value=-value, reversal_of=use)
        )
        self.deltas[use.layer_id]["left_qty"] += use.qty
        self.deltas[use.layer_id]["left_value"] += value
