"""Work orders that nobody's sales order asks for: goods made for stock."""

from __future__ import annotations

import logging
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from core import policy, quantities
from core.actors import SYSTEM, Actor
from core.services import records
from core.transactions import command
from core.ui import daywords
from inventory.choices import ItemStatus, ItemType, Replenishment
from inventory.errors import ItemUnknown, NotPositive
from inventory.models import Item, Warehouse
from production.errors import NeededInThePast, NoActiveBom, NotForStock, NotMadeHere, WarehouseClosed
from production.models import WorkOrder, WorkOrderMaterial
from production.netting import Make, Want
from production.services import scheduling
from production.services.keys import material_key
from production.services.planner import Place, Planner
from production.services.work import state

logger = logging.getLogger(__name__)


@command
def make_for_stock(
    *, item_id: int, qty: Decimal, warehouse_id: int, at: datetime, by: Actor, due_on: date | None = None
) -> WorkOrder:
    """Order work without a sales order: `qty` of an item by its recipe in force, into the free stock of a warehouse.

    All of `qty` is made, whatever lies there. What it needs is set aside, made or proposed for purchase as for a sales
    order, and its operations get the next free time behind the work that is planned. Its goods are coming goods of
    nobody: demands to come are covered from them before anything else is made. Each call makes one more; a form or
    a caller with a key sends it once. Locks (in inventory) balances and the warehouse, then the work centres.
    Raises NotPositive, ItemUnknown, NotMadeHere, NoActiveBom, NeededInThePast,
    WarehouseClosed, NoFreeTime.
    """
    warehouse = Warehouse.objects.select_related("branch__organization").filter(pk=warehouse_id, is_active=True).first()
    if warehouse is None:
        raise WarehouseClosed
    policy.require(by, "production.make_for_stock", warehouse)
    qty = quantities.qty(qty)
    if qty <= 0:
        raise NotPositive(what=_("The quantity"))
    item = _made_item(item_id)
    planner = Planner(Place(warehouse.branch.organization, warehouse.branch, warehouse.pk), at, by)
    if due_on is not None and due_on < planner.on:
        raise NeededInThePast(day=daywords.day(due_on))
    recipe = planner.read_recipes({item.pk}).get(item.pk)
    if recipe is None:
        raise NoActiveBom(sku=item.sku, on=daywords.day(planner.on))
    wants = planner.start([Make(item.pk, qty, recipe, shares=())])
    work = planner.started[0]
    if due_on is not None:
        work.due_on = due_on
        work.save(update_fields=["due_on"])
    _plan(work, wants, planner)
    work.refresh_from_db()
    logger.info("work for stock ordered", extra={"work_order_id": work.pk, "qty": str(qty)})
    return work


@command
def plan_stock_work(*, work_order_id: int, at: datetime, by: Actor) -> WorkOrder:
    """Plan what open work for stock still lacks, and give it the next free time from `at` on.

    On unchanged data a second call changes nothing. Locks the work order, then (in inventory) balances and the
    warehouse, then the work centres. Raises NotForStock, WorkOrderState, NoFreeTime.
    """
    work = state.locked(work_order_id)
    policy.require(by, "production.make_for_stock", work)
    if work.order_line_id is not None:
        raise NotForStock(number=work.number)
    state.refuse_unless(work, state.OPEN)
    planner = Planner(Place(work.organization, work.branch, work.warehouse_id), at, by)
    rows = WorkOrderMaterial.objects.filter(work_order=work).order_by("pk")
    wants = [Want(material_key(row.pk), row.item_id, row.qty, 0) for row in rows]
    planner.read_recipes({want.item_id for want in wants})
    _plan(work, wants, planner)
    work.refresh_from_db()
    return work


def _plan(work: WorkOrder, wants: list[Want], planner: Planner) -> None:
    """Cover what the work needs, on every level, and place it and its parts."""
    planner.net(wants)
    records.link(work, *planner.propose_purchases(work.number))
    parts = [one.pk for one in planner.started]
    scheduling.schedule_stock_work(work_order_ids={work.pk, *parts}, at=planner.at, by=SYSTEM)


def _made_item(item_id: int) -> Item:
    item = Item.objects.filter(pk=item_id).first()
    if item is None:
        raise ItemUnknown
    made = item.type == ItemType.GOODS and item.replenishment == Replenishment.MAKE
    if not made or item.status != ItemStatus.ACTIVE or item.binned_at is not None:
        raise NotMadeHere(sku=item.sku)
    return item
