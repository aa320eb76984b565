"""Work orders, their operations, and purchases."""

from __future__ import annotations

from typing import Any

from crm.models import LegalEntity
from inventory.choices import PurchaseStatus
from production.models import ScrapReason
from reports.selectors import production, purchases
from samples.truths.aw import scope, source_ids
from samples.truths.registry import answers

STATUSES = {
    PurchaseStatus.DRAFT: 1,
    PurchaseStatus.ORDERED: 2,
    PurchaseStatus.CANCELLED: 3,
    PurchaseStatus.RECEIVED: 4,
}


@answers("aw.work_orders")
def work_orders() -> dict[str, Any]:
    found = production.work_sums(scope())
    return {
        "orders": found.orders,
        "ordered": found.ordered,
        "scrapped": found.scrapped,
        "scrap_rate_pct": found.scrap_rate_pct,
        "orders_with_scrap": found.with_scrap,
    }


@answers("aw.work_orders_per_year")
def work_orders_per_year() -> list[dict[str, Any]]:
    return [
        {"year": row.year, "orders": row.orders, "ordered": row.ordered, "scrapped": row.scrapped, "late": row.late}
        for row in production.work_by_year(scope())
    ]


@answers("aw.work_order_lateness")
def work_order_lateness() -> dict[str, Any]:
    found = production.lateness(scope())
    return {
        "late": found.late,
        "not_late": found.not_late,
        "mean_deviation_days": found.mean_deviation_days,
        "mean_late_days": found.mean_late_days,
        "mean_lead_days": found.mean_lead_days,
        "max_late_days": found.max_late_days,
    }


@answers("aw.scrap_by_reason")
def scrap_by_reason() -> list[dict[str, Any]]:
    ids = source_ids(ScrapReason, "scrap_reason")
    return [
        {"reason_id": ids[row.reason_id], "reason": row.reason, "orders": row.orders, "scrapped": row.scrapped}
        for row in production.scrap_by_reason(scope())
    ]


@answers("aw.routing")
def routing() -> dict[str, Any]:
    found = production.operation_sums(scope())
    return {
        "operations": found.operations,
        "hours": found.hours,
        "planned": found.planned_cost,
        "actual": found.actual_cost,
        "late": found.late,
    }


@answers("aw.purchase_by_status")
def purchase_by_status() -> list[dict[str, Any]]:
    rows = [
        {
            "status": STATUSES[PurchaseStatus(row.status)],
            "orders": row.orders,
            "subtotal": row.net,
            "total_due": row.gross,
        }
        for row in purchases.purchases_by_status(scope())
    ]
    return sorted(rows, key=lambda row: row["status"])


@answers("aw.purchase_lines")
def purchase_lines() -> dict[str, Any]:
    found = purchases.purchase_line_sums(scope())
    return {
        "lines": found.lines,
        "ordered": found.ordered,
        "received": found.received,
        "rejected": found.rejected,
        "stocked": found.stocked,
        "rejection_pct": found.rejection_pct,
    }


@answers("aw.purchase_top10_vendors")
def top_vendors() -> list[dict[str, Any]]:
    ids = source_ids(LegalEntity, "vendor")
    return [
        {
            "vendor": ids[row.supplier_id],
            "name": row.name,
            "orders": row.orders,
            "subtotal": row.net,
            "received": row.received,
            "rejected": row.rejected,
        }
        for row in purchases.purchases_by_supplier(scope(), count=10)
    ]
