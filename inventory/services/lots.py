"""Lots and serial numbers: made when goods name them, held back or released by people."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import date, datetime

from core import policy
from core.actors import Actor, user_or_none
from core.services.records import note_status
from core.transactions import command
from inventory.choices import LotStatus
from inventory.models import Lot

logger = logging.getLogger(__name__)


def named_lots(wanted: Collection[tuple[int, str]]) -> dict[tuple[int, str], Lot]:
    """The lots of (item, code), made where they are new; at most three statements. Called inside a service."""
    if not wanted:
        return {}
    found = _find(wanted)
    missing = sorted(set(wanted) - set(found))
    if missing:
        Lot.objects.bulk_create([Lot(item_id=item, code=code) for item, code in missing], ignore_conflicts=True)
        found = _find(wanted)
    return found


def _find(wanted: Collection[tuple[int, str]]) -> dict[tuple[int, str], Lot]:
    rows = Lot.objects.filter(item__in={item for item, _ in wanted}, code__in={code for _, code in wanted})
    return {(row.item_id, row.code): row for row in rows if (row.item_id, row.code) in wanted}


@command
def create_lot(*, item_id: int, code: str, by: Actor, expires_on: date | None = None, origin: str = "") -> Lot:
    """A lot of an item; the same code again returns the first one unchanged."""
    policy.require(by, "inventory.move_goods")
    lot, _created = Lot.objects.get_or_create(
        item_id=item_id,
        code=code,
        defaults={"expires_on": expires_on, "origin": origin, "created_by": user_or_none(by)},
    )
    return lot


@command
def set_lot_status(*, lot_id: int, status: LotStatus, at: datetime, by: Actor, note: str = "") -> Lot:
    """Hold a lot back or release it: what is held back is neither reserved nor taken any more.

    What was reserved before stays reserved, but cannot leave while the lot is held. The same status again changes
    nothing. Locks the lot.
    """
    policy.require(by, "inventory.manage_lots")
    lot = Lot.objects.locked().get(pk=lot_id)
    if lot.status != status:
        note_status(lot, old=lot.status, new=status, at=at, by=by, note=note)
        lot.status = status
        lot.save(update_fields=["status"])
        logger.info("lot status changed", extra={"lot_id": lot.pk})
    return lot
