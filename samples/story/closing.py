"""Steps 22 to 24 and the dashboard check of the month, which is read before them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core.money import cents
from crm.services import leads as crm_leads
from finance.models import Allocation, Invoice, Payment
from finance.selectors import balances, results
from finance.services import invoices
from inventory.models import CostLayer, GoodsReceipt, LayerUse, PurchaseOrder, StockMove
from inventory.selectors import stock
from inventory.services import receipts
from production.models import WorkOrder
from reports.selectors import abc, campaigns, funnel, xyz
from sales.models import Deal, Quote, SalesOrder, Shipment
from sales.services import deals
from sales.services import leads as sales_leads
from samples.story.making import end_of
from samples.story.run import Figures, Run, step
from samples.story.selling import moment
from samples.story.settling import evening_of
from support.services import tickets


def other_leads(run: Run) -> None:
    """The rest of the month: requests that were turned down, a lost deal of the campaign, an open one."""
    seller = run.user("seller")
    for number, given in enumerate(run.inputs["other_leads"], start=2):
        lead = crm_leads.receive_lead(
            payload={"name": given["name"]},
            received_at=moment(given["received_at"]),
            utm={"campaign": run.fixture["campaign"]["code"]} if given.get("campaign") else {},
            submission_key=f"story-lead-{number}",
            name=given["name"],
            company=given.get("company", ""),
            by=seller,
        )
        if "rejected_at" in given:
            crm_leads.reject_lead(lead_id=lead.pk, reason=given["reason"], at=moment(given["rejected_at"]), by=seller)
            continue
        deal = sales_leads.qualify_lead(
            lead_id=lead.pk, amount=Decimal(given["amount"]), at=moment(given["qualified_at"]), by=seller
        )
        for stage, at in given["stages"]:
            deals.move_deal(deal_id=deal.pk, stage_code=stage, at=moment(at), by=seller)
        if "lost_at" in given:
            deals.lose_deal(deal_id=deal.pk, reason=given["lost_reason"], at=moment(given["lost_at"]), by=seller)


@step("dashboard", "Dashboard of the month, before late cost and credit note")
def dashboard(run: Run) -> Figures:
    other_leads(run)
    given = run.inputs["dashboard"]
    first, last = date.fromisoformat(given["from"]), date.fromisoformat(given["to"])
    evening = evening_of(last)
    month = funnel.month_funnel(first, last)
    campaign = campaigns.campaign_result(run.world.campaign.pk, at=evening)
    figures: Figures = {
        "leads": month.leads,
        "converted": f"{month.converted} = {month.conversion_pct:.1f} %",
        "reached": ", ".join(str(row.reached) for row in month.stages),
        "step": " → ".join(f"{row.step_pct:.1f} %" for row in month.stages if row.step_pct is not None),
        "win rate by count": f"{month.win_rate_count_pct:.1f} %",
        "win rate by value": f"{month.win_rate_value_pct:.2f} %",
        "open weighted pipeline": cents(month.open_weighted),
        "campaign leads": campaign.leads,
        "cost per lead": campaign.cost_per_lead,
        "cost per new client": campaign.cost_per_client,
        "campaign margin": campaign.margin,
        "campaign return": f"{campaign.return_pct} %",
    }
    revenues = [(str(number), Decimal(value)) for number, value in enumerate(given["abc"])]
    rows = abc.classify(revenues)
    figures["ABC cumulated"] = ", ".join(f"{row.cumulated_pct:.2f}" for row in rows)
    figures["ABC"] = " ".join(row.letter for row in rows)
    figures["XYZ"] = _xyz(given["xyz"], sample=False)
    figures["XYZ sample formula"] = _xyz(given["xyz"], sample=True)
    for on in given["receivables_on"]:
        figures[f"receivables {on}"] = balances.receivables_as_of(date.fromisoformat(on), [run.world.client.pk])
    for on in given["stock_on"]:
        figures[f"stock value {on}"] = stock.stock_value_as_of(evening_of(date.fromisoformat(on)))
    return figures


def _xyz(series: Iterable[list[str]], *, sample: bool) -> str:
    rows = [xyz.classify_series([Decimal(value) for value in values], sample=sample) for values in series]
    return ", ".join(f"{row.cv_pct:.2f} {row.letter}" for row in rows)


@step("22", "Late freight")
def late_freight(run: Run) -> Figures:
    given = run.inputs["late_freight"]
    order = run.memory["order"]
    receipt = run.memory["receipts"].get(given["supplier"])
    if receipt is None:  # nothing was bought from this supplier
        return {"order cost": results.order_result(order.pk, at=moment(given["at"])).cost}
    march = stock.stock_value_as_of(end_of(run.inputs["visit"]["at"]))
    run.do(
        receipts.add_late_cost,
        receipt_id=receipt.pk,
        label="Freight billed later",
        amount=Decimal(given["amount"]),
        at=moment(given["at"]),
        by=run.user("purchaser"),
        source_key="story-late-freight",
    )
    result = results.order_result(order.pk, at=moment(given["at"]))
    figures: Figures = {}
    for line in receipt.lines.select_related("order_line__item"):
        left = CostLayer.objects.filter(move=line.move)
        figures[f"stock {line.order_line.item.sku}"] = sum((layer.left_value for layer in left), Decimal("0.00"))
    return figures | {
        "order cost": result.cost,
        "margin": result.margin,
        "margin %": result.margin_pct,
        "stock before the day unchanged": stock.stock_value_as_of(end_of(run.inputs["visit"]["at"])) == march,
    }


@step("23", "Complaint and credit note")
def credit_note(run: Run) -> Figures:
    given, order = run.inputs["credit_note"], run.memory["order"]
    line = order.lines.get(item__sku=given["item"])
    at: datetime = moment(given["at"])
    ticket = tickets.open_ticket(
        order_id=order.pk, order_line_id=line.pk, subject=given["reason"], at=at, by=run.user("seller")
    )
    tickets.resolve_ticket(
        ticket_id=ticket.pk, decision="credit", cause=given["reason"], at=at, by=run.user("head_of_sales")
    )
    note = run.do(
        invoices.credit_invoice,
        invoice_id=run.memory["invoice"].pk,
        lines=[invoices.CreditDraft(order_line_id=line.pk, net=Decimal(given["net"]))],
        reason=given["reason"],
        issued_on=at.date(),
        at=at,
        by=run.user("accountant"),
        key="story-credit",
    )
    result = results.order_result(order.pk, at=end_of(given["at"]))
    return {
        "number": note.number,
        "gross": note.gross_amount,
        "client net": balances.client_balance(run.world.client.pk, at.date()),
        "revenue": result.revenue,
        "margin": result.margin,
        "margin %": result.margin_pct,
    }


@step("24", "Documents")
def documents(run: Run) -> Figures:
    moves = StockMove.objects.exclude(kind="opening")
    kinds: dict[str, int] = {}
    for kind in moves.order_by("pk").values_list("kind", flat=True):
        kinds[kind] = kinds.get(kind, 0) + 1
    payments: Any = Payment.objects.filter(status="posted", reversal_of=None)
    return {
        "stock moves": moves.count(),
        "by kind": ", ".join(f"{count} {kind}" for kind, count in kinds.items()),
        "layer uses": LayerUse.objects.count(),
        "quote revisions": Quote.objects.filter(deal=run.memory["deal"]).count(),
        "orders": SalesOrder.objects.count(),
        "work orders": WorkOrder.objects.count(),
        "purchase orders": PurchaseOrder.objects.count(),
        "receipts": GoodsReceipt.objects.count(),
        "shipments": Shipment.objects.count(),
        "invoices": Invoice.objects.filter(kind="invoice").count(),
        "bank payments": payments.count(),
        "allocations": ", ".join(str(row.amount) for row in Allocation.objects.order_by("recorded_at", "pk")),
        "deals": Deal.objects.count(),
    }
