"""A count begins with what lies there at a moment, and takes down what people find."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from core import calendars, policy
from core.actors import Actor, user_or_none
from core.quantities import NOTHING
from core.quantities import qty as to_qty
from core.services.numbers import take_number
from core.services.records import note_status
from core.transactions import command
from inventory.choices import StocktakeStatus, Tracking
from inventory.errors import (
    AlreadyCounting,
    LotNeeded,
    LotOfAnotherItem,
    NoPlace,
    NotPositive,
    StocktakeClosed,
    StocktakeEmpty,
)
from inventory.models import Item, Location, Lot, StockBalance, StockMove, Stocktake, StocktakeLine, Warehouse
from inventory.services import goods, places

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Found:
    """`qty` (base unit) of an item, of a lot where it is tracked, was found at a place."""

    item_id: int
    location_id: int
    qty: Decimal
    lot_id: int | None = None


@command
def start_count(
    *,
    warehouse_id: int,
    at: datetime,
    by: Actor,
    location_id: int | None = None,
    category_id: int | None = None,
    is_blind: bool = True,
    note: str = "",
) -> Stocktake:
    """Begin a count of a warehouse, or of a place or a category in it: remember what lies there now.

    `at` is the moment of the snapshot: now. Two open counts never share goods. Locks the warehouse, then all balances
    counted, so that postings under way are waited for and seen. Raises AlreadyCounting, StocktakeEmpty, NoPlace.
    """
    warehouse = Warehouse.objects.select_related("branch__organization").locked().get(pk=warehouse_id)
    policy.require(by, "inventory.count_stock", warehouse)
    if location_id is not None and not Location.objects.filter(pk=location_id, warehouse=warehouse).exists():
        raise NoPlace(warehouse=warehouse.name)
    if open_one := _same_goods(warehouse, location_id, category_id).first():
        raise AlreadyCounting(number=open_one.number)
    rows = list(_balances(warehouse, location_id, category_id).locked())  # type: ignore[attr-defined]
    lines = [row for row in rows if row.qty > 0]
    if not lines:
        raise StocktakeEmpty
    organization = warehouse.branch.organization
    on = calendars.load(organization.calendar_id).day_of(at)
    stocktake = Stocktake.objects.create(
        warehouse=warehouse, location_id=location_id, category_id=category_id, is_blind=is_blind, snapshot_at=at,
        note=note[:200], owner=user_or_none(by), created_by=user_or_none(by),
        number=take_number("stocktake", organization=organization, on=on, branch=warehouse.branch),
    )  # fmt: skip
    StocktakeLine.objects.bulk_create(
        [
            StocktakeLine(
                stocktake=stocktake,
                item_id=row.item_id,
                location_id=row.location_id,
                lot_id=row.lot_id,
                expected=row.qty,
            )
            for row in lines
        ]
    )
    logger.info("count begun", extra={"stocktake_id": stocktake.pk, "lines": len(lines)})
    return stocktake


def _same_goods(warehouse: Warehouse, location_id: int | None, category_id: int | None) -> QuerySet[Stocktake]:
    rows = Stocktake.objects.filter(warehouse=warehouse, status=StocktakeStatus.OPEN)
    if location_id is not None:
        rows = rows.filter(Q(location=None) | Q(location=location_id))
    if category_id is not None:
        rows = rows.filter(Q(category=None) | Q(category=category_id))
    return rows


def _balances(warehouse: Warehouse, location_id: int | None, category_id: int | None) -> QuerySet[StockBalance]:
    rows = StockBalance.objects.filter(location__warehouse=warehouse)
    if location_id is not None:
        rows = rows.filter(location=location_id)
    if category_id is not None:
        rows = rows.filter(item__category=category_id)
    return rows


def open_stocktake(stocktake_id: int, by: Actor, action: str = "inventory.count_stock") -> Stocktake:
    """Read a count under its lock; the caller may change it. Raises StocktakeClosed."""
    stocktake = Stocktake.objects.select_related("warehouse__branch__organization").locked().get(pk=stocktake_id)
    policy.require(by, action, stocktake)
    if stocktake.status != StocktakeStatus.OPEN:
        raise StocktakeClosed(number=stocktake.number, status=stocktake.get_status_display())
    return stocktake


@command
def note_counts(*, stocktake_id: int, counts: Mapping[int, Decimal | None], at: datetime, by: Actor) -> Stocktake:
    """Take down what was found for lines of a count ({line: quantity}, None takes a figure back).

    The same figures again change nothing. Three statements for any number of lines. Locks the count.
    Raises StocktakeClosed, NotPositive.
    """
    stocktake = open_stocktake(stocktake_id, by)
    if any(qty is not None and qty < 0 for qty in counts.values()):
        raise NotPositive(what=_("The counted quantity"))
    changed = []
    for line in StocktakeLine.objects.filter(stocktake=stocktake, pk__in=counts):
        counted = counts[line.pk]
        counted = None if counted is None else to_qty(counted)
        if line.counted != counted:
            line.counted = counted
            line.counted_at = None if counted is None else at
            line.counted_by = None if counted is None else user_or_none(by)
            changed.append(line)
    StocktakeLine.objects.bulk_update(changed, ["counted", "counted_at", "counted_by"])
    return stocktake


@command
def note_found(*, stocktake_id: int, found: Found, at: datetime, by: Actor) -> StocktakeLine:
    """Take down goods found where none were expected, or again where they were: the figure stands for the whole place.

    Locks the count. Raises StocktakeClosed, NotPositive, NoPlace, NoStockKept, LotNeeded.
    """
    stocktake = open_stocktake(stocktake_id, by)
    if found.qty < 0:
        raise NotPositive(what=_("The counted quantity"))
    spot = places.locations([found.location_id]).get(found.location_id)
    if spot is None or spot.warehouse_id != stocktake.warehouse_id or stocktake.location_id not in (None, spot.pk):
        raise NoPlace(warehouse=stocktake.warehouse.name)
    item = goods.stocked_items([found.item_id])[found.item_id]
    _check_lot(item, found.lot_id)
    same = {"item_id": item.pk, "location_id": spot.pk, "lot_id": found.lot_id}
    line = StocktakeLine.objects.filter(stocktake=stocktake, **same).first()
    if line is None:
        line = StocktakeLine(stocktake=stocktake, expected=_stood_there(stocktake, **same), **same)  # type: ignore[arg-type]
    line.counted, line.counted_at, line.counted_by = to_qty(found.qty), at, user_or_none(by)
    line.save()
    return line


def _check_lot(item: Item, lot_id: int | None) -> None:
    if lot_id is None and item.tracking != Tracking.NONE:
        raise LotNeeded(sku=item.sku)
    if lot_id is not None and not Lot.objects.filter(pk=lot_id, item=item).exists():
        raise LotOfAnotherItem(lot="?", sku=item.sku)


def _stood_there(stocktake: Stocktake, *, item_id: int, location_id: int, lot_id: int | None) -> Decimal:
    """What lay at a place when the count began: what lies there now, less what was recorded since."""
    row = StockBalance.objects.filter(item=item_id, location=location_id, lot=lot_id).locked().first()
    if row is None:
        return NOTHING
    since = StockMove.objects.filter(item=item_id, lot=lot_id, recorded_at__gt=stocktake.snapshot_at)
    came = since.filter(to_location=location_id).aggregate(total=Sum("qty"))["total"] or NOTHING
    went = since.filter(from_location=location_id).aggregate(total=Sum("qty"))["total"] or NOTHING
    return max(row.qty - came + went, NOTHING)


@command
def cancel_count(*, stocktake_id: int, at: datetime, by: Actor, reason: str = "") -> Stocktake:
    """Give a count up: nothing is moved. Cancelling twice changes nothing. Locks it. Raises StocktakeClosed."""
    stocktake = Stocktake.objects.locked().get(pk=stocktake_id)
    policy.require(by, "inventory.count_stock", stocktake)
    if stocktake.status == StocktakeStatus.CANCELLED:
        return stocktake
    if stocktake.status != StocktakeStatus.OPEN:
        raise StocktakeClosed(number=stocktake.number, status=stocktake.get_status_display())
    note_status(stocktake, old=stocktake.status, new=StocktakeStatus.CANCELLED, at=at, by=by, note=reason[:300])
    stocktake.status, stocktake.updated_by = StocktakeStatus.CANCELLED, user_or_none(by)
    stocktake.save(update_fields=["status", "updated_by"])
    return stocktake
