"""Sections and options of a quote: how its lines are grouped, and what it comes to with what the client chooses."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from core.money import ZERO
from core.tax import DocumentTotals, document_totals
from sales.models import Quote, QuoteLine


@dataclass
class Section:
    """Lines under one heading; "" for those before the first. `net` is their sum without the options among them."""

    heading: str
    lines: list[Any] = field(default_factory=list)
    net: Decimal = ZERO


def sections_of(lines: Iterable[Any]) -> list[Section]:
    """Lines in their order, a new section at each heading."""
    found: list[Section] = []
    for line in lines:
        if line.heading or not found:
            found.append(Section(line.heading))
        found[-1].lines.append(line)
        if not line.is_optional:
            found[-1].net += line.net_amount
    return found


def bought_lines(quote: Quote) -> list[QuoteLine]:
    """What the client takes: the fixed lines and the options he chose, in their order."""
    lines = quote.lines.select_related("item__unit").order_by("position")
    return [line for line in lines if line.is_chosen or not line.is_optional]


def totals_with(lines: Sequence[QuoteLine], options: Collection[int]) -> DocumentTotals:
    """What a quote comes to with these of its options, by the rule of all documents."""
    taken = [line for line in lines if not line.is_optional or line.pk in options]
    return document_totals([(line.net_amount, line.tax_percent) for line in taken])


def weakest(lines: Iterable[QuoteLine]) -> tuple[Decimal, Decimal]:
    """Net and cost of the choice of options that leaves the lowest margin: for that the limits have to hold."""
    rows = list(lines)
    net = sum((line.net_amount for line in rows if not line.is_optional), ZERO)
    cost = sum((line.cost_amount for line in rows if not line.is_optional), ZERO)
    options = [line for line in rows if line.is_optional]
    for line in sorted(options, key=lambda one: (one.net_amount - one.cost_amount) / (one.net_amount or 1)):
        if (line.net_amount - line.cost_amount) * net < (net - cost) * line.net_amount:
            net, cost = net + line.net_amount, cost + line.cost_amount
    return net, cost
