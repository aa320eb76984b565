"""Records of the warehouse for the matrix: they belong to nobody, whoever may see them sees them all."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import timezone

from core.actors import SYSTEM
from inventory.services.counts import start_count
from inventory.services.receipts import ReceivedLine, post_goods_receipt
from tests.authz.objects import BUILDERS, OWNERLESS, Target, Targets, by, targets
from tests.factories import inventory as make


def _warehouse(world: Any) -> Any:
    return make.make_warehouse(branch=world.branch)


def _move(world: Any, _owner: Any) -> Any:
    return make.stock_up(make.make_item(), _warehouse(world), 3, 30)


def _purchase(world: Any, _owner: Any) -> Any:
    return make.make_purchase_order(warehouse=_warehouse(world))


def _receipt(world: Any, owner: Any) -> Any:
    order = _purchase(world, owner)
    line = ReceivedLine(order_line_id=order.lines.get().pk, qty=Decimal(1))
    return post_goods_receipt(order_id=order.pk, lines=[line], at=timezone.now(), by=SYSTEM)


def _count(world: Any, owner: Any) -> Any:
    warehouse = _move(world, owner).to_location.warehouse
    return start_count(warehouse_id=warehouse.pk, at=timezone.now(), by=SYSTEM)


BUILDERS |= {
    "inventory.stock": lambda world, owner: make.make_item(),
    "inventory.move": _move,
    "inventory.purchase": _purchase,
    "inventory.purchase_draft": lambda world, owner: make.make_purchase_order(
        warehouse=_warehouse(world), status="draft"
    ),
    "inventory.receipt": _receipt,
    "inventory.count": _count,
}
OWNERLESS |= {key for key in BUILDERS if key.startswith("inventory.")}


for names, key in {
    ("move_reverse",): "move",
    ("purchase_mail", "purchase_cancel", "receipt_of"): "purchase",
    ("purchase_place",): "purchase_draft",
    ("receipt_cost", "receipt_back"): "receipt",
    ("terms_new",): "item",
    ("count_note", "count_found", "count_scan", "count_post", "count_cancel"): "count",
}.items():
    targets(*(f"inventory:{name}" for name in names))(by(f"inventory.{key}"))


targets("sales:picking_order")(by("sales.order"))


@targets("inventory:line_due")
def lines(world: Any, role: str) -> Targets:
    order = world.objects("inventory.purchase", role)["any"]
    return {"any": Target({"pk": order.lines.get().pk}, {"due_on": "2030-01-01"})}


@targets("inventory:purchase_proposals")
def suggestions(world: Any, role: str) -> Targets:
    """There has to be a warehouse to buy for."""
    world.objects("inventory.purchase", role)
    return {"none": Target({})}


@targets("inventory:proposal_why")
def reasons(world: Any, role: str) -> Targets:
    world.objects("inventory.purchase", role)
    item = world.objects("inventory.item", role)["any"]
    return {"any": Target({"pk": item.pk})}
