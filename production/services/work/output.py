from __future__ import annotations

import logging
from datetime import datetime
from decimal import Decimal

from core import events, policy, quantities
from core.actors import SYSTEM, Actor, user_or_none
from core.money import ZERO, cents
from core.transactions import command
from inventory.choices import LocationKind, MoveKind
from inventory.models import StockMove
from inventory.services.moves import Put, store_goods
from production.choices import WipKind, WorkOrderStatus
from production.errors import TooMuchOutput
from production.events import OutputReported
from production.models import WipEntry, WorkOrder
from production.selectors.wip import wip_left
from production.services.keys import supply_key
from production.services.work import state
from production.services.work.supplies import give_up_goods
from sales.services import fulfilment

logger = logging.getLogger(__name__)


@command
def report_output(
    *,
    work_order_id: int,
    qty: Decimal,
    at: datetime,
    by: Actor,
    key: str,
    scrap_qty: Decimal = Decimal(0),
) -> WorkOrder:
    """Put `qty` finished goods into stock at actual cost; `scrap_qty` went wrong and is borne by the good ones.

    The goods take their share of the work in progress (good pieces of the pieces left), the last ones all of it.
    What they were made for is set aside for it and the order line learns that it is made. When nothing is left
    the work order is done. The same `key` again changes nothing. Locks the work order, then (in inventory)
    balances and layers. Raises WorkOrderState, TooMuchOutput.
    """
    work = state.locked(work_order_id)
    policy.require(by, "production.report_output", work)
    source_key = f"production.output:{work.pk}:{key}"
    if WipEntry.objects.filter(source_key__in=[source_key, f"{source_key}:scrap"]).exists():
        return work
    state.refuse_unless(work, state.OPEN)
    qty, scrap_qty = quantities.qty(qty), quantities.qty(scrap_qty)
    left = work.qty - work.made_qty - work.scrapped_qty
    if qty < 0 or scrap_qty < 0 or qty + scrap_qty <= 0 or qty + scrap_qty > left:
        raise TooMuchOutput(
            sku=work.item.sku,
            wanted=quantities.show(qty + scrap_qty),
            left=quantities.show(left),
            unit=work.item.unit.code,
            number=work.number,
        )
    state.start(work, at=at, by=by)
    if scrap_qty:
        _note_scrap(work, scrap_qty, at=at, by=by, source_key=f"{source_key}:scrap")
    if qty:
        value = _share(wip_left(work.pk), qty, left - scrap_qty)
        move = _store(work, qty, value, at=at, by=by, source_key=source_key)
        events.publish(OutputReported(work_order_id=work.pk, move_id=move.pk))
    work.made_qty += qty
    work.scrapped_qty += scrap_qty
    work.save(update_fields=["made_qty", "scrapped_qty"])
    if work.made_qty + work.scrapped_qty == work.qty:
        _finish(work, at=at, by=by)
    if qty:
        _tell_the_order(work, qty, at=at, by=by)
    logger.info("output reported", extra={"work_order_id": work.pk, "qty": str(qty)})
    return work


def _share(wip: Decimal, qty: Decimal, left: Decimal) -> Decimal:
    """What `qty` of the `left` pieces take of the work in progress: the last take all."""
    return max(wip if qty == left else cents(wip * qty / left), ZERO)


def _store(work: WorkOrder, qty: Decimal, value: Decimal, *, at: datetime, by: Actor, source_key: str) -> StockMove:
    move = store_goods(
        puts=[
            Put(
                item_id=work.item_id,
                warehouse_id=work.warehouse_id,
                qty=qty,
                value=value,
                source_key=source_key,
                supply_key=supply_key(work.pk) if work.supply_id else None,
                document=work.number,
            )
        ],
        kind=MoveKind.OUTPUT,
        from_kind=LocationKind.PRODUCTION,
        at=at,
        by=by,
        branch_id=work.branch_id,
    )[0]
    WipEntry.objects.create(
        work_order=work,
        kind=WipKind.OUTPUT,
        amount=-move.value,
        move=move,
        qty=qty,
        occurred_at=at,
        by=user_or_none(by),
        source_key=source_key,
    )
    return move


def _note_scrap(work: WorkOrder, qty: Decimal, *, at: datetime, by: Actor, source_key: str) -> None:
    """Scrap is remembered without an amount: the good pieces carry its cost."""
    WipEntry.objects.create(
        work_order=work,
        kind=WipKind.SCRAP,
        amount=ZERO,
        qty=qty,
        occurred_at=at,
        by=user_or_none(by),
        source_key=source_key,
    )


def _tell_the_order(work: WorkOrder, qty: Decimal, *, at: datetime, by: Actor) -> None:
    """The order line at the root learns of its own goods, not of parts, and only while its order is open."""
    line = work.order_line
    if line is not None and line.item_id == work.item_id and line.order.status in fulfilment.OPEN:
        fulfilment.note_made(line_id=line.pk, qty=qty, at=at, by=SYSTEM)


def _finish(work: WorkOrder, *, at: datetime, by: Actor) -> None:
    """Nothing more will be made: what was scrapped does not come, and who waited for it is short again."""
    state.advance(work, WorkOrderStatus.DONE, at=at, by=by)
    if work.scrapped_qty:
        give_up_goods(work, at=at, by=by)
