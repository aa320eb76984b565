"""Addresses of the pages that clients open without signing in."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from core.services.standing_links import tokens_of
from sales.models import Quote, SalesOrder

QUOTE, ORDER = "sales.quote", "sales.order"


def quote_links(quotes: Iterable[Quote]) -> dict[int, str]:
    """By quote: where the client answers it; a quote that was not sent has none (one statement)."""
    return {pk: address_of("sales:quote_public", token) for pk, token in _tokens(quotes, QUOTE).items()}


def order_link(order: SalesOrder) -> str:
    """Where the client follows his order; empty while nobody opened that page for him (one statement)."""
    token = _tokens([order], ORDER).get(order.pk)
    return address_of("sales:order_public", token) if token else ""


def _tokens(records: Iterable[Quote | SalesOrder], purpose: str) -> dict[int, str]:
    return tokens_of(records, purpose, at=timezone.now())


def address_of(page: str, token: str) -> str:
    return settings.SITE_URL.rstrip("/") + reverse(page, args=[token])
