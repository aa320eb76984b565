"""One request after another: answered, qualified, quoted, lost or won."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from crm.services import interactions
from crm.services import leads as crm_leads
from production.services import estimates as production_estimates
from sales.choices import EstimateKind, LossReason
from sales.models import Deal, Quote
from sales.services import deals, estimates, quote_drafts, quotes
from sales.services import leads as sales_leads
from samples.demo import names
from samples.demo.company import Company
from samples.demo.fulfilment import fulfil
from samples.demo.timeline import Happening

PRODUCTS = ["GP-200", "GP-200", "GP-300", "GD-90", "DSK-160", "DSK-160", "TBL-240", "CAB-80"]
ASKS = [
    "Partitions for our new office",
    "Desks for a growing team",
    "Meeting room with a glass front",
    "Quote for doors and cabinets",
    "Refit of two floors",
]


def request(company: Company, number: int) -> Happening:
    """A request from the first click to the accepted quote, or to wherever it ends."""
    line, random = company.timeline, company.timeline.random
    seller = random.choice(company.sellers)
    campaign = random.choice(company.campaigns) if line.chance(45) else None
    first, last = names.person(random)
    firm = names.new_company(random, company.firms)
    lead = crm_leads.receive_lead(
        payload={"form": "site", "message": ASKS[number % len(ASKS)], "name": f"{first} {last}", "company": firm},
        received_at=line.now,
        utm={"campaign": campaign.code} if campaign else {},
        submission_key=f"demo-{number}",
        title=ASKS[number % len(ASKS)],
        name=f"{first} {last}",
        company=firm,
        email=f"{first}.{last}@{firm.replace(' ', '-')}.example".lower(),
        owner_id=seller.pk,
        by=seller,
    )
    yield line.after(hours=random.choice([0.3, 0.6, 2, 5]))
    crm_leads.answer_lead(
        lead_id=lead.pk, at=line.now, by=seller, kind=random.choice(["call", "mail"]), subject=lead.title
    )
    yield line.after(days=1)
    if line.chance(32):
        reason = random.choice(["Out of our region", "Only wanted a brochure", "No budget this year", "No answer"])
        crm_leads.reject_lead(lead_id=lead.pk, reason=reason, at=line.now, by=seller)
        return
    wanted = _wanted(company)
    guess = sum((company.price(sku) * qty for sku, qty in wanted), Decimal(0)).quantize(Decimal("100"))
    deal = sales_leads.qualify_lead(lead_id=lead.pk, amount=guess, at=line.now, by=seller, client_name=firm)
    yield from _pursue(company, deal, wanted)


def _wanted(company: Company) -> list[tuple[str, Decimal]]:
    random = company.timeline.random
    skus = sorted(set(random.sample(PRODUCTS, random.choice([1, 1, 2, 3]))))
    return [(sku, Decimal(random.choice([1, 2, 3, 4, 6]))) for sku in skus]


def _pursue(company: Company, deal: Deal, wanted: list[tuple[str, Decimal]]) -> Happening:
    line, random, seller = company.timeline, company.timeline.random, deal.owner
    yield line.after(days=1)
    deals.move_deal(deal_id=deal.pk, stage_code="estimate", at=line.now, by=seller)
    asked = estimates.request_estimate(
        deal_id=deal.pk, lines=[(company.item_id(sku), qty) for sku, qty in wanted], at=line.now, by=seller
    )
    yield line.after(days=1)
    pieces = int(sum(qty for _sku, qty in wanted))
    extra = [
        (company.item_id("INST"), EstimateKind.INSTALLATION, Decimal(120 + 40 * pieces)),
        (company.item_id("DLV"), EstimateKind.TRANSPORT, Decimal(40 + 6 * pieces)),
    ]
    production_estimates.answer_request(
        request_id=asked.pk, at=line.now, by=company.users["production_lead"], extra=extra
    )
    yield line.after(hours=6)
    quote = yield from _send(company, deal, asked.pk, wanted, "proposal", random.choice([0, 0, 2, 5]))
    yield line.after(days=random.choice([3, 6, 12]))
    interactions.log_interaction(
        kind="call",
        direction="out",
        at=line.now,
        by=seller,
        client_id=deal.client_id,
        subject="Follow-up",
        links=[deal],
    )
    if line.chance(28):
        _lose(company, deal)
        return
    if line.chance(45):
        quote = yield from _send(company, deal, asked.pk, wanted, "negotiation", random.choice([5, 7.5, 10]))
        yield line.after(days=4)
        if line.chance(15):
            _lose(company, deal)
            return
    order = quotes.accept_quote(
        quote_id=quote.pk,
        at=line.now,
        by=seller,
        accepted_by_name=str(deal.client),
        warehouse_id=company.world.warehouse.pk,
    )
    line.add(line.now + timedelta(minutes=1), fulfil(company, order.pk))


def _lose(company: Company, deal: Deal) -> None:
    reason = company.timeline.random.choice([LossReason.PRICE, LossReason.PRICE, LossReason.TIME, LossReason.NO_ANSWER])
    deals.lose_deal(deal_id=deal.pk, reason=reason, at=company.timeline.now, by=deal.owner)


def _send(
    company: Company, deal: Deal, estimate_id: int, wanted: list[tuple[str, Decimal]], stage: str, discount: float
):
    """Draft and send a quote, through approval where the discount asks for it; returns the quote."""
    line = company.timeline
    drafts = [quotes.LineDraft(company.item_id(sku), qty, discount_pct=Decimal(str(discount))) for sku, qty in wanted]
    drafts += [quotes.LineDraft(company.item_id(sku), Decimal(1)) for sku in ("INST", "DLV")]
    client = deal.client
    quote: Quote = quote_drafts.draft_quote(
        deal_id=deal.pk,
        legal_entity_id=client.legal_entities.order_by("pk").values_list("pk", flat=True)[0],
        lines=drafts,
        at=line.now,
        by=deal.owner,
        estimate_id=estimate_id,
        valid_until=(line.now + timedelta(days=45)).date(),
    )
    if Decimal(str(discount)) > company.seller_limit:
        approval = quotes.request_approval(quote_id=quote.pk, at=line.now, by=deal.owner)
        yield line.after(hours=3)
        quotes.decide_approval(approval_id=approval.pk, granted=True, at=line.now, by=company.users["head_of_sales"])
    yield line.after(hours=1)
    return quotes.send_quote(quote_id=quote.pk, at=line.now, by=deal.owner, stage_code=stage)
