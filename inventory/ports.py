"""What the warehouse asks the apps above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from core.actors import Actor
from core.ports import Chorus

if TYPE_CHECKING:
    from inventory.models import LayerUse, StockMove, ValueAdjustment


@dataclass(frozen=True)
class UsedShare:
    """The part of a late cost that belongs to goods which had been used: by which move, how much (base currency)."""

    use: LayerUse
    move: StockMove
    amount: Decimal
    adjustment: ValueAdjustment


@Chorus
def value_follows(shares: Sequence[UsedShare], at: datetime, by: Actor) -> None:
    """Late value goes where the goods went: an order's cost, work in progress, or the goods made of them.

    Called inside the transaction of the adjustment with the shares of moves that left the warehouses. An app
    takes the shares whose moves it made and leaves the others alone.
    """
