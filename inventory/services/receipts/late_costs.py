"""Costs of a receipt that become known after it was posted."""

from __future__ import annotations

import logging
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from core import policy
from core.actors import Actor
from core.transactions import command
from inventory.choices import CostKey, Valuation
from inventory.errors import NotPositive, ReceiptReversed
from inventory.models import CostLayer, GoodsReceipt, GoodsReceiptLine, LandedCost, LandedCostShare, PurchaseOrder
from inventory.services import goods
from inventory.services.receipts.sharing import Portion, shares
from inventory.services.valuation import Change, adjust_layers

logger = logging.getLogger(__name__)


@command
def add_late_cost(
    *,
    receipt_id: int,
    label: str,
    amount: Decimal,
    at: datetime,
    by: Actor,
    source_key: str,
    cost_key: CostKey = CostKey.VALUE,
) -> LandedCost:
    """Put a cost (base currency) on a posted receipt: shared over its lines, then over what is left and was used.

    What is left in stock is worth more from `at` on; what was used follows to orders or production in the same
    transaction (see `valuation.adjust_layers`). Earlier days stay as they were. A repeat with the same
    `source_key` returns the first cost. Locks the order, then balances and layers. About 20 statements for any
    number of lines. Raises NotPositive, ReceiptReversed, NothingToAdjust, PeriodClosed.
    """
    receipt = GoodsReceipt.objects.select_related("order").get(pk=receipt_id)
    policy.require(by, "inventory.add_late_cost", receipt)
    order = PurchaseOrder.objects.locked().get(pk=receipt.order_id)
    # Read after the lock: a parallel call with the same key has committed by now.
    if known := LandedCost.objects.filter(source_key=source_key).first():
        return known
    if amount <= 0:
        raise NotPositive(what=_("The cost"))
    goods.require_open_day(order.branch_id, at)
    lines = list(
        receipt.lines.filter(move__isnull=False, move__reversed_by__isnull=True)
        .select_related("move", "order_line__item")
        .order_by("pk")
    )
    if not lines:
        raise ReceiptReversed(number=receipt.number)
    cost = LandedCost.objects.create(
        receipt=receipt, label=label, amount=amount, key=cost_key, is_late=True, occurred_at=at, source_key=source_key
    )
    _spread(cost, lines, at=at, by=by)
    logger.info("late cost added", extra={"receipt_id": receipt.pk, "cost_id": cost.pk})
    return cost


def _spread(cost: LandedCost, lines: list[GoodsReceiptLine], *, at: datetime, by: Actor) -> None:
    """Share a late cost over the lines of its receipt, and each share over what is left and who used the rest."""
    portions = [
        Portion(value=line.value, qty=line.qty - line.rejected_qty, unit_weight=line.order_line.item.weight_kg)
        for line in lines
    ]
    parts = [
        (line, share)
        for line, share in zip(lines, shares(cost.amount, portions, CostKey(cost.key)), strict=True)
        if share
    ]
    LandedCostShare.objects.bulk_create([LandedCostShare(cost=cost, line=line, amount=share) for line, share in parts])
    layers = _layers_of(lines)
    adjust_layers(
        changes=[
            Change(
                layer_id=layers[line.pk],
                receipt_move_id=line.move_id or 0,
                amount=share,
                reason=cost.label,
                source_key=f"inventory.landed_cost:{cost.pk}:{line.pk}",
            )
            for line, share in parts
        ],
        at=at,
        by=by,
    )


def _layers_of(lines: list[GoodsReceiptLine]) -> dict[int, int]:
    """The layer that each line's goods came into: their own, or the pool of an averaged item (two statements)."""
    own = dict(CostLayer.objects.filter(move__in=[line.move_id for line in lines]).values_list("move", "pk"))
    averaged = [line.order_line.item_id for line in lines if line.order_line.item.valuation == Valuation.AVERAGE]
    warehouse_id = lines[0].receipt.order.warehouse_id
    pools: dict[tuple[int, int | None], int] = {
        (item, lot): pk
        for pk, item, lot in CostLayer.objects.filter(
            pooled=True, item__in=averaged, warehouse=warehouse_id
        ).values_list("pk", "item", "lot")
    }
    return {
        line.pk: own[line.move_id] if line.move_id in own else pools[line.order_line.item_id, line.lot_id]
        for line in lines
    }
