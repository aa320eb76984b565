"""Picking: what was taken from the shelves for an order, until it is shipped once."""

from __future__ import annotations

import logging
from datetime import datetime
from decimal import Decimal

from core.actors import Actor, user_or_none
from core.quantities import qty as to_qty
from core.transactions import command
from inventory.choices import PegStatus
from inventory.models import Peg
from sales.errors import NothingPicked, NotSetAside, OrderNotOpen
from sales.models import OrderLine, Pick, SalesOrder, Shipment
from sales.services.fulfilment import OPEN, locked_order
from sales.services.shipments import Picked, ship_order

logger = logging.getLogger(__name__)


@command
def note_pick(
    *,
    order_id: int,
    line_id: int,
    location_id: int,
    lot_id: int | None,
    qty: Decimal,
    at: datetime,
    by: Actor,
    is_done: bool = True,
    is_short: bool = False,
) -> Pick:
    """`qty` of a line lies on the trolley from this place: the figure of the place, not one more. Nothing moves yet.

    The same figure again changes nothing. Locks the order. Raises OrderNotOpen, NotSetAside (more than is set aside
    there for the line, or nothing is).
    """
    order = _open_order(order_id, by)
    line = OrderLine.objects.get(pk=line_id, order=order)
    aside = set_aside(line, location_id, lot_id)
    if qty < 0 or to_qty(qty) > aside:
        raise NotSetAside.of(line=line, qty=qty, aside=aside)
    pick = Pick.objects.filter(order_line=line, location=location_id, lot=lot_id, shipment=None).first()
    if pick is None:
        pick = Pick(order_line=line, location_id=location_id, lot_id=lot_id)
    pick.qty, pick.is_done, pick.is_short = to_qty(qty), is_done, is_short
    pick.picked_at, pick.by, pick.postponed_at = at, user_or_none(by), None
    pick.save()
    return pick


@command
def postpone_pick(
    *, order_id: int, line_id: int, location_id: int, lot_id: int | None, at: datetime, by: Actor
) -> Pick:
    """Go to this place after the others. What was scanned there stays. Locks the order."""
    order = _open_order(order_id, by)
    line = OrderLine.objects.get(pk=line_id, order=order)
    pick = Pick.objects.filter(order_line=line, location=location_id, lot=lot_id, shipment=None).first()
    if pick is None:
        pick = Pick(order_line=line, location_id=location_id, lot_id=lot_id, qty=to_qty(0), picked_at=at)
    pick.postponed_at, pick.by = at, user_or_none(by)
    pick.save()
    return pick


@command
def reopen_picks(*, order_id: int, by: Actor) -> int:
    """Go through the places of an order once more: nothing counts as done or short, what lies on the trolley stays.

    Returns how many places are open again; a second call finds none. Locks the order. Raises OrderNotOpen.
    """
    order = _open_order(order_id, by)
    done = Pick.objects.filter(order_line__order=order, shipment=None, is_done=True)
    return done.update(is_done=False, is_short=False, by=user_or_none(by))


@command
def ship_picked(*, order_id: int, at: datetime, by: Actor, key: str, carrier: str = "", tracking: str = "") -> Shipment:
    """Ship what was picked, from the places it was taken from; the picks belong to that shipment from then on.

    What was short stays open on the order. The same `key` returns the first shipment. Locks the order, then what
    `ship_order` locks. Raises NothingPicked and what `ship_order` raises.
    """
    order = locked_order(order_id, by, "sales.ship_order")
    # Read after the lock: a parallel call with the same key has committed by now.
    if first := Shipment.objects.filter(key=key).first():
        return first
    picks = list(Pick.objects.filter(order_line__order=order, shipment=None, is_done=True).order_by("pk"))
    picked = [Picked(pick.order_line_id, pick.qty, pick.location_id, pick.lot_id) for pick in picks if pick.qty > 0]
    if not picked:
        raise NothingPicked(number=order.number)
    shipment = ship_order(order_id=order.pk, at=at, by=by, carrier=carrier, tracking=tracking, key=key, picked=picked)
    Pick.objects.filter(pk__in=[pick.pk for pick in picks if pick.qty > 0]).update(shipment=shipment)
    Pick.objects.filter(order_line__order=order, shipment=None).delete()
    logger.info("picked goods shipped", extra={"order_id": order.pk, "shipment_id": shipment.pk})
    return shipment


def _open_order(order_id: int, by: Actor) -> SalesOrder:
    order = locked_order(order_id, by, "sales.ship_order")
    if order.status not in OPEN:
        raise OrderNotOpen(number=order.number, status=order.get_status_display())
    return order


def set_aside(line: OrderLine, location_id: int, lot_id: int | None) -> Decimal:
    """How much of a place is set aside for a line (one statement)."""
    pegs = Peg.objects.filter(
        demand__key=line.demand_key, status=PegStatus.OPEN, balance__location=location_id, balance__lot=lot_id
    )
    return sum((qty - used for qty, used in pegs.values_list("qty", "used_qty")), Decimal(0))
