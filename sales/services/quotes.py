"""Quotes: sent, and decided by the client. A sent revision never changes."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from core import events, policy
from core.actors import SYSTEM, Actor, user_or_none
from core.services import records
from core.services.standing_links import open_link
from core.transactions import command
from crm.services.clients import activate_client
from sales.choices import DealStatus, QuoteStatus, StageCategory
from sales.errors import DealClosed, NoSuchOption, QuoteExpired, QuoteNotDraft, QuoteNotOpen
from sales.events import DealWon, OrderConfirmed, QuoteAccepted, QuoteSent
from sales.models import Quote, QuoteLine, SalesOrder
from sales.selectors.links import QUOTE
from sales.selectors.options import bought_lines
from sales.services.approvals import (
    decide_approval,
    locked_quote,
    request_approval,
    require_within_limits,
)
from sales.services.confirming import confirm_locked
from sales.services.deals import DealLineDraft, replace_lines
from sales.services.lines import LineDraft, day_of, require_valid
from sales.services.orders import order_from_quote
from sales.services.path import find_stage, require_duties_done, take_step

__all__ = [
    "LineDraft", "accept_quote", "decide_approval", "expire_quotes", "refuse_quote",
    "request_approval", "send_quote",
]  # fmt: skip

logger = logging.getLogger(__name__)

PAGE_STAYS = timedelta(days=180)


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
