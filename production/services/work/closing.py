from __future__ import annotations

import logging
from datetime import datetime

from django.utils.translation import gettext as _

from core import events, policy
from core.actors import SYSTEM, Actor
from core.transactions import command
from production.choices import OperationStatus, WorkOrderStatus
from production.events import WorkOrderClosed
from production.models import Blockage, WorkOrder
from production.selectors.wip import wip_left
from production.services import settlement
from production.services.work import state
from production.services.work.running import stop_clocks
from production.services.work.supplies import give_up_goods, give_up_material

logger = logging.getLogger(__name__)


@command
def close_work_order(*, work_order_id: int, at: datetime, by: Actor) -> WorkOrder:
    """Settle a work order: what is left in it goes to the goods it made (or is a loss), nothing more is to come.

    An order that made less than planned can be closed, too: its open material and goods to come are given up and
    its time is free. Clocks that still run are stopped and reported. Afterwards material + time = output to the
    cent. A second call changes nothing. Locks the work order, then (in inventory) balances, demands, supplies and
    layers. Raises WorkOrderState before work began.
    """
    work = state.locked(work_order_id)
    policy.require(by, "production.close_work_order", work)
    if work.status == WorkOrderStatus.CLOSED:
        return work
    state.refuse_unless(work, [WorkOrderStatus.STARTED, WorkOrderStatus.DONE])
    stop_clocks(work, at=at, by=SYSTEM)
    state.lift_blockages(Blockage.objects.filter(operation__work_order=work), at=at, by=by)
    give_up_material(work)
    open_operations = work.operations.exclude(status=OperationStatus.DONE)
    state.free_time(list(open_operations.values_list("pk", flat=True)), at)
    settlement.pass_on(
        work,
        wip_left(work.pk),
        at=at,
        by=by,
        source_key=f"production.close:{work.pk}",
        reason=_("Settlement of {number}").format(number=work.number),
    )
    state.advance(work, WorkOrderStatus.CLOSED, at=at, by=by)
    give_up_goods(work, at=at, by=by)
    events.publish(WorkOrderClosed(work_order_id=work.pk))
    logger.info("work order closed", extra={"work_order_id": work.pk})
    return work
