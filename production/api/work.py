"""Work orders, their operations and costs; time reported from the shop floor."""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

from pydantic import Field

from core.api.fields import Nested
from core.api.filters import Filter, between, plain
from core.api.resources import Call, Create, Resource, Verb, add
from core.api.types import Day, Flag, Input, LongLine, NoInput, Qty
from core.api.types import Money as Minutes
from inventory.api.types import ItemId, WarehouseId
from production.models import CheckNote, Operation, WipEntry, WorkOrder, WorkOrderMaterial
from production.services import stock_work, work

SEE_COSTS = "production.view_wip"


class WorkOrderIn(Input):
    item_id: ItemId = Field(..., description="An item that is made here and has a recipe in force.")
    qty: Qty
    warehouse_id: WarehouseId = Field(..., description="Where the finished goods go, as free stock.")
    due_on: Day | None = Field(None, description="The day it is needed, today or later.")


class ReportTime(Input):
    minutes: Annotated[Minutes, Field(description="Minutes of work, to two places.")]
    good_qty: Qty = "0"
    scrap_qty: Qty = "0"
    finished: Flag = Field(True, description="Whether this ends the operation.")


class ReportOutput(Input):
    qty: Qty
    scrap_qty: Qty = "0"


class CancelWork(Input):
    reason: LongLine = ""


def _key(call: Call) -> str:
    """Services of the shop floor need a key; a call without one is a report of its own."""
    return call.key or str(uuid4())


def _make_for_stock(call: Call) -> WorkOrder:
    return stock_work.make_for_stock(at=call.at, by=call.user, **call.values())


def _report_time(call: Call) -> Operation:
    return work.report_time(operation_id=call.record.pk, at=call.at, by=call.user, key=_key(call), **call.values())


def _report_output(call: Call) -> WorkOrder:
    work.report_output(work_order_id=call.record.pk, at=call.at, by=call.user, key=_key(call), **call.values())
    return call.record


def _release(call: Call) -> WorkOrder:
    return work.release_work_order(work_order_id=call.record.pk, at=call.at, by=call.user)


def _issue(call: Call) -> WorkOrder:
    work.issue_materials(work_order_id=call.record.pk, at=call.at, by=call.user, key=_key(call))
    return call.record


def _close(call: Call) -> WorkOrder:
    return work.close_work_order(work_order_id=call.record.pk, at=call.at, by=call.user)


def _cancel(call: Call) -> WorkOrder:
    return work.cancel_work_order(work_order_id=call.record.pk, at=call.at, by=call.user, reason=call.data.reason)


add(
    Resource(
        path="work-orders",
        model=WorkOrder,
        doc="What is to be made.",
        fields=(
            "organization_id", "branch_id", "warehouse_id", "number", "status", "origin", "item_id", "qty", "made_qty",
            "scrapped_qty", "bom_id", "order_line_id", "planned_at", "starts_at", "ends_at", "due_on", "started_at",
            "done_at",
        ),
        nested=(
            Nested("materials", WorkOrderMaterial, ("id", "position", "item_id", "qty", "issued_qty")),
            Nested(
                "operations",
                Operation,
                (
                    "id", "sequence", "name", "center_id", "status", "minutes", "actual_minutes", "good_qty",
                    "scrap_qty", "starts_at", "ends_at", "started_at", "done_at",
                ),
                order=("sequence",),
            ),
        ),
        filters=(
            *plain("number", "status", "item_id", "branch_id", "warehouse_id", "order_line_id"),
            Filter("order_id", "order_line__order_id"), *between("starts_at"), *between("due_on"),
        ),
        sorts=("number", "starts_at", "due_on", "updated_at"),
        create=Create(WorkOrderIn, _make_for_stock, "Orders work for stock, without a sales order."),
        verbs=(
            Verb("release", _release, NoInput, "Lets the shop floor begin."),
            Verb("issue-materials", _issue, NoInput, "Issues all material that it still needs."),
            Verb("report-output", _report_output, ReportOutput, "Puts finished goods into stock."),
            Verb("close", _close, NoInput, "Settles a finished work order."),
            Verb("cancel", _cancel, CancelWork, "Gives a work order up on which nothing was done."),
        ),
    ),
    Resource(
        path="operations",
        model=Operation,
        doc="Steps of work orders at work centres.",
        fields=(
            "work_order_id", "sequence", "name", "center_id", "status", "minutes", "actual_minutes", "good_qty",
            "scrap_qty", "starts_at", "ends_at", "started_at", "done_at", "planned_cost", "actual_cost",
        ),
        view_action="production.view_workorder",
        rows=lambda user: Operation.objects.filter(work_order__in=WorkOrder.objects.visible_to(user)),
        guarded={"planned_cost": SEE_COSTS, "actual_cost": SEE_COSTS},
        filters=(*plain("work_order_id", "center_id", "status"), *between("starts_at")),
        sorts=("starts_at",),
        nested=(
            Nested(
                "check_notes",
                CheckNote,
                ("id", "bom_check_id", "is_done", "value", "occurred_at", "recorded_at", "by_id"),
                order=("occurred_at", "pk"),
            ),
        ),
        verbs=(Verb("report-time", _report_time, ReportTime, "Reports minutes of work, good and scrapped pieces."),),
    ),
    Resource(
        path="wip-entries",
        model=WipEntry,
        doc="The ledger of work in progress. Rows are never changed.",
        fields=(
            "work_order_id", "kind", "amount", "material_id", "operation_id", "move_id", "qty", "minutes",
            "occurred_at", "recorded_at", "by_id",
        ),
        view_action=SEE_COSTS,
        rows=lambda user: WipEntry.objects.filter(work_order__in=WorkOrder.objects.visible_to(user)),
        filters=(*plain("work_order_id", "kind"), *between("occurred_at")),
        sorts=("occurred_at",),
    ),
)  # fmt: skip
