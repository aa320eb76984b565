"""Steps 1 to 7: from the web request to the accepted quote."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from core.money import cents, percent_of
from crm.models import Lead
from crm.services import leads as crm_leads
from production.services import estimates as production_estimates
from sales.choices import EstimateKind, QuoteStatus
from sales.models import Deal, EstimateRequest, Quote, SalesOrder
from sales.selectors import funnel
from sales.services import deals, estimates, quote_drafts, quotes
from sales.services import leads as sales_leads
from samples.story.run import Figures, Run, plain, step


def moment(value: str) -> datetime:
    return datetime.fromisoformat(value)


@step("1", "Web form of the campaign")
def web_request(run: Run) -> Figures:
    given = run.inputs["lead"]
    who = run.fixture["client"]["person"]
    lead = run.do(
        crm_leads.receive_lead,
        payload=given["payload"],
        received_at=moment(given["received_at"]),
        utm={"campaign": given["payload"]["utm_campaign"]},
        submission_key="story-lead-1",
        title=given["payload"]["message"],
        name=f"{who['first_name']} {who['last_name']}",
        company=run.fixture["client"]["name"],
        email=who["email"],
        phone=who["phone"],
        by=run.user("seller"),
    )
    run.do(
        crm_leads.answer_lead,
        lead_id=lead.pk,
        at=moment(given["answered_at"]),
        by=run.user("seller"),
        kind="call",
        subject="First answer",
    )
    lead.refresh_from_db()
    run.memory["lead"] = lead
    return {
        "leads": Lead.objects.count(),
        "payload kept": lead.raw_payload == given["payload"],
        "owner": str(lead.owner),
        "source": lead.source.utm_pattern if lead.source else "",
        "response minutes": lead.response_minutes,
    }


@step("2", "Lead qualified")
def qualified(run: Run) -> Figures:
    given = run.inputs["qualify"]
    deal = run.do(
        sales_leads.qualify_lead,
        lead_id=run.memory["lead"].pk,
        amount=Decimal(given["amount"]),
        at=moment(given["at"]),
        by=run.user("seller"),
    )
    again = sales_leads.qualify_lead(
        lead_id=run.memory["lead"].pk,
        amount=Decimal(given["amount"]),
        at=moment(given["at"]),
        by=run.user("seller"),
    )
    deal.refresh_from_db()
    lead = Lead.objects.get(pk=run.memory["lead"].pk)
    run.memory["deal"] = deal
    return {
        "lead": lead.status,
        "client": str(deal.client),
        "person": str(lead.person),
        "stage": deal.stage.name,
        "probability": deal.probability,
        "amount": deal.amount,
        "same deal on repeat": again.pk == deal.pk,
        "deals": Deal.objects.count(),
    }


@step("3", "Estimate asked of production")
def estimate_asked(run: Run) -> Figures:
    given = run.inputs["ask_estimate"]
    deal = run.memory["deal"]
    run.do(deals.move_deal, deal_id=deal.pk, stage_code=given["stage"], at=moment(given["at"]), by=run.user("seller"))
    request = run.do(
        estimates.request_estimate,
        deal_id=deal.pk,
        lines=[(run.item_id(sku), Decimal(qty)) for sku, qty in given["lines"].items()],
        at=moment(given["at"]),
        by=run.user("seller"),
    )
    run.memory["estimate"] = request
    return {
        "requests": EstimateRequest.objects.count(),
        "weighted value": cents(funnel.weighted_value(deal.pk, moment(given["weighted_at"]))),
    }


@step("4", "Planner answers the estimate")
def estimate_answered(run: Run) -> Figures:
    given = run.inputs["answer_estimate"]
    request = run.memory["estimate"]
    run.do(
        production_estimates.answer_request,
        request_id=request.pk,
        at=moment(given["at"]),
        by=run.user("production_lead"),
        extra=[
            (run.item_id(part["item"]), EstimateKind(part["kind"]), Decimal(part["amount"])) for part in given["extra"]
        ],
    )
    request.refresh_from_db()
    costs = list(request.costs.all())
    figures: Figures = {cost.code: cost.amount for cost in costs if cost.kind in {"material", "work"}}
    figures |= {
        "materials": _sum(costs, "material"),
        "work": _sum(costs, "work"),
        "production": _sum(costs, "material") + _sum(costs, "work"),
        "total": request.cost,
    }
    return figures


def _sum(costs: list[Any], kind: str) -> Decimal:
    return sum((cost.amount for cost in costs if cost.kind == kind), Decimal("0.00"))


def _draft(run: Run, given: dict[str, Any], at: str) -> Quote:
    return quote_drafts.draft_quote(
        deal_id=run.memory["deal"].pk,
        legal_entity_id=run.world.entities[run.inputs["advance"]["entity"]].pk,
        lines=[
            quotes.LineDraft(
                item_id=run.item_id(line["item"]),
                qty=Decimal(line["qty"]),
                discount_pct=Decimal(line["discount_pct"]),
            )
            for line in given["lines"]
        ],
        at=moment(at),
        by=run.user("seller"),
        estimate_id=run.memory["estimate"].pk,
    )


def _quote_figures(run: Run, quote: Quote) -> Figures:
    quote.refresh_from_db()
    deal = Deal.objects.get(pk=quote.deal_id)
    lines = quote.lines.select_related("item").order_by("position")
    figures: Figures = {f"line {line.item.sku}": line.net_amount for line in lines}
    figures["net"] = quote.net_amount
    for tax in quote.taxes.order_by("-percent"):
        figures[f"tax {plain(tax.percent)} % on {tax.net_amount}"] = tax.tax_amount
    margin = quote.net_amount - quote.cost_amount
    return figures | {
        "gross": quote.gross_amount,
        "margin": margin,
        "margin %": percent_of(margin, quote.net_amount),
        "stage": deal.stage.name,
        "weighted value": cents(deal.amount * deal.probability / 100),
    }


@step("5", "First quote sent")
def first_quote(run: Run) -> Figures:
    given = run.inputs["quote_1"]
    quote = _draft(run, given, given["at"])
    run.do(
        quotes.send_quote, quote_id=quote.pk, at=moment(given["at"]), by=run.user("seller"), stage_code=given["stage"]
    )
    run.memory["quote_1"] = quote
    return _quote_figures(run, quote)


@step("6", "Approval and second quote")
def second_quote(run: Run) -> Figures:
    given = run.inputs["quote_2"]
    seller, head = run.user("seller"), run.user("head_of_sales")
    quote = _draft(run, given, given["drafted_at"])
    sending = {"quote_id": quote.pk, "at": moment(given["at"]), "by": seller, "stage_code": given["stage"]}
    refusal = run.refused(quotes.send_quote, **(sending | {"at": moment(given["drafted_at"])}))
    if refusal != "done":
        approval = run.do(quotes.request_approval, quote_id=quote.pk, at=moment(given["drafted_at"]), by=seller)
        run.do(
            quotes.decide_approval,
            approval_id=approval.pk,
            granted=True,
            at=moment(given["approved_at"]),
            by=head,
        )
        run.do(quotes.send_quote, **sending)
    run.memory["quote"] = quote
    return (
        {"before approval": refusal}
        | _quote_figures(run, quote)
        | {"first quote": Quote.objects.get(pk=run.memory["quote_1"].pk).status}
    )


@step("7", "Quote accepted, deal won")
def accepted(run: Run) -> Figures:
    given = run.inputs["accept"]
    deal = run.memory["deal"]
    order = run.do(
        quotes.accept_quote,
        quote_id=run.memory["quote"].pk,
        at=moment(given["at"]),
        by=run.user("seller"),
        accepted_by_name=given["by_name"],
        warehouse_id=run.world.warehouse.pk,
    )
    deal.refresh_from_db()
    run.memory["order"] = SalesOrder.objects.get(pk=order.pk)
    hours = funnel.stage_hours(deal.pk)
    return {
        "order": order.number,
        "deal": deal.status,
        "quote": Quote.objects.get(pk=run.memory["quote"].pk).status == QuoteStatus.ACCEPTED,
        "stage hours": " / ".join(format(value, ".2f") for value in hours.values()),
        "cycle hours": format(sum(hours.values(), Decimal(0)), ".2f"),
    }
