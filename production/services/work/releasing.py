from __future__ import annotations

import logging
from datetime import datetime

from core import policy
from core.actors import Actor
from core.transactions import command
from production.choices import WorkOrderStatus
from production.models import Blockage, CenterSlot, WorkOrder
from production.services.work import state
from production.services.work.supplies import give_up_goods, give_up_material

logger = logging.getLogger(__name__)


@command
def release_work_order(*, work_order_id: int, at: datetime, by: Actor) -> WorkOrder:
    """Hand a planned work order to the shop floor; its first operation is ready. A second call changes nothing.

    Raises WorkOrderState when it is closed or cancelled.
    """
    work = state.locked(work_order_id)
    policy.require(by, "production.release_work_order", work)
    state.refuse_unless(work, [*state.OPEN, WorkOrderStatus.DONE])
    if work.status == WorkOrderStatus.PLANNED:
        state.release(work, at=at, by=by)
        logger.info("work order released", extra={"work_order_id": work.pk})
    return work


@command
def cancel_work_order(*, work_order_id: int, at: datetime, by: Actor, reason: str = "") -> WorkOrder:
    """Call off a work order that has not begun: its material, its goods to come and its time are free again.

    Who waited for its goods is short and gets a promise without them; planning the order again makes up for it.
    A second call changes nothing.
    Locks the order, then (in inventory) balances, demands and supplies. Raises WorkOrderState once work began.
    """
    work = state.locked(work_order_id)
    policy.require(by, "production.release_work_order", work)
    if work.status == WorkOrderStatus.CANCELLED:
        return work
    state.refuse_unless(work, state.NOT_BEGUN)
    CenterSlot.objects.filter(operation__work_order=work).delete()
    state.lift_blockages(Blockage.objects.filter(operation__work_order=work), at=at, by=by)
    state.advance(work, WorkOrderStatus.CANCELLED, at=at, by=by, note=reason)
    give_up_material(work)
    give_up_goods(work, at=at, by=by)
    logger.info("work order cancelled", extra={"work_order_id": work.pk})
    return work
