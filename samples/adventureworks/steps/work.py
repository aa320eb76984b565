"""Work orders and their operations as imported history: no material, no cost in the ledgers."""

from __future__ import annotations

from production.models import Operation, ScrapReason, WorkOrder
from samples.adventureworks.keys import joined, key
from samples.loading.runner import Load
from samples.loading.upsert import Outcome, Upsert


def _midnight(column: str) -> str:
    return f"{column}::timestamp AT TIME ZONE 'UTC'"


def work_orders(load: Load) -> dict[str, Outcome]:
    reasons = Upsert(
        model=ScrapReason,
        source="src_scrapreason s",
        values={"external_key": key("scrap_reason", "s.scrapreasonid"), "name": "s.name"},
    )
    orders = Upsert(
        model=WorkOrder,
        source=(
            f"src_workorder s {joined('inventory_item', 'i', 'product', 's.productid')}"
            f" {joined('production_scrapreason', 'r', 'scrap_reason', 's.scrapreasonid', left=True)}"
        ),
        values={
            "external_key": key("work_order", "s.workorderid"),
            "organization": "%(organization)s",
            "branch": "%(branch)s",
            "warehouse": "%(warehouse)s",
            "number": "'WO' || s.workorderid",
            "status": "CASE WHEN s.enddate IS NULL THEN 'started' ELSE 'closed' END",
            "origin": "'imported'",
            "item": "i.id",
            "qty": "s.orderqty",
            "made_qty": "s.stockedqty",
            "scrapped_qty": "s.scrappedqty",
            "scrap_reason": "r.id",
            "planned_at": _midnight("s.startdate"),
            "starts_at": _midnight("s.startdate"),
            "due_on": "s.duedate",
            "started_at": _midnight("s.startdate"),
            "done_at": _midnight("s.enddate"),
        },
    )
    return {"scrap reasons": reasons.run(), "work orders": orders.run(load.params)}


def operations(load: Load) -> dict[str, Outcome]:
    """Planned minutes are the planned cost at the centre's rate, else the hours that were reported."""
    found = Upsert(
        model=Operation,
        key=("work_order", "sequence"),
        source=(
            f"src_workorderrouting s {joined('production_workorder', 'w', 'work_order', 's.workorderid')}"
            f" {joined('production_workcenter', 'c', 'center', 's.locationid')}"
        ),
        values={
            "work_order": "w.id",
            "sequence": "s.operationsequence",
            "name": "c.name",
            "center": "c.id",
            "status": "CASE WHEN s.actualenddate IS NOT NULL THEN 'done' WHEN s.actualstartdate "
            " IS NOT NULL THEN 'running'"
            " ELSE 'waiting' END",
            "minutes": "round(coalesce(s.plannedcost * 60 / nullif(c.rate_per_hour, 0), "
            " s.actualresourcehrs * 60, 0), 2)",
            "actual_minutes": "round(coalesce(s.actualresourcehrs, 0) * 60, 2)",
            "starts_at": _midnight("s.scheduledstartdate"),
            "ends_at": _midnight("s.scheduledenddate"),
            "started_at": _midnight("s.actualstartdate"),
            "done_at": _midnight("s.actualenddate"),
            "planned_cost": "s.plannedcost",
            "actual_cost": "coalesce(s.actualcost, 0)",
        },
    )
    return {"operations": found.run(load.params)}
