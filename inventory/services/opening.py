"""Stock that was there before the system: entered once, with its value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core import policy
from core.actors import SYSTEM, Actor
from core.transactions import command
from inventory.choices import LocationKind, MoveKind
from inventory.models import StockMove, Warehouse
from inventory.services import lots
from inventory.services.moves import Put, store_goods


@dataclass(frozen=True)
class OpeningLine:
    """`qty` (base unit) of an item worth `value` (base currency) was there; a `lot_code` makes the lot."""

    item_id: int
    qty: Decimal
    value: Decimal
    location_id: int | None = None
    lot_code: str = ""


@command
def enter_opening_stock(
    *, warehouse_id: int, lines: Sequence[OpeningLine], at: datetime, by: Actor, key: str
) -> list[StockMove]:
    """Post opening stock as of `at`, one cost layer per line; `key` names the list, so that a repeat adds nothing.

    Locks and errors as `store_goods`.
    """
    warehouse = Warehouse.objects.get(pk=warehouse_id)
    policy.require(by, "inventory.enter_opening_stock", warehouse)
    named = lots.named_lots({(line.item_id, line.lot_code) for line in lines if line.lot_code})
    puts = [
        Put(
            item_id=line.item_id,
            warehouse_id=warehouse.pk,
            qty=line.qty,
            value=line.value,
            source_key=f"inventory.opening:{key}:{number}",
            location_id=line.location_id,
            lot_id=named[line.item_id, line.lot_code].pk if line.lot_code else None,
        )
        for number, line in enumerate(lines, start=1)
    ]
    return store_goods(
        puts=puts,
        kind=MoveKind.OPENING,
        from_kind=LocationKind.OPENING,
        at=at,
        # The right to open stock was checked above and includes moving it; the history keeps the person.
        by=SYSTEM,
        branch_id=warehouse.branch_id,
    )
