"""Production's part of an order's thread: its work orders and their operations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from core.quantities import told
from production.choices import OperationStatus, WorkOrderStatus
from production.models import Operation, WorkOrder, WorkOrderMaterial
from sales.ports import ThreadStep

OVER = {WorkOrderStatus.DONE, WorkOrderStatus.CLOSED, WorkOrderStatus.CANCELLED}


def order_thread(order_ids: Sequence[int]) -> list[ThreadStep]:
    """A step per work order and per operation of it, in the order of work. Two statements."""
    works = (
        WorkOrder.objects.filter(order_line__order_id__in=list(order_ids))
        .exclude(status=WorkOrderStatus.CANCELLED)
        .select_related("item__unit", "order_line")
        .order_by("starts_at", "pk")
    )
    rows = list(works)
    operations: dict[int, list[Operation]] = defaultdict(list)
    for operation in (
        Operation.objects.filter(work_order__in=rows).select_related("center").order_by("work_order_id", "sequence")
    ):
        operations[operation.work_order_id].append(operation)
    today = timezone.localdate()
    steps = []
    for work in rows:
        steps.append(_work_order(work, today))
        steps.extend(_operation(work, operation, today) for operation in operations[work.pk])
    return steps


def _work_order(work: WorkOrder, today: date) -> ThreadStep:
    over = WorkOrderStatus(work.status) in OVER
    expected_on = work.ends_at.date() if work.ends_at else work.due_on
    return ThreadStep(
        order_id=work.order_line.order_id if work.order_line else 0,
        kind="work_order",
        number=work.number,
        title=f"{work.item.sku} {told(work.qty)} {work.item.unit}",
        state=work.status,
        state_label=str(WorkOrderStatus(work.status).label),
        expected_on=expected_on,
        done_at=work.done_at,
        late=not over and expected_on is not None and expected_on < today,
        record=("production.workorder", work.pk),
    )


def _operation(work: WorkOrder, operation: Operation, today: date) -> ThreadStep:
    over = operation.status == OperationStatus.DONE
    expected_on = operation.ends_at.date() if operation.ends_at else None
    return ThreadStep(
        order_id=work.order_line.order_id if work.order_line else 0,
        kind="operation",
        number=f"{work.number}/{operation.sequence}",
        title=operation.name or operation.center.name,
        state=operation.status,
        state_label=str(OperationStatus(operation.status).label),
        owner=operation.center.name,
        expected_on=expected_on,
        done_at=operation.done_at,
        late=not over and expected_on is not None and expected_on < today,
        record=("production.operation", operation.pk),
    )


def material_demands(order_ids: Sequence[int]) -> dict[int, list[str]]:
    """Per order, the stock demands of all work orders behind it, on every level (one statement)."""
    found: dict[int, list[str]] = {}
    rows = WorkOrderMaterial.objects.filter(
        work_order__order_line__order_id__in=list(order_ids), demand__isnull=False
    ).order_by("pk")
    for order_id, key in rows.values_list("work_order__order_line__order_id", "demand__key"):
        found.setdefault(order_id, []).append(key)
    return found
