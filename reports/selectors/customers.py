"""Who buys: repeat purchase, lifetime value, the largest, and RFM scores.

A buyer is a legal entity (the counterparty of the order) or, on request, a client with all its entities.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from django.db.models import Count, Max, Q, Sum

from core.money import ZERO
from reports.selectors.period import EVERYTHING, Scope
from reports.selectors.sales import orders

BuyerSide = Literal["legal_entity", "client"]


@dataclass(frozen=True)
class Buyer:
    """One buyer's orders in a scope: how many, net, gross, and the day of the last one."""

    buyer_id: int
    orders: int
    net: Decimal
    gross: Decimal
    last_on: date


def buyers(scope: Scope = EVERYTHING, *, side: BuyerSide = "legal_entity", only: Q | None = None) -> list[Buyer]:
    """Everybody with at least one order, by id (two statements). `only` narrows the orders."""
    rows = orders(scope) if only is None else orders(scope).filter(only)
    grouped = (
        rows.order_by()
        .values(side)
        .annotate(count=Count("pk"), net=Sum("net_amount"), gross=Sum("gross_amount"), last=Max("ordered_at"))
        .order_by(side)
    )
    zone = scope.zone
    return [
        Buyer(row[side], row["count"], row["net"], row["gross"], row["last"].astimezone(zone).date()) for row in grouped
    ]


@dataclass(frozen=True)
class RepeatPurchase:
    """Buyers, and those of them with two orders or more."""

    buyers: int
    repeat: int

    @property
    def rate_pct(self) -> Decimal:
        """Repeat buyers in per cent of all, unrounded."""
        return Decimal(self.repeat) * 100 / self.buyers if self.buyers else ZERO


def repeat_purchase(found: Sequence[Buyer]) -> RepeatPurchase:
    return RepeatPurchase(len(found), sum(buyer.orders >= 2 for buyer in found))


@dataclass(frozen=True)
class LifetimeValue:
    """Gross sum per buyer: mean, median (the mean of the two middle ones when even) and the largest; unrounded."""

    mean: Decimal
    median: Decimal
    largest: Decimal


def lifetime_value(found: Sequence[Buyer]) -> LifetimeValue:
    if not found:
        return LifetimeValue(ZERO, ZERO, ZERO)
    values = sorted(buyer.gross for buyer in found)
    middle = len(values) // 2
    median = values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2
    return LifetimeValue(sum(values, Decimal(0)) / len(values), median, values[-1])


def largest_buyers(found: Sequence[Buyer], count: int = 10) -> list[Buyer]:
    """The buyers with the largest gross sum, equals by id."""
    return sorted(found, key=lambda buyer: (-buyer.gross, buyer.buyer_id))[:count]


@dataclass(frozen=True)
class RfmRow:
    """One buyer scored 1 (worst) to 5 (best): days since the last order, number of orders, net sum."""

    buyer: Buyer
    days: int
    r: int
    f: int
    m: int

    @property
    def cell(self) -> str:
        return f"{self.r}{self.f}{self.m}"


def rfm(found: Sequence[Buyer], on: date) -> list[RfmRow]:
    """Recency, frequency and monetary quintiles of buyers as seen on a day.

    Each measure is sorted from worst to best (equals by id) and cut into five groups by position; the first
    (n mod 5) groups are one larger. So buyers with equal figures may get neighbouring scores.
    """
    days = {buyer.buyer_id: (on - buyer.last_on).days for buyer in found}
    recency = _quintiles(sorted(found, key=lambda b: (-days[b.buyer_id], b.buyer_id)))
    frequency = _quintiles(sorted(found, key=lambda b: (b.orders, b.buyer_id)))
    money = _quintiles(sorted(found, key=lambda b: (b.net, b.buyer_id)))
    return [RfmRow(b, days[b.buyer_id], recency[b.buyer_id], frequency[b.buyer_id], money[b.buyer_id]) for b in found]


def _quintiles(ranked: Sequence[Buyer]) -> dict[int, int]:
    size, larger = divmod(len(ranked), 5)
    scores, start = {}, 0
    for score in range(1, 6):
        end = start + size + (1 if score <= larger else 0)
        scores.update({buyer.buyer_id: score for buyer in ranked[start:end]})
        start = end
    return scores


def rfm_cells(rows: Sequence[RfmRow]) -> Counter[str]:
    """Buyers per cell like "555"; empty cells are absent."""
    return Counter(row.cell for row in rows)
