"""Everything that has to happen for an order: state, owner, expected day, in a constant number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Max
from django.utils import timezone

from core.models import RecordLink
from core.quantities import told
from core.services.records import type_of
from crm.choices import TaskStatus
from crm.models import Task
from inventory.choices import PurchaseStatus
from inventory.models import Peg, PurchaseOrder, PurchaseOrderLine
from sales import ports
from sales.choices import ShipmentStatus
from sales.models import OrderLine, SalesOrder, Shipment
from sales.ports import ThreadStep

RANKS = {
    kind: rank
    for rank, kind in enumerate(
        ["purchase", "work_order", "operation", "task", "shipment", "visit", "invoice", "payment", "ticket"]
    )
}


def order_thread(order_id: int, *, today: date | None = None) -> list[ThreadStep]:
    """The steps of one order in the order of their making."""
    return order_threads([order_id], today=today)[order_id]


def order_threads(order_ids: Sequence[int], *, today: date | None = None) -> dict[int, list[ThreadStep]]:
    """The steps of several orders; the number of statements depends on neither orders nor lines.

    Sales adds purchases (pegged to the order's goods or to the materials of its work orders, or linked to the
    order), tasks and shipments; the apps above add theirs through the port.
    """
    orders = {order.pk: order for order in SalesOrder.objects.select_related("organization").filter(pk__in=order_ids)}
    found: dict[int, list[ThreadStep]] = {pk: [] for pk in order_ids}
    steps = [*_purchases(orders, today), *_tasks(orders, today), *_shipments(orders)]
    for voice in ports.order_thread(list(order_ids)):
        steps += voice
    for step in steps:
        found[step.order_id].append(step)
    for thread in found.values():
        thread.sort(key=_rank)
    return found


def _rank(step: ThreadStep) -> tuple[object, ...]:
    return (RANKS.get(step.kind, len(RANKS)), step.expected_on is None, step.expected_on or date.max, step.number)


def _today(order: SalesOrder, today: date | None) -> date:
    return today or timezone.now().astimezone(ZoneInfo(order.organization.time_zone)).date()


def _purchases(orders: dict[int, SalesOrder], today: date | None) -> list[ThreadStep]:
    wanted = _purchase_lines(orders)
    rows = (
        PurchaseOrderLine.objects.filter(pk__in={pk for lines in wanted.values() for pk in lines})
        .select_related("order__owner", "order__supplier", "item__unit")
        .annotate(last_receipt=Max("receipt_lines__receipt__received_at"))
    )
    by_line = {row.pk: row for row in rows}
    return [
        _purchase(orders[order_id], by_line[pk], row_received=by_line[pk].last_receipt, today=today)
        for order_id, lines in wanted.items()
        for pk in sorted(lines)
    ]


def _purchase_lines(orders: dict[int, SalesOrder]) -> dict[int, set[int]]:
    """Per order, the purchase order lines that bring its goods or materials."""
    demands: dict[str, int] = {}
    for pk, order_id in OrderLine.objects.filter(order__in=list(orders)).values_list("pk", "order_id"):
        demands[f"sales.line:{pk}"] = order_id
    for materials in ports.material_demands(list(orders)):
        demands |= {key: order_id for order_id, keys in materials.items() for key in keys}
    found: dict[int, set[int]] = {pk: set() for pk in orders}
    pegs = Peg.objects.filter(demand__key__in=list(demands), supply__purchase_line__isnull=False)
    for key, line_id in pegs.values_list("demand__key", "supply__purchase_line__pk"):
        found[demands[key]].add(line_id)
    linked = RecordLink.objects.filter(
        source_type=type_of(SalesOrder), source_id__in=list(orders), target_type=type_of(PurchaseOrder)
    )
    orders_of: dict[int, list[int]] = {}
    for purchase_id, order_id in linked.values_list("target_id", "source_id"):
        orders_of.setdefault(purchase_id, []).append(order_id)
    lines = PurchaseOrderLine.objects.filter(order__in=list(orders_of))
    for line_id, purchase_id in lines.values_list("pk", "order_id"):
        for order_id in orders_of[purchase_id]:
            found[order_id].add(line_id)
    return found


def _purchase(
    order: SalesOrder, line: PurchaseOrderLine, *, row_received: datetime | None, today: date | None
) -> ThreadStep:
    purchase = line.order
    status = PurchaseStatus(purchase.status)
    if status not in {PurchaseStatus.DRAFT, PurchaseStatus.CANCELLED}:
        if line.received_qty >= line.qty:
            status = PurchaseStatus.RECEIVED
        elif line.received_qty > 0:
            status = PurchaseStatus.PART_RECEIVED
        else:
            status = PurchaseStatus.ORDERED
    is_open = status not in {PurchaseStatus.RECEIVED, PurchaseStatus.CANCELLED}
    return ThreadStep(
        order_id=order.pk, kind="purchase", number=purchase.number,
        title=f"{line.item.sku} {told(line.qty)} {line.item.unit} ({purchase.supplier})", state=status.value,
        state_label=str(status.label), owner=str(purchase.owner or ""), expected_on=line.due_on,
        done_at=row_received if status == PurchaseStatus.RECEIVED else None,
        late=is_open and line.due_on is not None and line.due_on < _today(order, today),
        record=("inventory.purchaseorderline", line.pk),
    )  # fmt: skip


def _tasks(orders: dict[int, SalesOrder], today: date | None) -> list[ThreadStep]:
    links = RecordLink.objects.filter(
        source_type=type_of(Task), target_type=type_of(SalesOrder), target_id__in=list(orders)
    )
    order_of: dict[int, int] = dict(links.values_list("source_id", "target_id"))
    steps = []
    for task in Task.objects.filter(pk__in=list(order_of)).select_related("assignee", "team").order_by("pk"):
        order = orders[order_of[task.pk]]
        expected = task.due_at.astimezone(ZoneInfo(order.organization.time_zone)).date() if task.due_at else None
        is_open = task.status not in {TaskStatus.DONE, TaskStatus.CANCELLED}
        steps.append(
            ThreadStep(
                order_id=order.pk, kind="task", number="", title=task.title, state=task.status,
                state_label=task.get_status_display(), owner=str(task.assignee or task.team or ""),
                expected_on=expected or order.promised_on, done_at=task.done_at,
                late=is_open and expected is not None and expected < _today(order, today),
                record=("crm.task", task.pk),
            )
        )  # fmt: skip
    return steps


def _shipments(orders: dict[int, SalesOrder]) -> list[ThreadStep]:
    shipments = (
        Shipment.objects.filter(order__in=list(orders)).select_related("created_by").order_by("shipped_at", "pk")
    )
    steps = []
    for shipment in shipments:
        order = orders[shipment.order_id]
        arrived = shipment.delivered_on or shipment.shipped_at.astimezone(ZoneInfo(order.organization.time_zone)).date()
        steps.append(
            ThreadStep(
                order_id=order.pk, kind="shipment", number=shipment.number,
                title=" ".join(part for part in (shipment.carrier, shipment.tracking) if part), state=shipment.status,
                state_label=shipment.get_status_display(), owner=str(shipment.created_by or ""),
                expected_on=shipment.delivered_on or order.promised_on,
                done_at=None if shipment.status == ShipmentStatus.DRAFT else shipment.shipped_at,
                late=order.promised_on is not None and arrived > order.promised_on,
                record=("sales.shipment", shipment.pk),
            )
        )  # fmt: skip
    return steps
