"""Document tax: net is rounded per line, tax once per rate group (EN 16931, BR-CO-17)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from core.money import ZERO, cents


@dataclass(frozen=True)
class TaxGroup:
    """One tax row of a document: what lies under a rate and the tax on it."""

    percent: Decimal
    net: Decimal
    tax: Decimal


@dataclass(frozen=True)
class DocumentTotals:
    net: Decimal
    tax: Decimal
    gross: Decimal
    groups: tuple[TaxGroup, ...]


def line_net(*, qty: Decimal, price: Decimal, discount_pct: Decimal = ZERO) -> Decimal:
    """Net of a line: quantity × price × (1 − discount), rounded once, to the cent."""
    return cents(qty * price * (100 - discount_pct) / 100)


def document_totals(lines: Iterable[tuple[Decimal, Decimal]]) -> DocumentTotals:
    """Totals of a document from its (net, tax percent) lines.

    Nets are grouped by rate, then the tax of each group is rounded once; the groups come highest rate first.
    """
    by_rate: dict[Decimal, Decimal] = {}
    for net, percent in lines:
        by_rate[percent] = by_rate.get(percent, ZERO) + net
    groups = tuple(
        TaxGroup(percent=percent, net=net, tax=cents(net * percent / 100))
        for percent, net in sorted(by_rate.items(), reverse=True)
    )
    net = sum((group.net for group in groups), ZERO)
    tax = sum((group.tax for group in groups), ZERO)
    return DocumentTotals(net=net, tax=tax, gross=net + tax, groups=groups)


def nets_from_gross(lines: list[tuple[Decimal, Decimal]]) -> list[Decimal]:
    """Line nets of a tax-inclusive document from its (gross, tax percent) lines.

    Each line is backed out by itself; per rate, the cents by which nets plus the group's tax miss the gross go
    to the largest line of that rate.
    """
    nets = [cents(gross * 100 / (100 + percent)) for gross, percent in lines]
    for rate in {percent for _, percent in lines}:
        members = [index for index, (_, percent) in enumerate(lines) if percent == rate]
        gross = sum((lines[index][0] for index in members), ZERO)
        group_net = cents(gross * 100 / (100 + rate))
        # The tax of a group is rounded from its net: step the net until net + tax meets the gross, if it can.
        for candidate in (group_net, group_net - Decimal("0.01"), group_net + Decimal("0.01")):
            if candidate + cents(candidate * rate / 100) == gross:
                group_net = candidate
                break
        largest = max(members, key=lambda index: lines[index][0])
        nets[largest] += group_net - sum((nets[index] for index in members), ZERO)
    return nets
