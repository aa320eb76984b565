"""An order to plan and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.actors import SYSTEM
from inventory.models import Demand, Item, Peg, PurchaseOrder, PurchaseOrderLine, Supply
from production.models import CenterSlot, Operation, WorkOrder, WorkOrderMaterial
from production.services.planning import plan_order
from sales.models import SalesOrder
from sales.services.confirming import confirm_order
from tests.factories.inventory import make_item, make_supplier, make_terms
from tests.factories.production import CONFIRMED
from tests.factories.sales import make_order


def bought(lead_days: int = 2, **terms: Any) -> Item:
    item = make_item()
    make_terms(item, supplier=make_supplier(), lead_days=lead_days, **terms)
    return item


def confirmed(lines: list[tuple[Item, Any]], warehouse: Any, at: datetime = CONFIRMED) -> SalesOrder:
    order = make_order(lines, warehouse=warehouse, at=at)
    return confirm_order(order_id=order.pk, at=at, by=SYSTEM)


def plan(order: SalesOrder, at: datetime = CONFIRMED) -> list[WorkOrder]:
    return plan_order(order_id=order.pk, at=at, by=SYSTEM)


def state() -> list[Any]:
    models = (
        WorkOrder,
        WorkOrderMaterial,
        Operation,
        CenterSlot,
        PurchaseOrder,
        PurchaseOrderLine,
        Peg,
        Demand,
        Supply,
    )
    return [list(model.objects.order_by("pk").values()) for model in (*models, SalesOrder)]
