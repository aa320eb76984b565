"""Goods leave for the client."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from core import events
from core.actors import SYSTEM, Actor, user_or_none
from core.inserting import insert_rows, maker
from core.money import cents
from core.quantities import qty as to_qty
from core.remembered import remembered_for_all
from core.services import numbers, records
from core.transactions import command, step
from core.updating import add_to_rows
from crm.choices import TaskStatus
from crm.models import Task
from crm.services.tasks import finish_task
from inventory.choices import LocationKind, MoveKind, ServiceRole
from inventory.models import StockMove
from inventory.services import moves as stock
from sales.choices import OrderCostKind, ShipmentStatus
from sales.errors import CarrierCostKnown, NotALineOfTheOrder, NothingToShip, OrderNotOpen, WarehouseMissing
from sales.events import OrderShipped, ShipmentPosted
from sales.models import OrderCost, OrderLine, SalesOrder, Shipment, ShipmentLine
from sales.selectors.orders import has_role, is_fulfilled, is_goods, lines_of
from sales.services.fulfilment import (
    OPEN,
    add_cost,
    advance,
    check_quantity,
    finish_installation_task,
    locked_order,
    perform,
)
from sales.services.lines import day_of
from sales.services.orders import task_key

logger = logging.getLogger(__name__)
_new_line, _new_cost = maker(ShipmentLine), maker(OrderCost)


@dataclass(frozen=True)
class Picked:
    """`qty` (base units) of an order line was taken from a place, of a lot; without them from wherever it lies."""

    line_id: int
    qty: Decimal
    location_id: int | None = None
    lot_id: int | None = None


@command
def ship_order(
    *,
    order_id: int,
    at: datetime,
    by: Actor,
    lines: Mapping[int, Decimal] | None = None,
    carrier: str = "",
    tracking: str = "",
    carrier_cost: Decimal | None = None,
    key: str | None = None,
    picked: Sequence[Picked] = (),
) -> Shipment:
    """Post what leaves the warehouse: `lines` is {order line: base units}, by default all goods still open.

    `picked` says from which places and lots the goods were taken; its quantities are then the lines.

    One shipment line and one cost row per stock move; goods cost what their layers say, `carrier_cost` is the
    carrier's price. With the last goods the transport lines are performed, the pack task is done and what waited
    for it begins. The same `key` returns the first shipment. Statements do not grow with the lines. Locks the
    order, then the stock. Raises OrderNotOpen, NothingToShip, NotALineOfTheOrder, MoreThanOrdered,
    WarehouseMissing, and InsufficientStock from inventory.
    """
    order = locked_order(order_id, by, "sales.ship_order")
    if key is not None:
        first: list[Shipment] = _posted_under(key)
        if first:
            return first[0]
    if order.status not in OPEN:
        raise OrderNotOpen(number=order.number, status=order.get_status_display())
    if order.warehouse_id is None:
        raise WarehouseMissing()
    rows = lines_of(order)
    wanted = _wanted(order, rows, _summed(picked) if picked else lines)
    shipment = Shipment.objects.create(
        order=order, warehouse_id=order.warehouse_id, shipped_at=at, carrier=carrier, tracking=tracking, key=key,
        status=ShipmentStatus.SHIPPED, created_by=user_or_none(by),
        number=numbers.take_number("shipment", organization=order.organization, on=day_of(at, order.organization)),
    )  # fmt: skip
    _move_goods(order, shipment, wanted, picked, at=at)
    if carrier_cost:
        OrderCost.objects.create(
            order=order, kind=OrderCostKind.TRANSPORT, amount=cents(carrier_cost), label=carrier or shipment.number,
            occurred_at=at, source_key=carrier_key(shipment),
        )  # fmt: skip
    happened: list[Any] = [ShipmentPosted(shipment_id=shipment.pk)]
    if all(is_fulfilled(line) for line in rows if is_goods(line)):
        _goods_complete(order, rows, at=at)
        happened.append(OrderShipped(order_id=order.pk))
    happened += advance(order, rows, at=at, by=by)
    events.publish(*happened)
    logger.info("order shipped", extra={"order_id": order.pk, "shipment_id": shipment.pk})
    return shipment


@remembered_for_all
def _posted_under(key: Any) -> QuerySet[Shipment]:
    return Shipment.objects.filter(key=key)


@remembered_for_all
def _pack_tasks(key: Any) -> QuerySet[Task]:
    return Task.objects.filter(key=key).exclude(status=TaskStatus.CANCELLED)


def _summed(picked: Sequence[Picked]) -> dict[int, Decimal]:
    sums: dict[int, Decimal] = {}
    for part in picked:
        sums[part.line_id] = sums.get(part.line_id, Decimal(0)) + part.qty
    return sums


def _wanted(
    order: SalesOrder, rows: list[OrderLine], asked: Mapping[int, Decimal] | None
) -> list[tuple[OrderLine, Decimal]]:
    goods = {line.pk: line for line in rows if is_goods(line)}
    if asked is None:
        asked = {line.pk: line.qty - line.shipped_qty for line in goods.values() if not is_fulfilled(line)}
    if set(asked) - set(goods):
        raise NotALineOfTheOrder(number=order.number)
    wanted = [(line, to_qty(asked[pk])) for pk, line in goods.items() if to_qty(asked.get(pk, 0)) > 0]
    if not wanted:
        raise NothingToShip(number=order.number)
    for line, quantity in wanted:
        check_quantity(line, quantity)
    return wanted


def _draws(
    shipment: Shipment, wanted: list[tuple[OrderLine, Decimal]], picked: Sequence[Picked]
) -> list[tuple[OrderLine, stock.Draw]]:
    """What leaves: line by line from wherever it lies, or from the places where it was picked."""
    lines = {line.pk: line for line, _quantity in wanted}
    parts = [part for part in picked if part.qty > 0] or [Picked(line.pk, quantity) for line, quantity in wanted]
    return [
        (
            lines[part.line_id],
            stock.Draw(
                item_id=lines[part.line_id].item_id, warehouse_id=shipment.warehouse_id, qty=part.qty,
                demand_key=lines[part.line_id].demand_key, document=shipment.number, lot_id=part.lot_id,
                location_id=part.location_id,
                source_key=f"sales.shipment:{shipment.pk}:{part.line_id}" + (f":{number}" if picked else ""),
            ),
        )
        for number, part in enumerate(parts)
    ]  # fmt: skip


def _move_goods(
    order: SalesOrder,
    shipment: Shipment,
    wanted: list[tuple[OrderLine, Decimal]],
    picked: Sequence[Picked],
    *,
    at: datetime,
) -> None:
    """Post the moves and write a shipment line and a cost row for each of them."""
    drawn = _draws(shipment, wanted, picked)
    posted: list[list[StockMove]] = step(stock.draw_goods)(
        draws=[draw for _line, draw in drawn],
        kind=MoveKind.SHIPMENT, to_kind=LocationKind.CUSTOMER, at=at, by=SYSTEM, branch_id=order.branch_id,
        items={line.item_id: line.item for line, _quantity in wanted},
    )  # fmt: skip
    pairs = [(line, move) for (line, _draw), moves in zip(drawn, posted, strict=True) for move in moves]
    insert_rows(
        [
            _new_line(shipment_id=shipment.pk, order_line_id=line.pk, lot_id=move.lot_id, qty=move.qty, move_id=move.pk)
            for line, move in pairs
        ]
    )
    insert_rows(
        [
            _new_cost(
                order_id=order.pk, line_id=line.pk, kind=OrderCostKind.GOODS, amount=move.value,
                label=line.item.sku, move_id=move.pk, occurred_at=at,
                source_key=f"sales.goods:{move.pk}",
            )
            for line, move in pairs
        ]
    )  # fmt: skip
    add_to_rows(OrderLine, {line.pk: {"shipped_qty": quantity} for line, quantity in wanted})
    for line, quantity in wanted:
        line.shipped_qty += quantity


def _goods_complete(order: SalesOrder, rows: list[OrderLine], *, at: datetime) -> None:
    perform([line for line in rows if has_role(line, ServiceRole.TRANSPORT)])
    for pack in _pack_tasks(task_key(order.pk, "pack")):  # one at most
        finish_task(task_id=pack.pk, at=at, by=SYSTEM)
    installed = [line for line in rows if has_role(line, ServiceRole.INSTALLATION)]
    if installed and all(is_fulfilled(line) for line in installed):
        finish_installation_task(order, at=at)


@command
def confirm_delivery(*, shipment_id: int, on: date, at: datetime, by: Actor) -> Shipment:
    """The client has the goods since `on`. Confirming twice changes nothing. Locks the order, then the shipment."""
    order_id = Shipment.objects.values_list("order_id", flat=True).get(pk=shipment_id)
    locked_order(order_id, by, "sales.ship_order")
    shipment = Shipment.objects.locked().get(pk=shipment_id)
    if shipment.status == ShipmentStatus.DELIVERED:
        return shipment
    records.note_status(shipment, old=shipment.status, new=ShipmentStatus.DELIVERED, at=at, by=by)
    shipment.status, shipment.delivered_on = ShipmentStatus.DELIVERED, on
    shipment.updated_by = user_or_none(by)
    shipment.save(update_fields=["status", "delivered_on", "updated_by"])
    return shipment


def carrier_key(shipment: Shipment) -> str:
    """The mark of the one cost row of a shipment's carrier."""
    return f"sales.carrier:{shipment.pk}"


@command
def note_carrier_cost(*, shipment_id: int, amount: Decimal, at: datetime, by: Actor, carrier: str = "") -> Shipment:
    """What the carrier asks for a shipment that left without a price becomes a cost of its order, once.

    The same price again changes nothing. Locks the order, also a finished one: carriers write their bills late.
    Raises CarrierCostKnown for another price than the one that is booked.
    """
    shipment = Shipment.objects.get(pk=shipment_id)
    booked = add_cost(
        order_id=shipment.order_id, kind=OrderCostKind.TRANSPORT, amount=amount, at=at, by=by,
        label=carrier or shipment.carrier or shipment.number, source_key=carrier_key(shipment),
    )  # fmt: skip
    if booked.amount != cents(amount):
        raise CarrierCostKnown(amount=booked.amount)
    if carrier and not shipment.carrier:
        shipment = Shipment.objects.locked().get(pk=shipment_id)
        shipment.carrier, shipment.updated_by = carrier, user_or_none(by)
        shipment.save(update_fields=["carrier", "updated_by"])
    return shipment
