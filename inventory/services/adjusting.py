"""Goods that broke, were lost or turned up: out of stock or into it, for a reason."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from core import policy
from core.actors import Actor
from core.money import cents
from core.transactions import command
from inventory.choices import LocationKind, MoveKind
from inventory.errors import NoPlace, ReasonMissing
from inventory.models import Item, Location, StockMove
from inventory.services import places
from inventory.services.counts.posting import unit_costs
from inventory.services.moves import Draw, Put, draw_goods, store_goods


@command
def write_off(
    *,
    item_id: int,
    location_id: int,
    qty: Decimal,
    reason: str,
    at: datetime,
    by: Actor,
    key: str,
    lot_id: int | None = None,
) -> StockMove:
    """Take spoiled or lost goods out of stock as scrap; what others reserved stays. The same `key` does it once.

    Raises ReasonMissing, NoPlace, InsufficientStock, NotPositive, PeriodClosed, CountedMeanwhile.
    """
    spot = _place(location_id, reason, by)
    draw = Draw(
        item_id=item_id, warehouse_id=spot.warehouse_id or 0, qty=qty, source_key=f"inventory.adjust:{key}",
        location_id=spot.pk, lot_id=lot_id, document=reason[:60], held=lot_id is not None,
    )  # fmt: skip
    return draw_goods(
        draws=[draw], kind=MoveKind.SCRAP, to_kind=LocationKind.LOSS, at=at, by=by,
        branch_id=spot.warehouse.branch_id if spot.warehouse else 0,
    )[0][0]  # fmt: skip


@command
def put_in(
    *,
    item_id: int,
    location_id: int,
    qty: Decimal,
    reason: str,
    at: datetime,
    by: Actor,
    key: str,
    lot_id: int | None = None,
) -> StockMove:
    """Put goods that turned up into stock, at what the others of their kind are worth. The same `key` does it once.

    Raises ReasonMissing, NoPlace, NotPositive, LotNeeded, PeriodClosed, CountedMeanwhile.
    """
    spot = _place(location_id, reason, by)
    warehouse_id = spot.warehouse_id or 0
    cost = unit_costs([Item.objects.get(pk=item_id)], warehouse_id)[item_id]
    put = Put(
        item_id=item_id, warehouse_id=warehouse_id, qty=qty, value=cents(qty * cost),
        source_key=f"inventory.adjust:{key}", location_id=spot.pk, lot_id=lot_id, document=reason[:60],
    )  # fmt: skip
    return store_goods(
        puts=[put], kind=MoveKind.COUNT, from_kind=LocationKind.LOSS, at=at, by=by,
        branch_id=spot.warehouse.branch_id if spot.warehouse else 0,
    )[0]  # fmt: skip


def _place(location_id: int, reason: str, by: Actor) -> Location:
    """The place, after the right to adjust what lies there was checked."""
    spot = places.locations([location_id]).get(location_id)
    if spot is None or spot.warehouse is None:
        raise NoPlace(warehouse="")
    policy.require(by, "inventory.adjust_stock", spot.warehouse)
    if not reason.strip():
        raise ReasonMissing
    return spot
