"""The story's end: goods shipped and installed, what lies in stock afterwards."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from crm.choices import TaskKind
from crm.models import Task
from inventory.models import CostLayer
from inventory.selectors import stock
from sales.models import Deal
from sales.services import shipments
from samples.story.making import PIXEL, end_of
from samples.story.run import Figures, Run, plain, step
from samples.story.selling import moment
from support.models import InstallationVisit
from support.services import visits


@step("13", "Shipments")
def shipped(run: Run) -> Figures:
    order = run.memory["order"]
    figures: Figures = {}
    lines = {line.item.sku: line for line in order.lines.select_related("item")}
    for number, given in enumerate(run.inputs["shipments"], start=1):
        cost = Decimal(given["carrier_cost"])
        shipment = run.do(
            shipments.ship_order,
            order_id=order.pk,
            lines={lines[sku].pk: Decimal(qty) for sku, qty in given["lines"].items()} if given.get("lines") else None,
            at=moment(given["at"]),
            by=run.user("storekeeper"),
            carrier=given["carrier"],
            carrier_cost=cost or None,
            key=f"story-shipment-{number}",
        )
        values = shipment.lines.values_list("move__value", flat=True)
        figures[f"issue value {number}"] = sum(values, Decimal("0.00"))
    for sku, line in lines.items():
        line.refresh_from_db()
        if line.item.type == "goods":
            figures[f"shipped {sku}"] = f"{plain(line.shipped_qty)} of {plain(line.qty)}"
    order.refresh_from_db()
    last = moment(run.inputs["shipments"][-1]["at"]).date()
    return figures | {
        "on time in full": order.promised_on is not None and last <= order.promised_on,
        "task install": Task.objects.get(kind=TaskKind.INSTALL).status,
    }


@step("14", "Installer's public form")
def installed(run: Run) -> Figures:
    given, order = run.inputs["visit"], run.memory["order"]
    visit = run.do(
        visits.plan_visit,
        order_id=order.pk,
        at=moment(run.inputs["shipments"][-1]["at"]),
        by=run.user("seller"),
        crew=given["crew"],
        fee=Decimal(given["fee"]),
    )
    token = visits.open_visit_link(
        visit_id=visit.pk, expires_at=moment(given["at"]) + timedelta(days=7), by=run.user("seller")
    )
    report = visits.VisitReport(
        remark=given["remark"],
        signed_by=given["signed_by"],
        parts={run.item_id(sku): Decimal(qty) for sku, qty in given["parts"].items()},
        photos=[visits.Upload(f"photo-{number}.png", PIXEL) for number in range(1, given["photos"] + 1)],
        signature=visits.Upload("signature.png", PIXEL),
    )
    first = run.do(visits.submit_visit, token=token, submission_key="phone-1", report=report, at=moment(given["at"]))
    second = visits.submit_visit(token=token, submission_key="phone-1", report=report, at=moment(given["at"]))
    deal = Deal.objects.get(pk=run.memory["deal"].pk)
    figures: Figures = {
        "visits done": InstallationVisit.objects.filter(status="done").count(),
        "second post": "first result" if first == second else "another result",
        "task install": Task.objects.get(kind=TaskKind.INSTALL).status,
        "photos": first.photos,
        "signed by": InstallationVisit.objects.get(pk=visit.pk).signed_by,
        "remark on the deal": given["remark"] in str(deal.field_data),
    }
    for part in InstallationVisit.objects.get(pk=visit.pk).parts.select_related("item", "move"):
        figures[f"part {part.item.sku}"] = f"-{plain(part.qty)} = {part.move.value}"
    return figures


@step("15", "Stock at the end")
def end_stock(run: Run) -> Figures:
    evening = end_of(run.inputs["visit"]["at"])
    rows: dict[int, Any] = {row.item_id: row for row in stock.stock_as_of(evening)}
    figures: Figures = {}
    for sku, item in run.world.items.items():
        if item.type != "goods":
            continue
        row = rows.get(item.pk)
        figures[sku] = f"{plain(row.qty)} {row.value}" if row else "0 0.00"
    left = CostLayer.objects.values_list("left_value", flat=True)
    return figures | {"total": stock.stock_value_as_of(evening), "layers": sum(left, Decimal("0.00"))}
