"""The life of an order to a supplier, from the draft to the goods."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core import calendars, events, policy
from core.actors import SYSTEM, Actor, user_or_none
from core.errors import InvalidValue
from core.services.records import note_status
from core.transactions import command
from inventory.choices import PurchaseStatus
from inventory.errors import (
    NotPositive,
    PurchaseEmpty,
    PurchaseNotDraft,
    PurchaseNotOrdered,
    PurchaseStarted,
)
from inventory.events import PurchaseOrderCancelled, PurchaseOrderPlaced
from inventory.models import Item, PurchaseOrder, PurchaseOrderLine, Warehouse
from inventory.selectors.stock import Terms, supplier_terms
from inventory.services import goods, reservations
from inventory.services.purchasing.drafting import Draft, DraftLine, write_drafts

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class OrderedLine:
    """A line written by hand: price and lead time come from the supplier's terms where they are not given."""

    item_id: int
    qty: Decimal
    price: Decimal | None = None
    lead_days: int | None = None


@command
def draft_purchase_order(
    *,
    warehouse_id: int,
    supplier_id: int,
    lines: Sequence[OrderedLine],
    at: datetime,
    by: Actor,
    currency_id: str | None = None,
    reason: str = "",
) -> PurchaseOrder:
    """Write an order to a supplier by hand. Its goods count as coming at once; each call makes a new draft."""
    warehouse = Warehouse.objects.select_related("branch__organization").get(pk=warehouse_id)
    policy.require(by, "inventory.place_purchase_order", warehouse)
    goods.check_quantities(lines)
    if not lines:
        raise PurchaseEmpty(number=_("The order"))
    items = goods.stocked_items(line.item_id for line in lines)
    terms = supplier_terms(list(items), supplier_id=supplier_id)
    drafted = [_with_terms(line, items[line.item_id], terms.get(line.item_id)) for line in lines]
    draft = Draft(supplier_id, currency_id or warehouse.branch.organization.currency_id, drafted)
    return write_drafts([draft], warehouse=warehouse, at=at, by=by, reason=reason)[0]


def _with_terms(line: OrderedLine, item: Item, offer: Terms | None) -> DraftLine:
    price = line.price if line.price is not None else (offer.price if offer else item.standard_cost)
    days = line.lead_days if line.lead_days is not None else (offer.lead_days if offer else item.lead_days)
    return DraftLine(item=item, qty=line.qty, price=price, lead_days=days)


@command
def place_purchase_order(*, order_id: int, at: datetime, by: Actor) -> PurchaseOrder:
    """Send a draft to its supplier: it becomes ordered at `at`. Ordering twice changes nothing.

    Lead times count from this day: what was drafted on an earlier day is expected later (SupplyMoved), unless a
    day was agreed by hand. Locks the order. Raises PurchaseNotDraft, PurchaseEmpty.
    """
    order = PurchaseOrder.objects.locked().get(pk=order_id)
    policy.require(by, "inventory.place_purchase_order", order)
    if order.status in (PurchaseStatus.ORDERED, PurchaseStatus.PART_RECEIVED, PurchaseStatus.RECEIVED):
        return order
    if order.status != PurchaseStatus.DRAFT:
        raise PurchaseNotDraft(number=order.number, status=order.get_status_display())
    if not order.lines.exists():
        raise PurchaseEmpty(number=order.number)
    change_status(order, PurchaseStatus.ORDERED, at=at, by=by)
    order.ordered_at = at
    order.save(update_fields=["status", "ordered_at"])
    _count_days_from(order, at)
    events.publish(PurchaseOrderPlaced(order_id=order.pk))
    logger.info("purchase order placed", extra={"order_id": order.pk})
    return order


def _count_days_from(order: PurchaseOrder, at: datetime) -> None:
    """Move the due days of an order that is placed on a later day than it was drafted on."""
    calendar = calendars.load(order.organization.calendar_id)
    drafted_on, ordered_on = calendar.day_of(order.drafted_at), calendar.day_of(at)
    if drafted_on == ordered_on:
        return
    for line in order.lines.select_related("supply"):
        if line.due_on == calendar.add_working_days(drafted_on, line.lead_days):
            line.due_on = calendar.add_working_days(ordered_on, line.lead_days)
            line.save(update_fields=["due_on"])
            if line.supply:
                reservations.move_supply(key=line.supply.key, due_on=line.due_on, by=SYSTEM)


def change_status(order: PurchaseOrder, status: PurchaseStatus, *, at: datetime, by: Actor) -> None:
    """Set the status in hand and write its trace; the caller saves."""
    note_status(order, old=order.status, new=status, at=at, by=by)
    order.status = status


OPEN_COLUMNS = frozenset({"owner_id", "reason"})


@command
def change_purchase_order(
    *, order_id: int, changes: Mapping[str, Any], by: Actor, version: int | None = None
) -> PurchaseOrder:
    """Correct who buys and why; in any state, since neither is told to the supplier. Equal values change nothing.

    Locks the order. Raises StaleVersion, and InvalidValue for a column that changes by its verb.
    """
    order = PurchaseOrder.objects.locked().get(pk=order_id)
    policy.require(by, "inventory.place_purchase_order", order)
    order.expect_version(version)
    for name in changes:
        if name not in OPEN_COLUMNS:
            raise InvalidValue(field=name, problem=_("it is frozen"))
    different = {name: value for name, value in changes.items() if getattr(order, name) != value}
    if different:
        for name, value in different.items():
            setattr(order, name, value)
        order.updated_by = user_or_none(by)
        order.save(update_fields=[*(name.removesuffix("_id") for name in different), "updated_by"])
    return order


@command
def reschedule_line(
    *, line_id: int, by: Actor, lead_days: int | None = None, due_on: date | None = None
) -> PurchaseOrderLine:
    """Expect a line's goods on `due_on`, or so many working days after the order; upper apps hear SupplyMoved.

    The same day again changes nothing. Locks the order. Raises PurchaseNotOrdered when it is closed.
    """
    order = PurchaseOrder.objects.locked().get(lines=line_id)
    policy.require(by, "inventory.place_purchase_order", order)
    if order.status in (PurchaseStatus.RECEIVED, PurchaseStatus.CANCELLED):
        raise PurchaseNotOrdered(number=order.number, status=order.get_status_display())
    line = order.lines.select_related("supply").get(pk=line_id)
    if lead_days is not None:
        calendar = calendars.load(order.organization.calendar_id)
        line.lead_days = lead_days
        due_on = calendar.add_working_days(calendar.day_of(order.ordered_at or order.drafted_at), lead_days)
    if due_on is None:
        raise NotPositive(what=_("The lead time"))
    line.due_on = due_on
    line.save(update_fields=["due_on", "lead_days"])
    if line.supply:
        reservations.move_supply(key=line.supply.key, due_on=due_on, by=SYSTEM)
    return line


@command
def cancel_purchase_order(*, order_id: int, at: datetime, by: Actor, reason: str = "") -> PurchaseOrder:
    """Call an order off; those its goods were meant for are short again. Cancelling twice changes nothing.

    Locks the order, then what `close_supplies` locks. Raises PurchaseStarted once goods have come in.
    """
    order = PurchaseOrder.objects.locked().get(pk=order_id)
    policy.require(by, "inventory.cancel_purchase_order", order)
    if order.status == PurchaseStatus.CANCELLED:
        return order
    if order.lines.filter(received_qty__gt=0).exists():
        raise PurchaseStarted(number=order.number)
    note_status(order, old=order.status, new=PurchaseStatus.CANCELLED, at=at, by=by, note=reason[:300])
    order.status = PurchaseStatus.CANCELLED
    order.save(update_fields=["status"])
    keys = order.lines.filter(supply__isnull=False).values_list("supply__key", flat=True)
    reservations.close_supplies(keys=list(keys), by=SYSTEM)
    events.publish(PurchaseOrderCancelled(order_id=order.pk))
    logger.info("purchase order cancelled", extra={"order_id": order.pk})
    return order
