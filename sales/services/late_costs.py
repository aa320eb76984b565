"""Costs learned after the goods were shipped follow them onto their orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from core.actors import Actor
from inventory.ports import UsedShare
from sales.choices import OrderCostKind
from sales.models import OrderCost


def book_late_costs(shares: Sequence[UsedShare], at: datetime, by: Actor) -> None:
    """Add the shares whose stock move an order paid for to that order's cost (two statements).

    Runs in the transaction of the value adjustment, which happens once; the source key is unique all the same.
    """
    by_move = {
        cost.move_id: cost
        for cost in OrderCost.objects.filter(move__in=[share.move.pk for share in shares], adjustment__isnull=True)
    }
    OrderCost.objects.bulk_create(
        [
            OrderCost(
                order_id=by_move[share.move.pk].order_id, line_id=by_move[share.move.pk].line_id,
                kind=OrderCostKind.LATE_COST, amount=share.amount, label=share.adjustment.reason[:120],
                move_id=share.move.pk, adjustment=share.adjustment, occurred_at=at,
                source_key=f"sales.late:{share.adjustment.pk}:{share.use.pk}",
            )
            for share in shares
            if share.move.pk in by_move
        ]
    )  # fmt: skip
