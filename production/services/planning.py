"""From an order's shortages to work orders, purchase proposals, a schedule and a promised date."""

from __future__ import annotations

import logging
from datetime import datetime

from core import events, policy
from core.actors import SYSTEM, Actor
from core.services import records
from core.transactions import command
from inventory.choices import ItemType
from production.errors import OrderNotConfirmed
from production.events import OrderPlanned
from production.models import WorkOrder, WorkOrderMaterial
from production.netting import Want
from production.selectors.workload import OPEN_WORK
from production.services import scheduling
from production.services.keys import material_key
from production.services.planner import Place, Planner
from sales.choices import OrderStatus
from sales.models import OrderLine, SalesOrder

logger = logging.getLogger(__name__)

PLANNABLE = [OrderStatus.CONFIRMED, OrderStatus.IN_PROGRESS]


@command
def plan_order(*, order_id: int, at: datetime, by: Actor) -> list[WorkOrder]:
    """Plan all that a confirmed order lacks, on every level of the recipes, and promise its delivery.

    Each need is covered from free stock, then from free coming goods; the rest is made (a work order per order
    line, one per component) or proposed for purchase, together with the safety stock of what is touched. Then
    the operations get their time and the order its date. Planning again on unchanged data changes nothing;
    after a change it plans the difference. An order that is done or cancelled is left alone. Locks the order,
    then (in inventory) balances and the warehouse, then the work centres. The number of statements depends on
    the depth of the recipes only. Returns the work orders of the order. Raises OrderNotConfirmed, NoFreeTime.
    """
    order = SalesOrder.objects.locked().select_related("organization", "branch").get(pk=order_id)
    policy.require(by, "production.plan_order", order)
    if order.status == OrderStatus.DRAFT:
        raise OrderNotConfirmed(number=order.number)
    if order.status in PLANNABLE and order.warehouse_id is not None:
        planner = Planner(Place(order.organization, order.branch, order.warehouse_id), at, by)
        wants = _open_wants(order)
        planner.read_recipes({want.item_id for want in wants})
        netted = planner.net(wants)
        bought = planner.propose_purchases(order.number)
        records.link(order, *bought)  # the order's thread also shows what refills the safety stock
        if netted.makes or bought or order.promised_on is None:
            scheduling.schedule_orders(order_ids=[order.pk], at=at, by=SYSTEM)
            events.publish(OrderPlanned(order_id=order.pk))
            logger.info("order planned", extra={"order_id": order.pk, "work_orders": len(netted.makes)})
    return list(WorkOrder.objects.filter(order_line__order=order).order_by("pk"))


def _open_wants(order: SalesOrder) -> list[Want]:
    """What the order's lines want, then what its open work orders still need."""
    lines = OrderLine.objects.filter(order=order, item__type=ItemType.GOODS).order_by("position")
    wants = [Want(line.demand_key, line.item_id, line.qty, line.pk, is_root=True) for line in lines]
    materials = WorkOrderMaterial.objects.filter(
        work_order__order_line__order=order, work_order__status__in=OPEN_WORK
    ).select_related("work_order")
    for row in materials.order_by("pk"):
        wants.append(Want(material_key(row.pk), row.item_id, row.qty, row.work_order.order_line_id or 0))
    return wants
