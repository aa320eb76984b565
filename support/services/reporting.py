"""What a reported visit does to stock, order and files. Used by `visits`, which holds the locks."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from core import events, periods
from core.actors import SYSTEM, Actor, user_or_none
from core.models import Attachment
from core.quantities import qty as to_qty
from core.quantities import show
from core.services.attachments import Picture, discard, store_pictures
from core.services.records import note_status
from inventory.choices import ItemType, LocationKind, MoveKind
from inventory.models import Item, StockMove
from inventory.services.moves import Draw, draw_goods
from sales.choices import OrderCostKind
from sales.services import fulfilment
from support.choices import VisitStatus
from support.errors import PartNotKept
from support.events import VisitDone
from support.models import InstallationVisit, VisitPart

logger = logging.getLogger(__name__)


def carry_out(
    visit: InstallationVisit,
    *,
    parts: Mapping[int, Decimal],
    pictures: Sequence[tuple[str, Picture]],
    at: datetime,
    by: Actor,
    told: Mapping[str, Any] | None = None,
) -> None:
    """Post the parts, book parts and fee on the order, tell sales, store the files and close the visit.

    `told` is what the crew said besides, for order and deal.
    The files come last; when the closing fails they are removed again.
    """
    periods.require_open(visit.branch_id, at.date())
    wanted = {item_id: to_qty(qty) for item_id, qty in parts.items() if qty > 0}
    items = _items(wanted)
    moves = _take_parts(visit, wanted, at=at)
    _book_costs(visit, moves, items, at=at)
    events.publish(VisitDone(visit_id=visit.pk))
    stored = store_pictures(record=visit, pictures=pictures, by=by)
    try:
        data = {**_form_data(visit, wanted, items, stored, at), **(told or {})}
        fulfilment.record_installation(order_id=visit.order_id, data={"installation": data}, at=at, by=SYSTEM)
        note_status(visit, old=visit.status, new=VisitStatus.DONE, at=at, by=by)
        visit.status, visit.done_at, visit.form_data, visit.updated_by = VisitStatus.DONE, at, data, user_or_none(by)
        visit.save()
    except BaseException:
        discard(stored)
        raise
    logger.info("visit done", extra={"visit_id": visit.pk, "parts": len(moves), "files": len(stored)})


def _items(wanted: Mapping[int, Decimal]) -> dict[int, Item]:
    items = Item.objects.in_bulk(list(wanted))
    for item_id in wanted:
        item = items.get(item_id)
        if item is None or item.type != ItemType.GOODS:
            raise PartNotKept(item=item or item_id)
    return items


def _take_parts(visit: InstallationVisit, wanted: Mapping[int, Decimal], *, at: datetime) -> list[StockMove]:
    if not wanted:
        return []
    posted = draw_goods(
        draws=[
            Draw(
                item_id=item_id,
                warehouse_id=visit.warehouse_id,
                qty=qty,
                source_key=f"support.visit:{visit.pk}:{item_id}",
                document=visit.number,
            )
            for item_id, qty in wanted.items()
        ],
        kind=MoveKind.SITE_ISSUE,
        to_kind=LocationKind.CUSTOMER,
        at=at,
        by=SYSTEM,
        branch_id=visit.branch_id,
    )
    moves = [move for drawn in posted for move in drawn]
    VisitPart.objects.bulk_create(
        [VisitPart(visit=visit, item_id=move.item_id, qty=move.qty, move=move) for move in moves]
    )
    return moves


def _book_costs(
    visit: InstallationVisit, moves: Sequence[StockMove], items: Mapping[int, Item], *, at: datetime
) -> None:
    for move in moves:
        fulfilment.add_cost(
            order_id=visit.order_id,
            kind=OrderCostKind.SITE_PARTS,
            amount=move.value,
            label=items[move.item_id].sku,
            at=at,
            by=SYSTEM,
            source_key=f"support.part:{move.pk}",
            move_id=move.pk,
        )
    if visit.fee:
        fulfilment.add_cost(
            order_id=visit.order_id,
            kind=OrderCostKind.INSTALLATION,
            amount=visit.fee,
            label=visit.crew or visit.number,
            at=at,
            by=SYSTEM,
            source_key=f"support.visit:{visit.pk}:fee",
        )


def _form_data(
    visit: InstallationVisit,
    wanted: Mapping[int, Decimal],
    items: Mapping[int, Item],
    stored: Sequence[Attachment],
    at: datetime,
) -> dict[str, Any]:
    """What order and deal learn, in plain values; files by their public ids."""
    return {
        "visit": visit.number,
        "done_at": at.isoformat(),
        "remark": visit.remark,
        "signed_by": visit.signed_by,
        "parts": {items[item_id].sku: show(qty) for item_id, qty in wanted.items()},
        "photos": [str(file.uuid) for file in stored if file.kind == "photo"],
        "signature": next((str(file.uuid) for file in stored if file.kind == "signature"), None),
    }
