"""The pool of an averaged item, played again from a receipt on: who used what part of that receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from inventory.choices import MoveKind
from inventory.models import CostLayer, LayerUse, StockMove

Weighed = tuple[Decimal, list[tuple[LayerUse, Decimal]]]


@dataclass(frozen=True)
class _Happening:
    """Something that changed the pool after the receipt; `use` is set when it bears a share of a late cost."""

    move_id: int
    change: Decimal
    use: LayerUse | None = None


def pool_weights(wanted: Sequence[tuple[CostLayer, int]]) -> dict[tuple[int, int], Weighed]:
    """Per (pool, receipt move): the part of one unit of late cost that is still in the pool, and that of each use.

    Each use takes the part of the pool's excess that it took of the pool's quantity, as the moving average does.
    What was taken back, in or out, counts as never done. Two statements. The caller holds the balances, so moves
    are numbered in the order in which they changed the pool.
    """
    if not wanted:
        return {}
    first = min(move_id for _pool, move_id in wanted)
    pools = {pool.pk: pool for pool, _move in wanted}
    uses = list(
        LayerUse.objects.filter(layer__in=pools, move__gte=first)
        .select_related("move__to_location", "reversal_of", "move__reversal_of")
        .order_by("pk")
    )
    arrivals = _arrivals(list(pools.values()), first)
    return {
        (pool.pk, move_id): _replay(
            pool,
            move_id,
            [use for use in uses if use.layer_id == pool.pk and use.move_id >= move_id],
            [move for move in arrivals if _goes_into(move, pool) and move.pk > move_id],
        )
        for pool, move_id in wanted
    }


def _arrivals(pools: Sequence[CostLayer], first: int) -> list[StockMove]:
    moves = StockMove.objects.filter(
        item__in={pool.item_id for pool in pools},
        to_location__warehouse__in={pool.warehouse_id for pool in pools},
        pk__gt=first,
    )
    moves = moves.exclude(kind=MoveKind.REVERSAL).select_related("from_location", "to_location")
    return [move for move in moves if move.from_location.warehouse_id != move.to_location.warehouse_id]


def _goes_into(move: StockMove, pool: CostLayer) -> bool:
    return (move.item_id, move.to_location.warehouse_id, move.lot_id) == (pool.item_id, pool.warehouse_id, pool.lot_id)


def _replay(pool: CostLayer, receipt: int, uses: Sequence[LayerUse], arrivals: Sequence[StockMove]) -> Weighed:
    happenings = _happenings(receipt, uses, arrivals)
    if happenings is None:
        return Decimal(0), []
    present = pool.left_qty - sum((happening.change for happening in happenings), Decimal(0))
    excess, shares = Decimal(1), []
    for happening in happenings:
        if happening.use is not None:
            share = excess * -happening.change / present
            excess -= share
            shares.append((happening.use, share))
        present += happening.change
    if present == 0:
        excess = Decimal(0)
    return excess, shares


def _happenings(receipt: int, uses: Sequence[LayerUse], arrivals: Sequence[StockMove]) -> list[_Happening] | None:
    """What changed the pool after the receipt, without what was taken back; None when the receipt itself was."""
    undone_uses = {use.reversal_of_id for use in uses if use.reversal_of_id}
    undone_moves = {use.move.reversal_of_id for use in uses if use.qty > 0 and use.move.reversal_of_id}
    if receipt in undone_moves:
        return None
    kept = {use.pk for use in uses}
    found = [_Happening(move.pk, move.qty) for move in arrivals if move.pk not in undone_moves]
    arrived = {move.pk for move in arrivals}
    for use in uses:
        if use.pk in undone_uses or use.reversal_of_id in kept or use.move.reversal_of_id in arrived:
            continue
        bears = use.qty > 0 and use.move.kind != MoveKind.REVERSAL
        found.append(_Happening(use.move_id, -use.qty, use if bears else None))
    return sorted(found, key=lambda happening: happening.move_id)
