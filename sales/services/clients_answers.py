"""What a client does on his own page: accept a quote with name and signature, or refuse it with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from core import events, policy
from core.actors import SYSTEM, Actor
from core.services.attachments import Picture, store_pictures
from core.services.public_links import revoke_links, use_link
from core.services.standing_links import open_link
from core.transactions import command
from sales.choices import QuoteStatus
from sales.errors import NameMissing, ReasonMissing
from sales.events import ClientAnswered
from sales.models import Quote, SalesOrder
from sales.selectors.links import ORDER, QUOTE
from sales.services.approvals import locked_quote
from sales.services.quotes import accept_quote, refuse_quote

SIGNATURE = "signature"
ORDER_PAGE_STAYS = timedelta(days=730)


@command
def accept_by_link(
    *, token: str, name: str, signature: Picture | None, at: datetime, options: Sequence[int] = ()
) -> SalesOrder:
    """The client accepts his quote: one order, whatever is sent twice; the first signature stays.

    `signature` is a picture that was cleaned before the transaction; `options` are the optional lines he takes. Locks
    deal and quote. Raises LinkNotUsable, NameMissing and what `accept_quote` raises.
    """
    link = use_link(token=token, purpose=QUOTE, model=Quote, at=at)
    quote = locked_quote(link.record_id)
    if quote.status == QuoteStatus.ACCEPTED:
        return quote.order
    if not name.strip():
        raise NameMissing()
    order = accept_quote(quote_id=quote.pk, at=at, by=SYSTEM, accepted_by_name=name.strip()[:120], options=options)
    open_link(record=order, purpose=ORDER, expires_at=at + ORDER_PAGE_STAYS, by=SYSTEM)
    if signature is not None:
        store_pictures(record=quote, pictures=[(SIGNATURE, signature)], by=SYSTEM)
    events.publish(ClientAnswered(quote_id=quote.pk))
    return order


@command
def refuse_by_link(*, token: str, reason: str, at: datetime) -> Quote:
    """The client says no and why; a second no changes nothing. Raises LinkNotUsable, ReasonMissing, QuoteNotOpen."""
    link = use_link(token=token, purpose=QUOTE, model=Quote, at=at)
    if not reason.strip():
        raise ReasonMissing()
    quote = refuse_quote(quote_id=link.record_id, at=at, by=SYSTEM, reason=reason.strip()[:300])
    events.publish(ClientAnswered(quote_id=quote.pk))
    return quote


@command
def open_order_page(*, order_id: int, at: datetime, by: Actor) -> str:
    """Open the page on which the client follows his order; an open one stays. Returns its token."""
    order = SalesOrder.objects.locked().get(pk=order_id)
    policy.require(by, "sales.change_order", order)
    return open_link(record=order, purpose=ORDER, expires_at=at + ORDER_PAGE_STAYS, by=by)


@command
def close_order_page(*, order_id: int, at: datetime, by: Actor) -> None:
    """Withdraw the client's page of an order; its address opens nothing any more. A closed one stays closed."""
    order = SalesOrder.objects.locked().get(pk=order_id)
    policy.require(by, "sales.change_order", order)
    revoke_links(record=order, purpose=ORDER, at=at, by=by)
