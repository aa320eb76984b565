"""What lies where: balance rows are found, made and locked here, always in one order.

Whoever locks the balances of an item in a warehouse holds its layers, too: every service that changes either
locks the balances first. Then come demands, supplies, pegs and cost layers, each by their own order.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import formats, timezone

from core import policy
from core.actors import SYSTEM, Actor
from core.remembered import remembered_for_all
from inventory.choices import LocationKind, LotStatus
from inventory.errors import CountedMeanwhile
from inventory.models import StockBalance

Pair = tuple[int, int]  # item, warehouse
Place = tuple[int, int, int | None]  # item, place, lot

_NEVER = date.max


def lock_pairs(pairs: Iterable[Pair]) -> dict[Pair, list[StockBalance]]:
    """Lock all balances of items in warehouses (one statement); each list in the order goods are taken from.

    Goods that expire first come first, then the default place, then the older place.
    """
    wanted = set(pairs)
    rows = _of_pairs({item for item, _ in wanted}, {warehouse for _, warehouse in wanted}) if wanted else []
    found: dict[Pair, list[StockBalance]] = {pair: [] for pair in wanted}
    for row in rows:
        pair = (row.item_id, row.location.warehouse_id)
        if pair in found:
            found[pair].append(row)
    for balances in found.values():
        balances.sort(key=_picking_order)
    return found


@remembered_for_all
def _of_pairs(items: Any, warehouses: Any) -> QuerySet[StockBalance]:
    rows = StockBalance.objects.filter(item__any=items, location__warehouse__any=warehouses)
    return rows.select_related("location", "lot").locked()


def _picking_order(row: StockBalance) -> tuple[date, bool, int, int]:
    expires = row.lot.expires_on if row.lot else None
    return (expires or _NEVER, not row.location.is_default, row.location_id, row.lot_id or 0)


def lock_places(places: Iterable[Place]) -> dict[Place, StockBalance]:
    """Lock the balances of places, making those that do not exist yet (one to three statements)."""
    wanted = set(places)
    found = _lock_existing(wanted)
    if missing := wanted - set(found):
        make_places(missing)
        found = _lock_existing(wanted)
    return found


def make_places(places: Iterable[Place]) -> None:
    """Make balance rows where there are none (one statement); a rival that makes the same waits on the index."""
    ordered = sorted(places, key=lambda place: (place[0], place[1], place[2] or 0))
    StockBalance.objects.bulk_create(
        [StockBalance(item_id=item, location_id=location, lot_id=lot) for item, location, lot in ordered],
        ignore_conflicts=True,
    )


def _lock_existing(wanted: set[Place]) -> dict[Place, StockBalance]:
    rows = _in_places({item for item, _, _ in wanted}, {location for _, location, _ in wanted}) if wanted else []
    found = {(row.item_id, row.location_id, row.lot_id): row for row in rows}
    return {place: found[place] for place in wanted if place in found}


@remembered_for_all
def _in_places(items: Any, locations: Any) -> QuerySet[StockBalance]:
    return StockBalance.objects.filter(item__any=items, location__any=locations).locked()


def is_pickable(row: StockBalance) -> bool:
    """Goods may be taken from here: a stock place in use, and no lot that is held back."""
    if row.location.kind != LocationKind.STOCK or not row.location.is_active:
        return False
    return row.lot is None or row.lot.status == LotStatus.FREE


def free_of(row: StockBalance) -> Decimal:
    """What nobody has set aside yet, in the item's unit; nothing where goods may not be taken."""
    return row.qty - row.reserved if is_pickable(row) else Decimal(0)


def require_not_counted(rows: Iterable[StockBalance], *, at: datetime, by: Actor) -> None:
    """Refuse a move dated before the posted count of a place: the count saw its effect, so it would count twice.

    Whoever may post before a count has decided that it did not. The rows have to be locked. Raises CountedMeanwhile.
    """
    row = next((row for row in rows if row.counted_at is not None and at < row.counted_at), None)
    if row is None or (by is not SYSTEM and policy.allows(by, "inventory.post_before_count")):
        return
    counted_at = timezone.localtime(row.counted_at)
    raise CountedMeanwhile(
        sku=row.item.sku, place=str(row.location), moment=formats.date_format(counted_at, "SHORT_DATETIME_FORMAT")
    )
