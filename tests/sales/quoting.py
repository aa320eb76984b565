"""A quote on its way, for the tests of its services."""

from __future__ import annotations

from datetime import timedelta

from core.actors import SYSTEM
from sales.models import Quote, SalesOrder
from sales.services.quotes import accept_quote, send_quote
from tests.factories.inventory import make_warehouse
from tests.factories.sales import NOON

DAY = [timedelta(hours=hours) for hours in (11, 12, 13)]


def send(quote: Quote, **more) -> Quote:
    more.setdefault("by", SYSTEM)
    return send_quote(quote_id=quote.pk, at=more.pop("at", NOON), **more)


def accept(quote: Quote, **more) -> SalesOrder:
    more.setdefault("by", SYSTEM)
    more.setdefault("warehouse_id", make_warehouse(branch=quote.deal.branch).pk)
    return accept_quote(quote_id=quote.pk, at=more.pop("at", NOON), **more)
