"""Orders of clients and what left for them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from core.api.fields import Nested
from core.api.filters import Filter, between, plain
from core.api.resources import Call, Create, Resource, Verb, add
from core.api.types import BranchId, Day, Flag, Input, Line, LongLine, OwnValues, Qty, Short, Text, UserId
from crm.api.types import LegalEntityId
from inventory.api.types import WarehouseId
from sales.api.types import DealId, Lines, OrderLineId, drafts
from sales.models import OrderCost, OrderLine, OrderTax, SalesOrder, Shipment, ShipmentLine
from sales.services import confirming, orders
from sales.services.shipments import ship_order

SEE_COSTS = "sales.view_costs"


class OrderIn(Input):
    legal_entity_id: LegalEntityId
    branch_id: BranchId
    lines: Lines
    warehouse_id: WarehouseId | None = None
    owner_id: UserId | None = None
    deal_id: DealId | None = None
    wished_on: Day | None = None
    client_reference: Annotated[Line, Field(max_length=60)] = ""
    channel: Annotated[Line, Field(max_length=20)] = ""
    terms: Text = ""
    tax_included: Flag = False
    own: OwnValues | None = None


class Confirm(Input):
    strict: Flag = Field(False, description="Refuse it unless everything is in stock.")


class Cancel(Input):
    reason: LongLine


class Shipped(Input):
    line_id: OrderLineId
    qty: Qty


class Ship(Input):
    lines: Annotated[list[Shipped], Field(max_length=500)] | None = Field(
        None, description="What leaves; by default all goods that are still open."
    )
    carrier: Short = ""
    tracking: Short = ""


def _create(call: Call) -> SalesOrder:
    return orders.create_order(
        lines=drafts(call.data.lines), at=call.at, by=call.user, key=call.key, **call.values("lines")
    )


def _confirm(call: Call) -> SalesOrder:
    return confirming.confirm_order(order_id=call.record.pk, at=call.at, by=call.user, strict=call.data.strict)


def _cancel(call: Call) -> SalesOrder:
    return orders.cancel_order(order_id=call.record.pk, reason=call.data.reason, at=call.at, by=call.user)


def _ship(call: Call) -> Shipment:
    data = call.data
    return ship_order(
        order_id=call.record.pk, at=call.at, by=call.user, carrier=data.carrier, tracking=data.tracking, key=call.key,
        lines=None if data.lines is None else {line.line_id: line.qty for line in data.lines},
    )  # fmt: skip


add(
    Resource(
        path="orders",
        model=SalesOrder,
        doc="Clients' orders with their lines.",
        fields=(
            "organization_id", "branch_id", "warehouse_id", "number", "status", "origin", "channel", "client_id",
            "legal_entity_id", "deal_id", "quote_id", "owner_id", "territory", "client_reference", "currency_id",
            "ordered_at", "confirmed_at", "done_at", "wished_on", "promised_on", "first_promised_on", "payment_days",
            "terms", "delivery_address", "net_amount", "tax_amount", "freight_amount", "gross_amount", "line_gap",
        ),
        nested=(
            Nested(
                "lines",
                OrderLine,
                (
                    "id", "position", "item_id", "text", "qty", "unit_price", "discount_pct", "tax_percent",
                    "net_amount", "cost_amount", "made_qty", "shipped_qty", "invoiced_qty", "returned_qty",
                    "tolerance_qty", "promised_on",
                ),
                guarded={"cost_amount": SEE_COSTS},
            ),
            Nested("taxes", OrderTax, ("percent", "net_amount", "tax_amount"), order=("-percent",)),
        ),
        filters=(
            *plain(
                "number", "status", "origin", "client_id", "legal_entity_id", "deal_id", "owner_id", "branch_id",
                "warehouse_id", "client_reference",
            ),
            *between("ordered_at"), *between("promised_on"),
        ),
        sorts=("number", "ordered_at", "promised_on", "updated_at"),
        searched=True,
        create=Create(OrderIn, _create, "Enters an order without a quote; it is a draft until it is confirmed."),
        verbs=(
            Verb("confirm", _confirm, Confirm, "Freezes a draft's prices and sets its goods aside."),
            Verb("cancel", _cancel, Cancel, "Calls an order off; what was set aside is free again."),
            Verb("ship", _ship, Ship, "Posts what leaves the warehouse.", makes="shipments"),
        ),
    ),
    Resource(
        path="order-costs",
        model=OrderCost,
        doc="What orders have really cost, piece by piece. Rows are never changed.",
        fields=("order_id", "line_id", "kind", "amount", "label", "move_id", "occurred_at", "recorded_at"),
        view_action=SEE_COSTS,
        rows=lambda user: OrderCost.objects.filter(order__in=SalesOrder.objects.visible_to(user)),
        filters=(*plain("order_id", "kind"), *between("occurred_at")),
        sorts=("occurred_at",),
    ),
    Resource(
        path="shipments",
        model=Shipment,
        doc="What left the warehouses.",
        fields=(
            "order_id", "number", "status", "warehouse_id", "shipped_at", "delivered_on", "carrier", "tracking",
        ),
        nested=(
            Nested("lines", ShipmentLine, ("id", "order_line_id", "lot_id", "qty", "move_id"), order=("pk",)),
        ),
        filters=(
            *plain("order_id", "number", "status", "warehouse_id"), Filter("client_id", "order__client_id"),
            *between("shipped_at"),
        ),
        sorts=("shipped_at", "updated_at"),
    ),
)  # fmt: skip
