"""Reading quotes for the screens: what a quote is worth, and how far its writer may go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.actors import Actor
from core.money import ZERO, cents, percent_of
from core.tax import line_net
from crm.models import ContactPoint, LegalEntity, PersonRole
from sales.choices import ApprovalStatus
from sales.models import Approval, Quote, QuoteLine
from sales.selectors.limits import Limits, Terms, limits_of
from sales.selectors.options import weakest


@dataclass(frozen=True)
class Worth:
    """The figures of a quote: at list price, what the discounts take off, and the margin before and after them."""

    list_amount: Decimal
    discount_amount: Decimal
    net: Decimal
    cost: Decimal
    margin: Decimal
    margin_pct: Decimal
    margin_before_pct: Decimal
    highest_discount: Decimal
    lowest_margin_pct: Decimal  # with the worst choice of options
    uncosted: int  # lines whose cost nobody knows: until it is known, the margin shows too high


def worth_of(quote: Quote, lines: Iterable[QuoteLine]) -> Worth:
    """Computed from the stored lines; before discounts each line is worth its net without the percentage.

    Options are no part of the figures, but of what the limits look at.
    """
    everything = list(lines)
    rows = [line for line in everything if not line.is_optional]
    weakest_net, weakest_cost = weakest(everything)
    listed = sum((cents(_undiscounted(quote, line)) for line in rows), ZERO)
    net, cost = quote.net_amount, quote.cost_amount
    return Worth(
        list_amount=listed,
        discount_amount=listed - net,
        net=net,
        cost=cost,
        margin=net - cost,
        margin_pct=percent_of(net - cost, net),
        margin_before_pct=percent_of(listed - cost, listed),
        highest_discount=max((line.discount_pct for line in everything), default=ZERO),
        lowest_margin_pct=percent_of(weakest_net - weakest_cost, weakest_net),
        uncosted=sum(1 for line in rows if line.net_amount and not line.cost_amount),
    )


def _undiscounted(quote: Quote, line: QuoteLine) -> Decimal:
    if not line.discount_pct:
        return line.net_amount
    amount = line_net(qty=line.qty, price=line.unit_price, discount_pct=ZERO)
    return amount * 100 / (100 + line.tax_percent) if quote.tax_included else amount


@dataclass(frozen=True)
class Leave:
    """May this user send the quote as it stands? `asked` waits, `granted` covers it, `last` was answered with no."""

    limits: Limits
    within: bool
    asked: Approval | None = None
    granted: Approval | None = None
    last: Approval | None = None

    @property
    def may_send(self) -> bool:
        return self.within or self.granted is not None

    @property
    def needs_asking(self) -> bool:
        return not self.may_send and self.asked is None


def leave_of(quote: Quote, worth: Worth, user: Actor) -> Leave:
    """How a quote stands against the limits of a user (two statements)."""
    terms = Terms(worth.highest_discount, worth.lowest_margin_pct)
    limits = limits_of(user)
    approvals = list(
        Approval.objects.filter(quote=quote).select_related("asked_by", "decided_by").order_by("-asked_at", "-pk")
    )
    asked = next((one for one in approvals if one.status == ApprovalStatus.ASKED), None)
    granted = next((one for one in approvals if _covers(one, terms)), None)
    last = approvals[0] if approvals and approvals[0].status == ApprovalStatus.REFUSED else None
    return Leave(limits, limits.cover(terms), asked, granted, last)


def _covers(approval: Approval, terms: Terms) -> bool:
    lowest = approval.margin_pct
    return (
        approval.status == ApprovalStatus.GRANTED
        and approval.discount_pct >= terms.discount_pct
        and lowest is not None
        and lowest <= terms.margin_pct
    )


def mail_addresses(client_id: int) -> list[tuple[str, str]]:
    """To whom a client's letters may go, as (address, who it is): his people first, the first contact at the top."""
    roles = PersonRole.objects.filter(client=client_id).select_related("person").order_by("-is_primary", "pk")
    people = {role.person_id: role for role in roles}
    points = ContactPoint.objects.filter(kind="email", person__in=people) | ContactPoint.objects.filter(
        kind="email", client=client_id
    )
    found: dict[str, str] = {}
    order = {person_id: place for place, person_id in enumerate(people)}
    for point in sorted(
        points, key=lambda one: (order.get(one.person_id or 0, len(order)), not one.is_primary, one.pk)
    ):
        role = people.get(point.person_id or 0)
        found.setdefault(point.value, f"{role.person} <{point.value}>" if role else point.value)
    return list(found.items())


def signers(deal: Any) -> list[LegalEntity]:
    """Who of the deal's client can be quoted to: entities that have not ended."""
    return list(LegalEntity.objects.filter(client=deal.client_id, valid_to=None).order_by("legal_name"))
