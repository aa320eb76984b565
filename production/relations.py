"""What the boxes of production's cards read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, Q, Sum
from django.utils import timezone
from psycopg2.extras import DateTimeTZRange

from core import policy
from core.money import ZERO
from core.ui.shell import address
from inventory.models import Item
from production.choices import BOMStatus, WipKind, WorkOrderStatus
from production.models import (
    BOM,
    BOMCheck,
    CenterSlot,
    Operation,
    PieceCount,
    Station,
    WipEntry,
    WorkCenter,
    WorkOrder,
)
from production.registers.work import OVER, TONES, is_late, readiness_words
from production.selectors.boms import roll_up_cost, where_used
from production.selectors.checks import checks_of
from production.selectors.jobs import blockages_of, jobs_of
from production.selectors.load import load_by_center
from production.selectors.materials import materials_of, readiness_of
from production.selectors.open_work import in_turn, open_operations
from sales.models import Deal, SalesOrder


@dataclass(frozen=True)
class Costs:
    """What went into a work order and what came out of it, in the currency of the company."""

    material: Decimal
    time: Decimal
    late: Decimal
    output: Decimal
    settled: Decimal

    @property
    def wip(self) -> Decimal:
        return self.material + self.time + self.late - self.output - self.settled


def costs_of(work_order_id: int) -> Costs:
    """The cost of a work order by kind (one statement)."""
    rows = WipEntry.objects.filter(work_order_id=work_order_id)
    kinds = {
        "material": Q(kind=WipKind.MATERIAL),
        "time": Q(kind=WipKind.TIME),
        "late": Q(kind=WipKind.LATE_COST),
        "output": Q(kind=WipKind.OUTPUT),
        "settled": Q(kind__in=[WipKind.SETTLEMENT, WipKind.SCRAP]),
    }
    found = rows.aggregate(**{name: Sum("amount", filter=which) for name, which in kinds.items()})
    known = {name: found[name] or ZERO for name in kinds}
    return Costs(**{**known, "output": -known["output"], "settled": -known["settled"]})


def operations(work: WorkOrder, user: Any) -> dict[str, Any]:
    """The steps of a work order, who is at them, what blocks them, their checks and their time; what they cost only
    for those with the right."""
    rows = list(Operation.objects.filter(work_order=work).select_related("center", "running_by").order_by("sequence"))
    for row in rows:
        row.work_order = work
    scrap = PieceCount.objects.filter(operation__work_order=work, scrap__gt=0).values("reason__name")
    return {
        "operations": rows,
        "blocked": blockages_of(rows),
        "checks": checks_of(rows),
        "sees_costs": policy.allows(user, "production.view_wip"),
        "may_report": work.status not in OVER and policy.allows(user, "production.report_time", work),
        "now": timezone.now(),
        "scrap": list(scrap.annotate(qty=Sum("scrap")).order_by("-qty")),
    }


def materials(work: WorkOrder, user: Any) -> dict[str, Any]:
    """What the work order needs, has and waits for; the cost of what was issued only for those with the right."""
    sees_costs = policy.allows(user, "production.view_wip")
    spent = {}
    if sees_costs:
        entries = WipEntry.objects.filter(work_order=work, kind=WipKind.MATERIAL).order_by()
        spent = dict(entries.values_list("material").annotate(Sum("amount")))
    rows = materials_of([work.pk]).get(work.pk, [])
    return {
        "materials": [
            {"row": row, "spent": spent.get(row.pk), "url": address("inventory:item_card", row.item_id)} for row in rows
        ],
        "total": sum(spent.values(), ZERO),
        "sees_costs": sees_costs,
        "is_open": work.status not in OVER,
    }


def costs(work: WorkOrder, _user: Any) -> dict[str, Any]:
    """The way of the cost: material and time in, goods out, and what is in work now. For those with the right."""
    known = costs_of(work.pk)
    planned = Operation.objects.filter(work_order=work).aggregate(total=Sum("planned_cost"))["total"] or ZERO
    made = work.made_qty
    return {
        "costs": known,
        "planned_time": planned,
        "unit_cost": (known.output / made).quantize(Decimal("0.000001")) if made else None,
    }


def _of_orders(order_ids: list[int]) -> dict[str, Any] | None:
    works = (
        WorkOrder.objects.filter(order_line__order_id__in=order_ids)
        .exclude(status=WorkOrderStatus.CANCELLED)
        .select_related("item__unit")
        .order_by("starts_at", "pk")
    )
    rows = list(works[:50])
    if not rows:
        return None
    open_ones = [work.pk for work in rows if work.status not in OVER]
    ready = readiness_of(open_ones) if open_ones else {}
    return {
        "works": [
            {
                "work": work,
                "tone": TONES[work.status],
                "late": is_late(work),
                "material": readiness_words(ready[work.pk]) if work.pk in ready and work.status != "started" else None,
                "expected_on": _expected(work),
                "url": address("production:workorder_card", work.pk),
            }
            for work in rows
        ]
    }


def _expected(work: WorkOrder) -> datetime | None:
    return work.done_at or work.ends_at


def of_order(order: SalesOrder, _user: Any) -> dict[str, Any] | None:
    """What is made for an order: state and expected day, no costs (two to four statements)."""
    return _of_orders([order.pk])


def of_deal(deal: Deal, user: Any) -> dict[str, Any] | None:
    """What is made for the orders of a deal."""
    orders = SalesOrder.objects.visible_to(user, "sales.view_salesorder").filter(deal=deal)
    ids = list(orders.values_list("pk", flat=True))
    return _of_orders(ids) if ids else None


def of_item(item: Item, user: Any) -> dict[str, Any] | None:
    """The recipes of an item, what it goes into, and what it costs by recipe (only for those with the right)."""
    today = timezone.localdate()
    boms = list(BOM.objects.filter(item=item).order_by("-revision")[:10])
    used = where_used(item.pk, today)
    if not boms and not used:
        return None
    parents = Item.objects.in_bulk({row.item_id for row in used})
    sees_costs = policy.allows(user, "production.view_wip") and policy.allows(user, "inventory.view_costs")
    is_made = any(bom.status == BOMStatus.ACTIVE for bom in boms)
    return {
        "boms": boms,
        "used": [{"row": row, "item": parents[row.item_id]} for row in used[:50]],
        "cost": roll_up_cost(item.pk, Decimal(1), today) if sees_costs and is_made else None,
        "may_write": policy.allows(user, "production.edit_bom"),
    }


def bom_lines(bom: BOM, user: Any) -> dict[str, Any]:
    """Components of a recipe with their scrap, and what they need in all."""
    rows = list(bom.lines.select_related("item__unit").order_by("position"))
    active = BOM.objects.filter(item__in=[row.item_id for row in rows], status=BOMStatus.ACTIVE)
    made = set(active.values_list("item_id", flat=True))
    return {
        "lines": [
            {"row": row, "need": row.qty * (100 + row.scrap_pct) / 100, "is_made": row.item_id in made} for row in rows
        ]
    }


def bom_operations(bom: BOM, user: Any) -> dict[str, Any]:
    """Operations of a recipe with their checks; what an hour costs only for those with the right."""
    ordered = BOMCheck.objects.order_by("position")
    return {
        "operations": list(
            bom.operations.select_related("center").prefetch_related(Prefetch("checks", ordered)).order_by("sequence")
        ),
        "sees_costs": policy.allows(user, "production.view_wip"),
    }


def bom_cost(bom: BOM, _user: Any) -> dict[str, Any] | None:
    """What one piece costs by the recipes in force: bought parts at standard cost, work at the centres' rates."""
    if bom.status != BOMStatus.ACTIVE:
        return None
    return {"cost": roll_up_cost(bom.item_id, Decimal(1), timezone.localdate())}


def bom_used(bom: BOM, _user: Any) -> dict[str, Any] | None:
    """What the item goes into."""
    used = where_used(bom.item_id, timezone.localdate())
    parents = Item.objects.in_bulk({row.item_id for row in used})
    return {"used": [{"row": row, "item": parents[row.item_id]} for row in used[:50]]} if used else None


def center_days(center: WorkCenter, _user: Any) -> dict[str, Any]:
    """The load of the two weeks ahead, day by day."""
    today = timezone.localdate()
    loads = load_by_center(today, today + timedelta(days=13), [center.pk])
    return {"days": [load for load in loads if load.open_minutes or load.planned_minutes]}


def center_jobs(center: WorkCenter, user: Any) -> dict[str, Any]:
    """What is to be done here next."""
    rows = in_turn(open_operations(timezone.now()).filter(center=center))[:20]
    return {"jobs": jobs_of(rows, user, timezone.now())}


def center_blocks(center: WorkCenter, user: Any) -> dict[str, Any]:
    """Time that is taken from the centre now or later, with the reason."""
    slots = CenterSlot.objects.filter(
        center=center, operation=None, period__overlap=DateTimeTZRange(timezone.now(), None)
    )
    return {
        "blocks": list(slots.order_by("period")[:50]),
        "may_edit": policy.allows(user, "production.edit_workcenter", center),
    }


def center_stations(center: WorkCenter, user: Any) -> dict[str, Any] | None:
    """Tablets that are in use here."""
    rows = list(Station.objects.filter(center=center, closed_at=None).select_related("operator", "opened_by"))
    return {"stations": rows} if rows else None
