"""What production puts on cards: its own, and those of items, orders and deals; and what happened to a work order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.models import StatusChange
from core.services.records import type_of
from core.ui import amounts, cells, panels, timeline
from core.ui.panels import Panel
from core.ui.timeline import Entry
from inventory.models import Item
from production import relations
from production.choices import WipKind, WorkOrderStatus
from production.models import BOM, WipEntry, WorkCenter, WorkOrder
from sales.models import Deal, SalesOrder

ICONS = {WipKind.MATERIAL: "packages", WipKind.TIME: "clock", WipKind.OUTPUT: "checks", WipKind.SCRAP: "trash"}


def states(record: WorkOrder, _user: Any, before: datetime | None, limit: int) -> Iterable[Entry]:
    """When the work order moved on."""
    rows = StatusChange.objects.filter(record_type=type_of(record), record_id=record.pk).select_related("by")
    if before:
        rows = rows.filter(occurred_at__lt=before)
    labels = dict(WorkOrderStatus.choices)
    for row in rows.order_by("-occurred_at", "-pk")[:limit]:
        body = cells.paragraphs(row.note) if row.note else ""
        yield Entry(
            row.occurred_at, "tools", str(labels.get(row.to_status, row.to_status)), str(row.by or ""), body, "brand"
        )


def work_done(record: WorkOrder, _user: Any, before: datetime | None, limit: int) -> Iterable[Entry]:
    """Material, time and output as they were reported; what they cost stands in the cost box."""
    rows = WipEntry.objects.filter(work_order=record, kind__in=list(ICONS)).select_related(
        "by", "operation__center", "material__item__unit", "work_order__item__unit"
    )
    if before:
        rows = rows.filter(occurred_at__lt=before)
    for row in rows.order_by("-occurred_at", "-pk")[:limit]:
        tone = "ok" if row.kind == WipKind.OUTPUT else "warn" if row.kind == WipKind.SCRAP else ""
        kind = WipKind(row.kind)
        yield Entry(row.occurred_at, ICONS[kind], _words(row), str(row.by or ""), tone=tone, soft=True)


def _words(row: WipEntry) -> str:
    if row.operation is not None:
        words = {"minutes": amounts.number(row.minutes), "name": row.operation.name or row.operation.center.name}
        return _("%(name)s: %(minutes)s minutes") % words
    item = row.material.item if row.material is not None else row.work_order.item
    words = {"qty": amounts.number(abs(row.qty)), "unit": str(item.unit), "sku": item.sku}
    if row.kind == WipKind.MATERIAL:
        back = _("%(qty)s %(unit)s of %(sku)s taken back")
        return (_("%(qty)s %(unit)s of %(sku)s issued") if row.qty >= 0 else back) % words
    return (_("%(qty)s %(unit)s made") if row.kind == WipKind.OUTPUT else _("%(qty)s %(unit)s scrapped")) % words


timeline.add(WorkOrder, states)
timeline.add(WorkOrder, work_done)

panels.add(WorkOrder, Panel("operations", "production/_operations.html", relations.operations, order=10))
panels.add(WorkOrder, Panel("materials", "production/_materials.html", relations.materials, order=20))
panels.add(
    WorkOrder, Panel("costs", "production/_costs.html", relations.costs, "side", 10, needs="production.view_wip")
)

panels.add(BOM, Panel("lines", "production/_bom_lines.html", relations.bom_lines, order=10))
panels.add(BOM, Panel("operations", "production/_bom_operations.html", relations.bom_operations, order=20))
panels.add(
    BOM, Panel("cost", "production/_rolled_cost.html", relations.bom_cost, "side", 10, needs="production.view_wip")
)
panels.add(BOM, Panel("used", "production/_where_used.html", relations.bom_used, "side", 20))

panels.add(WorkCenter, Panel("load", "production/_center_days.html", relations.center_days, order=10))
panels.add(
    WorkCenter,
    Panel("jobs", "production/_center_jobs.html", relations.center_jobs, order=20, needs="production.view_workorder"),
)
panels.add(WorkCenter, Panel("blocks", "production/_center_blocks.html", relations.center_blocks, "side", 10))
panels.add(
    WorkCenter,
    Panel(
        "stations",
        "production/_center_stations.html",
        relations.center_stations,
        "side",
        20,
        needs="production.open_station",
    ),
)

panels.add(
    SalesOrder,
    Panel(
        "workorders", "production/_order_works.html", relations.of_order, order=40, needs="production.view_workorder"
    ),
)
panels.add(
    Deal,
    Panel("workorders", "production/_order_works.html", relations.of_deal, order=60, needs="production.view_workorder"),
)
panels.add(
    Item, Panel("recipes", "production/_item_recipes.html", relations.of_item, order=30, needs="production.view_bom")
)
