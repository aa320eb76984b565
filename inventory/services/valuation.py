"""Costs learned after the goods came in: added to what is left, and sent after what was used."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef
from django.utils import timezone

from core import policy
from core.actors import Actor, user_or_none
from core.money import ZERO, split
from core.transactions import command
from core.updating import add_to_rows
from inventory.choices import AdjustmentTarget, MoveKind
from inventory.errors import AdjustmentTooLarge, NothingToAdjust
from inventory.models import CostLayer, LayerUse, StockMove, ValueAdjustment, ValueAdjustmentPart
from inventory.ports import UsedShare, value_follows
from inventory.services import balances
from inventory.services.layers import key_of
from inventory.services.pools import pool_weights

logger = logging.getLogger(__name__)

Weighed = tuple[Decimal, list[tuple[LayerUse, Decimal]]]  # what is left, what each use took


@dataclass(frozen=True)
class Change:
    """`amount` (base currency, cents; negative takes value off) on a layer that `receipt_move` brought."""

    layer_id: int
    receipt_move_id: int
    amount: Decimal
    reason: str
    source_key: str


@command
def adjust_layer(
    *,
    layer_id: int,
    receipt_move_id: int,
    amount: Decimal,
    reason: str,
    at: datetime,
    by: Actor,
    source_key: str,
) -> ValueAdjustment:
    """Change the value of the goods of one layer. See `adjust_layers`."""
    change = Change(layer_id, receipt_move_id, amount, reason, source_key)
    return adjust_layers(changes=[change], at=at, by=by)[0]


@command
def adjust_layers(*, changes: Sequence[Change], at: datetime, by: Actor) -> list[ValueAdjustment]:
    """Share later costs over what is left of layers and those who used the rest, as if they had been known.

    A receipt's own layer is shared by quantity; in a pool each use bears what it would have borne had the pool
    been worth that much more when the goods came in. Shares of goods that went to another warehouse go on there;
    the others are handed to the apps above (`ports.value_follows`) in this transaction. A `source_key` that is
    posted already is answered with its adjustment. Locks balances, then layers. About ten statements for any
    number of changes. Raises NothingToAdjust, AdjustmentTooLarge.
    """
    policy.require(by, "inventory.add_late_cost")
    places = CostLayer.objects.filter(pk__in={change.layer_id for change in changes})
    balances.lock_pairs(places.values_list("item", "warehouse"))
    layers = {layer.pk: layer for layer in places.locked()}
    # Read after the lock: a parallel call with the same keys has committed by now.
    keys = [change.source_key for change in changes]
    known = {row.source_key: row for row in ValueAdjustment.objects.filter(source_key__in=keys)}
    fresh = [change for change in changes if change.source_key not in known and change.amount]
    if fresh:
        made, shares = _post(fresh, layers, at=at, by=by)
        known |= {adjustment.source_key: adjustment for adjustment in made}
        _follow(shares, at=at, by=by)
        logger.info("goods revalued", extra={"adjustments": len(made)})
    return [known[key] for key in keys if key in known]


def _post(
    changes: Sequence[Change], layers: dict[int, CostLayer], *, at: datetime, by: Actor
) -> tuple[list[ValueAdjustment], list[UsedShare]]:
    weights = _weights(changes, layers)
    adjustments = ValueAdjustment.objects.bulk_create(
        [
            ValueAdjustment(
                layer_id=change.layer_id,
                receipt_move_id=change.receipt_move_id,
                amount=change.amount,
                reason=change.reason,
                occurred_at=at,
                recorded_at=timezone.now(),
                source_key=change.source_key,
                by=user_or_none(by),
            )
            for change in changes
        ]
    )
    parts: list[ValueAdjustmentPart] = []
    shares: list[UsedShare] = []
    deltas: dict[int, dict[str, Decimal]] = {}
    for change, adjustment, (left, uses) in zip(changes, adjustments, weights, strict=True):
        layer = layers[change.layer_id]
        if not left and not uses:
            raise NothingToAdjust(reason=change.reason)
        stock_part, *use_parts = split(change.amount, [left, *(weight for _use, weight in uses)])
        layer.left_value += stock_part
        if layer.left_value < 0:
            raise AdjustmentTooLarge(reason=change.reason, amount=change.amount)
        delta = deltas.setdefault(layer.pk, {"value": ZERO, "left_value": ZERO})
        delta["value"] += stock_part
        delta["left_value"] += stock_part
        if stock_part:
            parts.append(ValueAdjustmentPart(adjustment=adjustment, target=AdjustmentTarget.STOCK, amount=stock_part))
        for (use, _weight), amount in zip(uses, use_parts, strict=True):
            if amount:
                parts.append(
                    ValueAdjustmentPart(adjustment=adjustment, target=AdjustmentTarget.USED, use=use, amount=amount)
                )
                shares.append(UsedShare(use=use, move=use.move, amount=amount, adjustment=adjustment))
    ValueAdjustmentPart.objects.bulk_create(parts)
    add_to_rows(CostLayer, deltas)
    return adjustments, shares


def _weights(changes: Sequence[Change], layers: dict[int, CostLayer]) -> list[Weighed]:
    """Per change: what of the goods is left, and what each use that was not taken back has of them."""
    single = [layer.pk for layer in layers.values() if not layer.pooled]
    taken: dict[int, list[tuple[LayerUse, Decimal]]] = {pk: [] for pk in single}
    uses = LayerUse.objects.filter(layer__in=single, qty__gt=0).exclude(move__kind=MoveKind.REVERSAL)
    uses = uses.exclude(Exists(LayerUse.objects.filter(reversal_of=OuterRef("pk"))))
    for use in uses.select_related("move__to_location").order_by("pk"):
        taken[use.layer_id].append((use, use.qty))
    pooled = pool_weights([(layers[c.layer_id], c.receipt_move_id) for c in changes if layers[c.layer_id].pooled])
    return [
        pooled[change.layer_id, change.receipt_move_id]
        if layers[change.layer_id].pooled
        else (layers[change.layer_id].left_qty, taken[change.layer_id])
        for change in changes
    ]


def _follow(shares: Sequence[UsedShare], *, at: datetime, by: Actor) -> None:
    """Send shares after the goods: into the other warehouse of a transfer, or up to the app that used them."""
    inside = [share for share in shares if share.move.to_location.warehouse_id is not None]
    outside = [share for share in shares if share.move.to_location.warehouse_id is None]
    if inside:
        targets = _layers_beyond([share.move for share in inside])
        adjust_layers(
            changes=[
                Change(
                    layer_id=targets[share.use.pk],
                    receipt_move_id=share.move.pk,
                    amount=share.amount,
                    reason=share.adjustment.reason,
                    source_key=f"inventory.adjustment:{share.adjustment.pk}:{share.use.pk}",
                )
                for share in inside
            ],
            at=at,
            by=by,
        )
    if outside:
        value_follows(shares=outside, at=at, by=by)


def _layers_beyond(moves: Sequence[StockMove]) -> dict[int, int]:
    """For each use of a transfer between warehouses the layer that it became in the other one (three statements)."""
    used: dict[int, list[int]] = {}
    for pk, move_id in LayerUse.objects.filter(move__in=moves, qty__gt=0).order_by("pk").values_list("pk", "move"):
        used.setdefault(move_id, []).append(pk)
    laid: dict[int, list[int]] = {}
    for pk, move_id in CostLayer.objects.filter(move__in=moves).order_by("pk").values_list("pk", "move"):
        laid.setdefault(move_id or 0, []).append(pk)
    pools = {
        key_of(pool): pool.pk
        for pool in CostLayer.objects.filter(pooled=True, item__in={move.item_id for move in moves})
    }
    targets: dict[int, int] = {}
    for move in moves:
        key = (move.item_id, move.to_location.warehouse_id or 0, move.lot_id)
        layers = laid.get(move.pk) or [pools[key]] * len(used[move.pk])
        targets |= dict(zip(used[move.pk], layers, strict=True))
    return targets
