"""Telling people of approvals and answers that concern them."""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core import policy
from core.choices import Reach
from core.models import User
from core.money import ZERO
from core.notices.services import notify
from core.quantities import told
from sales.choices import ApprovalStatus, QuoteStatus
from sales.models import Approval, Quote
from sales.selectors.limits import Terms, limits_of


def tell_of_request(*, approval_id: int) -> None:
    """Tell those who may grant a discount that it waits for them, once; where nobody's limit covers it, all who decide.

    A request that is decided by now is no news.
    """
    approval = Approval.objects.select_related("quote__deal", "asked_by").get(pk=approval_id)
    if approval.status != ApprovalStatus.ASKED:
        return
    deciders = [user for user in _deciders(approval) if user.pk != approval.asked_by_id]
    terms = Terms(approval.discount_pct, approval.margin_pct if approval.margin_pct is not None else ZERO)
    able = [user for user in deciders if limits_of(user).cover(terms)]
    notify(
        users=able or deciders,
        kind="sales.approval_asked",
        text=format_lazy(
            _("{who} asks for {discount} % off on quote {quote}"),
            who=str(approval.asked_by or ""),
            discount=told(approval.discount_pct),
            quote=approval.quote.number,
        ),
        key=f"approval:{approval.pk}:asked",
        record=approval,
    )


def _deciders(approval: Approval) -> list[User]:
    """Everybody whose right to decide reaches this quote."""
    holders = User.objects.filter(
        is_active=True,
        role_assignments__role__grants__action="sales.decide_approval",
        role_assignments__role__grants__reach__gt=Reach.NONE,
    )
    found = holders.distinct().order_by("pk")
    return [user for user in found if policy.allows(user, "sales.decide_approval", approval)]


def tell_of_decision(*, approval_id: int) -> None:
    """Tell the one who asked what was decided, once."""
    approval = Approval.objects.select_related("quote", "asked_by").get(pk=approval_id)
    if approval.asked_by is None or approval.status == ApprovalStatus.ASKED:
        return
    granted = approval.status == ApprovalStatus.GRANTED
    text = _("Granted: the discount on quote {quote}") if granted else _("Refused: the discount on quote {quote}")
    notify(
        users=[approval.asked_by],
        kind="sales.approval_decided",
        text=format_lazy(text, quote=approval.quote.number),
        key=f"approval:{approval.pk}:decided",
        record=approval,
    )


def tell_of_answer(*, quote_id: int) -> None:
    """Tell the owner of the deal that the client answered on his own page, once per answer."""
    quote = Quote.objects.select_related("deal__client", "deal__owner").get(pk=quote_id)
    if quote.deal.owner is None or quote.status not in (QuoteStatus.ACCEPTED, QuoteStatus.REFUSED):
        return
    accepted = quote.status == QuoteStatus.ACCEPTED
    text = _("{client} accepted quote {quote}") if accepted else _("{client} refused quote {quote}")
    notify(
        users=[quote.deal.owner],
        kind="sales.client_answered",
        text=format_lazy(text, client=str(quote.deal.client or quote.deal), quote=quote.number),
        key=f"quote:{quote.pk}:{quote.status}",
        record=quote,
    )
