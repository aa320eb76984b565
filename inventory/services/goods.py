"""Reading the items of a posting, and refusing what cannot be stocked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from core import periods
from core.models import Branch
from core.remembered import remembered_for_all
from inventory.choices import ItemType, Tracking
from inventory.errors import ItemUnknown, LotNeeded, LotOfAnotherItem, NoStockKept, NotPositive, SerialNotSingle
from inventory.models import Item, Lot, StockBalance


class Quantity(Protocol):
    @property
    def qty(self) -> Decimal: ...


class Counted(Quantity, Protocol):
    """A line of a posting: so much of an item, of a lot where the item is tracked."""

    @property
    def item_id(self) -> int: ...
    @property
    def lot_id(self) -> int | None: ...


def require_open_day(branch_id: int, at: datetime) -> None:
    """Raise PeriodClosed when the branch's day of `at` can no longer be posted to."""
    zones = _zones(branch_id)
    if not zones:
        raise Branch.DoesNotExist
    periods.require_open(branch_id, at.astimezone(ZoneInfo(zones[0])).date())


@remembered_for_all
def _zones(branch: Any) -> QuerySet[Any, Any]:
    return Branch.objects.filter(pk=branch).values_list("time_zone", flat=True)


_READ = (
    "sku", "name", "type", "valuation", "tracking", "unit", "tax", "standard_cost", "lead_days", "weight_kg",
    "tolerance_pct",
)  # fmt: skip


@remembered_for_all
def _items(keys: Any) -> QuerySet[Item]:
    return Item.objects.only(*_READ).filter(pk__any=keys)


def stocked_items(item_ids: Iterable[int], *, known: Mapping[int, Item] | None = None) -> dict[int, Item]:
    """The items, in one statement, or in none where all are `known` (read in this transaction); units are read where
    a refusal names them. Raises ItemUnknown, NoStockKept."""
    wanted = set(item_ids)
    items: dict[int, Item]
    if known is not None and wanted <= known.keys():
        items = {key: known[key] for key in wanted}
    else:
        items = {item.pk: item for item in _items(wanted)} if wanted else {}
    if len(items) != len(wanted):
        raise ItemUnknown
    for item in items.values():
        if item.type != ItemType.GOODS:
            raise NoStockKept(sku=item.sku)
    return items


def check_quantities(lines: Iterable[Quantity]) -> None:
    for line in lines:
        if line.qty <= 0:
            raise NotPositive(what=_("The quantity"))


def check_incoming_lots(lines: Sequence[Counted], items: dict[int, Item]) -> None:
    """Tracked goods name their lot, the lot is the item's own, and a serial number comes once.

    At most two statements, none when nothing is tracked.
    """
    for line in lines:
        if line.lot_id is None and items[line.item_id].tracking != Tracking.NONE:
            raise LotNeeded(sku=items[line.item_id].sku)
    lot_ids = {line.lot_id for line in lines if line.lot_id is not None}
    if not lot_ids:
        return
    lots = Lot.objects.in_bulk(lot_ids)
    for line in lines:
        if line.lot_id is not None and (line.lot_id not in lots or lots[line.lot_id].item_id != line.item_id):
            raise LotOfAnotherItem(
                lot=lots[line.lot_id].code if line.lot_id in lots else "?", sku=items[line.item_id].sku
            )
    _check_serials([line for line in lines if items[line.item_id].tracking == Tracking.SERIAL], items, lots)


def _check_serials(lines: Sequence[Counted], items: dict[int, Item], lots: dict[int, Lot]) -> None:
    if not lines:
        return
    present = dict(
        StockBalance.objects.filter(lot__in={line.lot_id for line in lines})
        .values_list("lot")
        .annotate(Sum("qty"))
        .filter(qty__sum__gt=0)
    )
    times = Counter(line.lot_id for line in lines)
    for line in lines:
        if line.lot_id is not None and (line.qty != 1 or times[line.lot_id] > 1 or line.lot_id in present):
            raise SerialNotSingle(sku=items[line.item_id].sku, serial=lots[line.lot_id].code)
