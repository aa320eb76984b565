"""Steps 8 to 12: purchases and work, up to what comes out of it."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

from core import events
from core.models import Event
from crm.choices import TaskKind
from crm.models import Task
from inventory.models import Demand, LayerUse, Peg, PurchaseOrder, StockMove
from inventory.selectors import stock
from inventory.services import purchasing, receipts
from production.models import Operation, WipEntry, WorkOrder
from production.selectors import promise as promises
from production.selectors import wip
from production.services import work
from sales.models import SalesOrder
from samples.story.run import Figures, Run, plain, step
from samples.story.selling import moment

# A one-pixel PNG: what a phone sends, small enough to read.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def end_of(day: str) -> datetime:
    """The last moment of a day, UTC."""
    return datetime.combine(moment(day).date(), time.max, tzinfo=UTC)


@step("8", "Automatic tasks after winning")
def automatic_tasks(run: Run) -> Figures:
    order = run.memory["order"]
    before = _counts()
    for event in Event.objects.filter(name__in=["sales.DealWon", "sales.OrderConfirmed"]):
        for delivery in event.deliveries.all():
            events.deliver(delivery.pk)
            delivery.status = "waiting"
            delivery.done_at = None
            delivery.save(update_fields=["status", "done_at"])
            events.deliver(delivery.pk)
    work_order = WorkOrder.objects.get(order_line__order=order, item__sku=_made_sku(run))
    run.memory["work_order"] = work_order
    figures: Figures = {
        "work orders": WorkOrder.objects.count(),
        "quantity": plain(work_order.qty),
        "operations": work_order.operations.count(),
        "purchase orders": PurchaseOrder.objects.count(),
    }
    for purchase in PurchaseOrder.objects.order_by("pk"):
        for line in purchase.lines.select_related("item"):
            figures[f"buy {line.item.sku}"] = plain(line.qty)
    pegs = Peg.objects.filter(demand__item__in=run.world.items.values()).select_related("demand__item", "supply")
    for peg in sorted(pegs, key=lambda peg: (peg.demand.item.sku, peg.supply is not None)):
        place = {None: "stock", "purchase": "purchase", "make": "production"}[peg.supply and peg.supply.kind]
        figures[f"peg {peg.demand.item.sku} {place}"] = plain(peg.qty)
    for task in Task.objects.filter(kind__in=[TaskKind.PACK, TaskKind.INSTALL]).order_by("pk"):
        figures[f"task {task.kind}"] = task.status
    figures["second win event changes nothing"] = _counts() == before
    return figures


def _made_sku(run: Run) -> str:
    return next(
        line["item"] for line in run.inputs["quote_2"]["lines"] if run.world.items[line["item"]].replenishment == "make"
    )


def _counts() -> list[int]:
    return [model.objects.count() for model in (WorkOrder, PurchaseOrder, Peg, Demand, Task, SalesOrder)]


def _promise_figures(prefix: str, promise: promises.Promise) -> Figures:
    figures: Figures = {f"{prefix}start": promise.start_at}
    for operation in promise.operations:
        figures[f"{prefix}{operation.center}"] = (
            f"{operation.starts_at:%Y-%m-%d %H:%M} – {operation.ends_at:%Y-%m-%d %H:%M}"
        )
    return figures | {
        f"{prefix}ship": promise.ship_on,
        f"{prefix}deliver": promise.deliver_on,
        f"{prefix}bottleneck": promise.bottleneck,
    }


@step("9", "Promise date and what-if")
def promised(run: Run) -> Figures:
    given, order = run.inputs["promise"], run.memory["order"]
    at = moment(given["at"])
    what_if = {run.item_id(sku): days for sku, days in given["what_if"].items()}
    figures = _promise_figures("", promises.promise_for_order(order.pk, at))
    figures |= _promise_figures("what-if ", promises.promise_for_order(order.pk, at, lead_days=what_if))
    order.refresh_from_db()
    return figures | {"promised": order.promised_on}


@step("10", "Goods received")
def received(run: Run) -> Figures:
    figures: Figures = {}
    run.memory["receipts"] = {}
    for given in run.inputs["receipts"]:
        purchase = PurchaseOrder.objects.filter(supplier=run.world.suppliers[given["supplier"]]).first()
        if purchase is None:  # nothing was short of what this supplier sells
            continue
        ordered_at = moment(run.inputs["accept"]["at"])
        run.do(purchasing.place_purchase_order, order_id=purchase.pk, at=ordered_at, by=run.user("purchaser"))
        by_sku = {line.item.sku: line for line in purchase.lines.select_related("item")}
        freight = Decimal(given["freight"])
        receipt = run.do(
            receipts.post_goods_receipt,
            order_id=purchase.pk,
            lines=_received_lines(given, by_sku),
            landed=[receipts.Landed(label="Freight", amount=freight)] if freight else [],
            at=moment(given["at"]),
            by=run.user("storekeeper"),
            key=f"story-receipt-{given['supplier']}",
        )
        run.memory["receipts"][given["supplier"]] = receipt
        for line in receipt.lines.select_related("order_line__item"):
            value = line.value + line.landed_value
            figures[f"{line.order_line.item.sku} value"] = value
            figures[f"{line.order_line.item.sku} per unit"] = plain((value / line.qty).quantize(Decimal("0.0001")))
    figures["stock value"] = stock.stock_value_as_of(moment(run.inputs["receipts"][-1]["at"]))
    return figures


def _received_lines(given: dict[str, Any], by_sku: dict[str, Any]) -> list[receipts.ReceivedLine]:
    """What came in of each item; without `lines` all that was ordered."""
    came = given.get("lines") or {sku: line.qty for sku, line in by_sku.items()}
    return [receipts.ReceivedLine(order_line_id=by_sku[sku].pk, qty=Decimal(qty)) for sku, qty in came.items()]


def _report_times(run: Run, until: datetime, figures: Figures) -> None:
    """Report the times whose moment has come, each once."""
    done = run.memory.setdefault("times", set())
    for number, given in enumerate(run.inputs["times"]):
        if number in done or moment(given["at"]) > until:
            continue
        done.add(number)
        operation = Operation.objects.get(work_order=run.memory["work_order"], center__code=given["center"])
        run.do(
            work.report_time,
            operation_id=operation.pk,
            minutes=Decimal(given["minutes"]),
            at=moment(given["at"]),
            by=run.user("operator"),
            key=f"story-time-{number}",
        )
        entry = WipEntry.objects.get(operation=operation)
        figures[f"time {given['center']}"] = entry.amount


@step("11", "Material issued, cutting done")
def issued(run: Run) -> Figures:
    given = run.inputs["issue"]
    run.do(
        work.issue_materials,
        work_order_id=run.memory["work_order"].pk,
        qtys={run.item_id(sku): Decimal(qty) for sku, qty in given["qtys"].items()} if given.get("qtys") else None,
        at=moment(given["at"]),
        by=run.user("production_lead"),
        key="story-issue",
    )
    figures: Figures = {}
    total = Decimal("0.00")
    for entry in WipEntry.objects.filter(kind="material").select_related("material__item").order_by("pk"):
        slices = LayerUse.objects.filter(move=entry.move).order_by("pk").values_list("value", flat=True)
        sku = entry.material.item.sku
        figures[f"{sku} slices"] = " + ".join(str(value) for value in slices)
        figures[sku] = entry.amount
        total += entry.amount
    figures["material"] = total
    _report_times(run, moment(given["at"]), figures)
    evening = end_of(given["at"])
    return figures | {"stock value": stock.stock_value_as_of(evening), "work in progress": wip.wip_as_of(evening)}


@step("12", "Output")
def output(run: Run) -> Figures:
    given = run.inputs["output"]
    work_order = run.memory["work_order"]
    figures: Figures = {}
    _report_times(run, moment(given["at"]), figures)
    run.do(
        work.report_output,
        work_order_id=work_order.pk,
        qty=Decimal(given.get("qty") or work_order.qty),
        at=moment(given["at"]),
        by=run.user("operator"),
        key="story-output",
    )
    entries = WipEntry.objects.filter(work_order=work_order)
    made = StockMove.objects.get(kind="output", item=work_order.item)
    figures["time"] = sum((entry.amount for entry in entries if entry.kind == "time"), Decimal("0.00"))
    evening = end_of(given["at"])
    return figures | {
        "output value": made.value,
        "unit cost": (made.value / made.qty).quantize(Decimal("0.000001")),
        "work in progress": wip.wip_as_of(evening),
        "stock value": stock.stock_value_as_of(evening),
        "task pack": Task.objects.get(kind=TaskKind.PACK).status,
    }
