"""Quotes: drafted, sent, and decided by the client. A sent revision never changes."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from core import events, policy
from core.actors import SYSTEM, Actor, user_or_none
from core.money import ZERO, cents
from core.services import numbers, records
from core.services.standing_links import open_link
from core.tax import DocumentTotals
from core.transactions import command
from crm.services.clients import activate_client
from sales.choices import DealStatus, QuoteStatus, StageCategory
from sales.errors import DealClosed, NoSuchOption, QuoteExpired, QuoteNotDraft, QuoteNotOpen
from sales.events import DealWon, OrderConfirmed, QuoteAccepted, QuoteSent
from sales.models import Deal, EstimateRequest, Quote, QuoteLine, QuoteTax, SalesOrder
from sales.selectors.estimates import estimated_items, latest_answer
from sales.selectors.links import QUOTE
from sales.selectors.options import bought_lines
from sales.services.approvals import (
    decide_approval,
    locked_quote,
    request_approval,
    require_within_limits,
    withdraw_approvals,
)
from sales.services.deals import DealLineDraft, locked_deal, own_entity, replace_lines
from sales.services.lines import LineDraft, PricedLine, day_of, priced_lines, require_valid, totals_of
from sales.services.orders import confirm_locked, order_from_quote
from sales.services.path import find_stage, require_duties_done, take_step

__all__ = [
    "LineDraft", "accept_quote", "decide_approval", "draft_quote", "expire_quotes", "refuse_quote",
    "request_approval", "send_quote",
]  # fmt: skip

logger = logging.getLogger(__name__)

PAGE_STAYS = timedelta(days=180)


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


@command
def send_quote(*, quote_id: int, at: datetime, by: Actor, stage_code: str | None = None) -> Quote:
    """Let a draft out: it is frozen, supersedes the revision before, and gives the deal its lines and amount.

    With `stage_code` the deal moves there in the same step. A sent quote stays as it is. Locks the deal, then the
    quotes. Raises QuoteNotDraft, DealClosed, DiscountNeedsApproval, DutiesOpen, NoSuchStage, EntityEnded.
    """
    quote = locked_quote(quote_id)
    deal = quote.deal
    policy.require(by, "sales.send_quote", quote)
    if quote.status == QuoteStatus.SENT:
        return quote
    if quote.status != QuoteStatus.DRAFT:
        raise QuoteNotDraft(number=quote.number, revision=quote.revision, status=quote.get_status_display())
    if deal.status != DealStatus.OPEN:
        raise DealClosed(deal=deal, status=deal.get_status_display())
    require_valid(quote.legal_entity, day_of(at, deal.organization))
    require_within_limits(quote, by)
    stage = find_stage(deal, stage_code) if stage_code else None
    if stage is not None and stage.pk != deal.stage_id:
        require_duties_done(deal)
    for older in Quote.objects.locked().filter(deal=deal, status=QuoteStatus.SENT):
        _decide(older, QuoteStatus.SUPERSEDED, at=at, by=by)
    quote.sent_at = at
    _decide(quote, QuoteStatus.SENT, at=at, by=by)
    open_link(record=quote, purpose=QUOTE, expires_at=_closes_at(quote, at), by=by)
    amount = replace_lines(
        deal, [_deal_line(line) for line in quote.lines.filter(is_optional=False).order_by("position")]
    )
    if deal.legal_entity_id != quote.legal_entity_id:
        deal.legal_entity = quote.legal_entity
        deal.save(update_fields=["legal_entity"])
    take_step(deal, at=at, by=by, stage=stage, amount=amount)
    events.publish(QuoteSent(quote_id=quote.pk))
    logger.info("quote sent", extra={"quote_id": quote.pk, "revision": quote.revision})
    return quote


def _closes_at(quote: Quote, at: datetime) -> datetime:
    """The client's page outlives the quote, so that who comes late is told so."""
    days = (quote.valid_until - at.date()).days if quote.valid_until else 0
    return at + timedelta(days=max(days, 0)) + PAGE_STAYS


def _deal_line(line: QuoteLine) -> DealLineDraft:
    return DealLineDraft(
        item_id=line.item_id, text=line.text, qty=line.qty, unit_price=line.unit_price,
        discount_pct=line.discount_pct, net=line.net_amount,
    )  # fmt: skip


def _decide(quote: Quote, status: QuoteStatus, *, at: datetime, by: Actor, note: str = "") -> None:
    records.note_status(quote, old=quote.status, new=status, at=at, by=by, note=note)
    quote.status, quote.updated_by = status, user_or_none(by)
    if status != QuoteStatus.SENT:
        quote.decided_at = at
    quote.save(update_fields=["status", "decided_at", "sent_at", "accepted_by_name", "updated_by"])


@command
def accept_quote(
    *,
    quote_id: int,
    at: datetime,
    by: Actor,
    accepted_by_name: str = "",
    warehouse_id: int | None = None,
    options: Sequence[int] = (),
) -> SalesOrder:
    """The client says yes: the quote becomes a confirmed order and the deal is won, once.

    `options` are the optional lines he takes with it; the others are not ordered. A second call returns the order.
    The order keeps the quote's legal entity, prices and tax; its goods are set aside as far as there are any. Locks
    deal, quote, client, then stock. Raises QuoteNotOpen, QuoteExpired, NoSuchOption, DealClosed, EntityEnded, and
    what confirming an order raises (ClientBlocked, CreditLimitExceeded).
    """
    quote = locked_quote(quote_id)
    deal = quote.deal
    policy.require(by, "sales.accept_quote", quote)
    if quote.status == QuoteStatus.ACCEPTED:
        return quote.order
    on = day_of(at, deal.organization)
    if quote.status != QuoteStatus.SENT:
        raise QuoteNotOpen(number=quote.number, revision=quote.revision, status=quote.get_status_display())
    if quote.valid_until is not None and on > quote.valid_until:
        raise QuoteExpired(number=quote.number, revision=quote.revision, until=quote.valid_until)
    _choose(quote, options)
    quote.accepted_by_name = accepted_by_name
    _decide(quote, QuoteStatus.ACCEPTED, at=at, by=by)
    amount = replace_lines(deal, [_deal_line(line) for line in bought_lines(quote)]) if options else None
    take_step(deal, at=at, by=by, stage=find_stage(deal, "", category=StageCategory.WON), amount=amount)
    order = order_from_quote(quote, warehouse_id=warehouse_id, at=at, by=by)
    confirm_locked(order, at=at, by=by, strict=False)
    activate_client(client_id=order.client_id, at=at, by=SYSTEM)
    events.publish(
        QuoteAccepted(quote_id=quote.pk, order_id=order.pk), OrderConfirmed(order_id=order.pk),
        DealWon(deal_id=deal.pk, order_id=order.pk),
    )  # fmt: skip
    logger.info("deal won", extra={"deal_id": deal.pk, "order_id": order.pk})
    return order


def _choose(quote: Quote, options: Sequence[int]) -> None:
    """Mark the options that the client takes."""
    wanted = set(options)
    if wanted and quote.lines.filter(pk__in=wanted, is_optional=True).update(is_chosen=True) != len(wanted):
        raise NoSuchOption(number=quote.number)


@command
def refuse_quote(*, quote_id: int, at: datetime, by: Actor, reason: str = "") -> Quote:
    """The client says no to a sent quote; the deal stays open. Refusing twice changes nothing. Raises QuoteNotOpen."""
    quote = locked_quote(quote_id)
    policy.require(by, "sales.accept_quote", quote)
    if quote.status == QuoteStatus.REFUSED:
        return quote
    if quote.status != QuoteStatus.SENT:
        raise QuoteNotOpen(number=quote.number, revision=quote.revision, status=quote.get_status_display())
    _decide(quote, QuoteStatus.REFUSED, at=at, by=by, note=reason)
    return quote


@command
def expire_quotes(*, on: date, at: datetime, by: Actor) -> int:
    """Close sent quotes whose last day lies before `on` and is over where their organisation is.

    Returns how many; a second run finds none. Locks each deal with its quote.
    """
    policy.require(by, "sales.send_quote")
    due = Quote.objects.filter(status=QuoteStatus.SENT, valid_until__lt=on).order_by("deal_id")
    closed = 0
    for quote_id in list(due.values_list("pk", flat=True)):
        quote = locked_quote(quote_id)
        over = quote.valid_until is not None and quote.valid_until < min(on, day_of(at, quote.deal.organization))
        if quote.status == QuoteStatus.SENT and over:
            _decide(quote, QuoteStatus.EXPIRED, at=at, by=by)
            closed += 1
    return closed
