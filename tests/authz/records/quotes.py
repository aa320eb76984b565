"""Quotes, approvals, price lists, orders and shipments of the matrix."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from core.actors import SYSTEM
from sales.services.approvals import request_approval
from sales.services.confirming import confirm_order
from sales.services.pricing import create_price_list
from sales.services.shipments import ship_order
from tests.authz.objects import BUILDERS, OWNERLESS, Target, Targets, by, targets
from tests.factories import inventory, sales
from tests.factories.core import make_currency, make_user


def _order(world: Any, owner: Any) -> Any:
    warehouse = inventory.make_warehouse(branch=world.branch)
    return sales.make_order(warehouse=warehouse, owner=owner)


def _shipment(world: Any, owner: Any) -> Any:
    warehouse = inventory.make_warehouse(branch=world.branch)
    item = sales.make_sold_item()
    inventory.stock_up(item, warehouse, 5, "50.00")
    order = sales.make_order([(item, 1)], warehouse=warehouse, owner=owner)
    confirm_order(order_id=order.pk, at=sales.NOON, by=SYSTEM)
    return ship_order(order_id=order.pk, at=sales.NOON, by=SYSTEM)


def _approval(world: Any, owner: Any) -> Any:
    quote = BUILDERS["sales.quote"](world, owner)
    asker = make_user("administrator")
    return request_approval(quote_id=quote.pk, at=sales.NOON, by=asker, reason="A large client")


def _list(world: Any, owner: Any) -> Any:
    return create_price_list(code=uuid4().hex[:20], name="Trade", currency_id=make_currency().code, by=SYSTEM)


BUILDERS |= {
    "sales.order": _order,
    "sales.shipment": _shipment,
    "sales.approval": _approval,
    "sales.pricelist": _list,
}
OWNERLESS.add("sales.pricelist")

for _names, _target in (
    (("sales:quote_draft",), by("sales.deal")),
    (
        (
            "sales:quote_edit_lines",
            "sales:quote_compare",
            "sales:quote_delivery",
            "sales:quote_send",
            "sales:quote_ask",
        ),
        by("sales.quote"),
    ),
    (("sales:quote_accept", "sales:quote_refuse"), by("sales.quote")),
    (("sales:approval_decide",), by("sales.approval")),
    (("sales:pricelist_price",), by("sales.pricelist")),
    (
        (
            "sales:order_confirm",
            "sales:order_edit_lines",
            "sales:order_cancel",
            "sales:order_ship",
            "sales:order_delivery",
        ),
        by("sales.order"),
    ),
    (("sales:order_page_open", "sales:order_page_close"), by("sales.order")),
    (("sales:shipment_delivered", "sales:shipment_carrier"), by("sales.shipment")),
):
    targets(*_names)(_target)


@targets("sales:price_remove")
def prices(world: Any, role: str) -> Targets:
    return {"any": Target({"pk": sales.price(sales.make_sold_item(), "9.00").pk})}


@targets("sales:quote_public", "sales:quote_public_paper")
def quote_links(world: Any, role: str) -> Targets:
    return {"unknown": Target({"token": "x" * 43})}


@targets("sales:order_public")
def order_links(world: Any, role: str) -> Targets:
    return {"unknown": Target({"token": "x" * 43})}


@targets("sales:order_public_paper")
def order_papers(world: Any, role: str) -> Targets:
    return {"unknown": Target({"token": "x" * 43, "kind": "sales.order", "record_id": 1})}
