"""Discount limits of a quote, and asking somebody with a higher one to let it out as it stands."""

from __future__ import annotations

from datetime import datetime

from core import events, policy
from core.actors import Actor, user_or_none
from core.money import ZERO
from core.quantities import told
from core.transactions import command
from sales.choices import ApprovalStatus, QuoteStatus
from sales.errors import ApprovalDecided, DiscountNeedsApproval, LimitTooLow, OwnApproval, QuoteNotDraft
from sales.events import ApprovalAsked, DiscountDecided
from sales.models import Approval, Deal, Quote
from sales.selectors.limits import Terms, limits_of
from sales.selectors.options import weakest


def locked_quote(quote_id: int) -> Quote:
    """Read a quote under its lock, after its deal's: deal, then quote, everywhere."""
    deal_id = Quote.objects.values_list("deal_id", flat=True).get(pk=quote_id)
    deal = Deal.objects.locked().select_related("pipeline", "organization").prefetch_related("stage").get(pk=deal_id)
    quote = Quote.objects.locked().select_related("legal_entity").get(pk=quote_id)
    quote.deal = deal
    return quote


def terms_of(quote: Quote) -> Terms:
    """Highest line discount of a quote, and its margin with the worst choice of its options (one statement)."""
    lines = list(quote.lines.all())
    net, cost = weakest(lines)
    return Terms.of(discounts=[line.discount_pct for line in lines], net=net, cost=cost)


def require_within_limits(quote: Quote, by: Actor) -> None:
    """Raise DiscountNeedsApproval unless the user's own limit or a granted approval covers the quote."""
    terms, limits = terms_of(quote), limits_of(by)
    if limits.cover(terms):
        return
    granted = Approval.objects.filter(
        quote=quote, status=ApprovalStatus.GRANTED, discount_pct__gte=terms.discount_pct,
        margin_pct__lte=terms.margin_pct,
    )  # fmt: skip
    if not granted.exists():
        raise DiscountNeedsApproval(
            discount=told(terms.discount_pct), margin=terms.margin_pct, limit=told(limits.max_discount_pct)
        )


@command
def request_approval(*, quote_id: int, at: datetime, by: Actor, reason: str = "") -> Approval:
    """Ask for leave to send a draft beyond the own limit, and say what for. An open request stays as it is.

    Locks the deal and the quote. Raises QuoteNotDraft.
    """
    quote = locked_quote(quote_id)
    policy.require(by, "sales.draft_quote", quote)
    asked = Approval.objects.filter(quote=quote, status=ApprovalStatus.ASKED).first()
    if asked is not None:
        return asked
    if quote.status != QuoteStatus.DRAFT:
        raise QuoteNotDraft(number=quote.number, revision=quote.revision, status=quote.get_status_display())
    terms = terms_of(quote)
    approval = Approval.objects.create(
        quote=quote, discount_pct=terms.discount_pct, margin_pct=terms.margin_pct, asked_at=at, reason=reason,
        asked_by=user_or_none(by), created_by=user_or_none(by),
    )  # fmt: skip
    events.publish(ApprovalAsked(approval_id=approval.pk))
    return approval


@command
def decide_approval(*, approval_id: int, granted: bool, at: datetime, by: Actor, remark: str = "") -> Approval:
    """Grant or refuse what was asked; the same decision again changes nothing.

    Granting needs a limit of one's own that covers it, and nobody decides what he asked himself. Locks deal,
    quote, approval. Raises ApprovalDecided, OwnApproval, LimitTooLow.
    """
    locked_quote(Approval.objects.values_list("quote_id", flat=True).get(pk=approval_id))
    approval = Approval.objects.locked().select_related("quote__deal").get(pk=approval_id)
    policy.require(by, "sales.decide_approval", approval)
    decision = ApprovalStatus.GRANTED if granted else ApprovalStatus.REFUSED
    if approval.status == decision:
        return approval
    if approval.status != ApprovalStatus.ASKED:
        raise ApprovalDecided(status=approval.get_status_display())
    if by.pk is not None and by.pk == approval.asked_by_id:
        raise OwnApproval()
    limits = limits_of(by)
    margin = approval.margin_pct if approval.margin_pct is not None else ZERO
    if granted and not limits.cover(Terms(approval.discount_pct, margin)):
        raise LimitTooLow(limit=told(limits.max_discount_pct), discount=told(approval.discount_pct), margin=margin)
    approval.status, approval.decided_at, approval.decided_by = decision, at, user_or_none(by)
    approval.remark = remark
    approval.save(update_fields=["status", "decided_at", "decided_by", "remark"])
    events.publish(DiscountDecided(approval_id=approval.pk))
    return approval


def withdraw_approvals(quote: Quote, *, at: datetime) -> None:
    """An open request speaks of lines that are no more: close it, so that nobody grants what he did not see."""
    for approval in Approval.objects.locked().filter(quote=quote, status=ApprovalStatus.ASKED):
        approval.status, approval.decided_at = ApprovalStatus.REFUSED, at
        approval.remark = "The draft was changed."
        approval.save(update_fields=["status", "decided_at", "remark"])
