"""Quotes while they are written: a draft and its lines, or the next revision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from core.actors import Actor, user_or_none
from core.money import ZERO, cents
from core.services import numbers
from core.tax import DocumentTotals
from core.transactions import command
from sales.choices import DealStatus, QuoteStatus
from sales.errors import DealClosed
from sales.models import Deal, EstimateRequest, Quote, QuoteLine, QuoteTax
from sales.selectors.estimates import estimated_items, latest_answer
from sales.services.approvals import withdraw_approvals
from sales.services.deals import locked_deal, own_entity
from sales.services.lines import LineDraft, PricedLine, day_of, priced_lines, require_valid, totals_of


@command
def draft_quote(
    *,
    deal_id: int,
    legal_entity_id: int,
    lines: Sequence[LineDraft],
    at: datetime,
    by: Actor,
    estimate_id: int | None = None,
    valid_until: date | None = None,
    terms: str = "",
    tax_included: bool = False,
    version: int | None = None,
) -> Quote:
    """Write the next revision of the deal's quote, or write its open draft anew; the same draft again is no change.

    `version` is that of the draft the user has before him; another one raises StaleVersion.

    All revisions of a deal share one number. Costs come from the estimate (by default the deal's last answer),
    else from the items' standard cost. Statements do not grow with the lines. Locks the deal, then the draft.
    Raises DealClosed, ForeignEntity, EntityEnded and what `priced_lines` raises.
    """
    deal = locked_deal(deal_id, by, "sales.draft_quote")
    if deal.status != DealStatus.OPEN:
        raise DealClosed(deal=deal, status=deal.get_status_display())
    entity, on = own_entity(deal, legal_entity_id), day_of(at, deal.organization)
    require_valid(entity, on)
    priced = priced_lines(
        lines, legal_entity_id=entity.pk, on=on, currency_id=deal.currency_id, branch_id=deal.branch_id,
        tax_included=tax_included,
    )  # fmt: skip
    estimate = latest_answer(deal.pk) if estimate_id is None else deal.estimate_requests.get(pk=estimate_id)
    costs = _costs(priced, estimate)
    totals = totals_of(priced)
    quote = Quote.objects.locked().filter(deal=deal, status=QuoteStatus.DRAFT).first() or _next_revision(deal, at, by)
    header = {
        "legal_entity_id": entity.pk, "estimate_id": estimate.pk if estimate else None, "tax_included": tax_included,
        "valid_until": valid_until, "terms": terms, "net_amount": totals.net, "tax_amount": totals.tax,
        "gross_amount": totals.gross,
        "cost_amount": sum((cost for line, cost in zip(priced, costs, strict=True) if not line.is_optional), ZERO),
    }  # fmt: skip
    rows = _rows(priced, costs)
    same_header = all(getattr(quote, name) == value for name, value in header.items())
    if quote.pk and same_header and _facts(quote.lines.order_by("position")) == _facts(rows):
        return quote
    if quote.pk:
        quote.expect_version(version)
    for name, value in header.items():
        setattr(quote, name, value)
    quote.drafted_at, quote.updated_by = at, user_or_none(by)
    if not quote.pk and not quote.number:
        quote.number = numbers.take_number("quote", organization=deal.organization, on=on)
    quote.save()
    _replace_rows(quote, rows, totals, at=at)
    return quote


def _next_revision(deal: Deal, at: datetime, by: Actor) -> Quote:
    last = Quote.objects.filter(deal=deal).order_by("-revision").first()
    return Quote(
        deal=deal, number=last.number if last else "", revision=last.revision + 1 if last else 1,
        currency_id=deal.currency_id, drafted_at=at, created_by=user_or_none(by),
    )  # fmt: skip


def _rows(priced: Sequence[PricedLine], costs: Sequence[Decimal]) -> list[QuoteLine]:
    return [
        QuoteLine(
            position=position, heading=line.heading, is_optional=line.is_optional, item=line.item,
            text=line.text, qty=line.qty, unit_price=line.unit_price,
            discount_pct=line.discount_pct, tax_percent=line.tax_percent, net_amount=line.net, cost_amount=cost,
            price_trace=line.trace,
        )
        for position, (line, cost) in enumerate(zip(priced, costs, strict=True), start=1)
    ]  # fmt: skip


def _facts(rows: Iterable[QuoteLine]) -> list[tuple[object, ...]]:
    names = (
        "heading", "is_optional", "item_id", "text", "qty", "unit_price", "discount_pct", "tax_percent", "net_amount",
        "cost_amount",
    )  # fmt: skip
    return [tuple(getattr(row, name) for name in names) for row in rows]


def _replace_rows(quote: Quote, rows: list[QuoteLine], totals: DocumentTotals, *, at: datetime) -> None:
    quote.lines.all().delete()
    quote.taxes.all().delete()
    for row in rows:
        row.quote = quote
    QuoteLine.objects.bulk_create(rows)
    QuoteTax.objects.bulk_create(
        [
            QuoteTax(quote=quote, percent=group.percent, net_amount=group.net, tax_amount=group.tax)
            for group in totals.groups
        ]
    )
    withdraw_approvals(quote, at=at)


def _costs(lines: Sequence[PricedLine], estimate: EstimateRequest | None) -> list[Decimal]:
    """Cost per line, to the cent: the item's estimate in proportion to the quantity, else standard cost.

    Shares of one item are differences of rounded running sums, so they add up to the estimate exactly.
    """
    known = estimated_items(estimate.pk) if estimate else {}
    sold: dict[int, Decimal] = {}
    for line in lines:
        sold[line.item.pk] = sold.get(line.item.pk, ZERO) + line.qty
    running: dict[int, Decimal] = {}
    costs = []
    for line in lines:
        before = running.get(line.item.pk, ZERO)
        running[line.item.pk] = after = before + line.qty
        found = known.get(line.item.pk)
        if found is None:
            costs.append(cents(line.item.standard_cost * line.qty))
            continue
        base = found.qty or sold[line.item.pk]
        costs.append(cents(found.amount * after / base) - cents(found.amount * before / base))
    return costs
