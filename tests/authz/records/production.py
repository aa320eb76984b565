"""Records of production for the matrix."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from core.actors import SYSTEM
from core.models import Attachment
from core.services.attachments import store_file
from production.models import Blockage, CenterSlot, HelpCall, Operation, Station, WorkOrder
from production.services.stations import open_station
from production.services.stock_work import make_for_stock
from sales.models import EstimateRequest, SalesOrder
from sales.services.estimates import request_estimate
from tests.authz.objects import BUILDERS, OWNERLESS, Target, Targets, by, targets
from tests.factories.production import Plant, make_bom, make_center, make_planned_order, make_plant
from tests.factories.sales import make_deal

AT = datetime(2026, 3, 11, 12, 30, tzinfo=UTC)


def _plant(world: Any) -> Plant:
    """One plant for the whole matrix, in the branch of its people."""
    if not hasattr(world, "plant"):
        world.plant = make_plant()
    return world.plant


def _order(world: Any, owner: Any, qty: int = 1) -> SalesOrder:
    plant = _plant(world)
    return make_planned_order([(plant.product, qty)], warehouse=plant.warehouse, owner=owner)


def _work(world: Any, owner: Any) -> WorkOrder:
    """Of an order for more pieces than all work for stock makes, which it would take first."""
    return WorkOrder.objects.filter(order_line__order=_order(world, owner, 50))[0]


def _stock_work(world: Any, owner: Any) -> WorkOrder:
    plant = _plant(world)
    return make_for_stock(item_id=plant.product.pk, qty=Decimal(1), warehouse_id=plant.warehouse.pk, at=AT, by=SYSTEM)


def _question(world: Any, owner: Any) -> EstimateRequest:
    plant = _plant(world)
    deal = make_deal(owner=owner, branch=plant.branch)
    return request_estimate(deal_id=deal.pk, lines=[(plant.product.pk, Decimal(1))], at=AT, by=SYSTEM)


def _block(world: Any, owner: Any) -> CenterSlot:
    center = make_center()
    now = timezone.now()
    return CenterSlot.objects.create(center=center, period=(now, now + timedelta(hours=1)), reason="Service")


def _station(world: Any, owner: Any) -> Station:
    open_station(center_id=make_center().pk, at=AT, by=SYSTEM)
    return Station.objects.order_by("-pk")[0]


def _blocked(world: Any, owner: Any) -> Operation:
    operation = _work(world, owner).operations.order_by("sequence")[0]
    Blockage.objects.create(operation=operation, cause="tool", reported_at=AT)
    return operation


def _call(world: Any, owner: Any) -> HelpCall:
    return HelpCall.objects.create(center=make_center(), called_at=AT)


def _drawing(world: Any, owner: Any) -> Attachment:
    """A file of the recipe by which something is made at the plant's saw."""
    work = _work(world, owner)
    return store_file(record=work.bom, name="frame.csv", content=b"width,height\n597,1997\n", by=SYSTEM)


BUILDERS |= {
    "production.workorder": _work,
    "production.stock_work": _stock_work,
    "production.bom": lambda world, owner: make_bom(active=False),
    "production.center": lambda world, owner: make_center(),
    "production.order": _order,
    "production.question": _question,
    "production.block": _block,
    "production.station": _station,
    "production.blocked": _blocked,
    "production.call": _call,
    "production.drawing": _drawing,
}
OWNERLESS |= {
    "production.workorder", "production.stock_work", "production.bom", "production.center", "production.question",
    "production.block", "production.station", "production.blocked", "production.call", "production.drawing",
}  # fmt: skip
WORK = ("release", "cancel", "close", "issue", "time", "output")

for names, found in (
    ([f"production:workorder_{verb}" for verb in WORK], by("production.workorder")),
    (["production:workorder_plan"], by("production.stock_work")),
    (["production:bom_edit", "production:bom_activate", "production:bom_retire"], by("production.bom")),
    (
        ["production:center_block", "production:floor_center", "production:floor_scan", "production:station_open"],
        by("production.center"),
    ),
    (["production:center_unblock"], by("production.block")),
    (["production:station_close"], by("production.station")),
    (["production:operation_unblock"], by("production.blocked")),
    (["production:help_answer"], by("production.call")),
    (["production:estimate_answer"], by("production.question")),
    (["production:plan_order"], by("production.order")),
):
    targets(*names)(found)


@targets(
    "production:operator_pin", "production:operator_pin_remove", "production:operator_badge",
    "production:operator_badge_remove",
)  # fmt: skip
def an_operator(world: Any, role: str) -> Targets:
    return {"any": Target({"pk": world.people["operator" if role != "operator" else "production_lead"].pk})}


@targets("production:floor_drawing")
def a_drawing(world: Any, role: str) -> Targets:
    file = _drawing(world, world.people[role])
    return {"any": Target({"pk": _plant(world).centers["CUT"].pk, "uuid": file.uuid})}


@targets("production:station_drawing", "production:station_file")
def a_drawing_at_a_station(world: Any, role: str) -> Targets:
    return {"any": Target({"uuid": _drawing(world, world.people["operator"]).uuid})}
