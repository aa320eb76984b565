"""Drawings of money: the ageing bar, and money due in the coming weeks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from core.money import ZERO
from core.ui import amounts
from core.ui.charts import Chart, Series
from finance.selectors.due_days import Week

WIDTH = 1000


@dataclass(frozen=True)
class Part:
    """A piece of the ageing bar, in thousandths of its width."""

    place: int
    x: int
    width: int


def age_bar(sums: Sequence[Decimal]) -> list[Part]:
    whole, at, parts = sum(sums, ZERO), 0, []
    for place, amount in enumerate(sums):
        width = int(amount / whole * WIDTH) if whole else 0
        if width:
            parts.append(Part(place, at, max(width - 2, 1)))
        at += width
    return parts


def weeks_chart(weeks: Sequence[Week], currency: str) -> Chart:
    """Bars for what is due both ways, a line for the balance."""
    return Chart(
        key="weeks",
        title=_("Money due, next 13 weeks"),
        labels=[_("W%(week)d") % {"week": week.first.isocalendar().week} for week in weeks],
        series=[
            Series(_("In"), [week.incoming for week in weeks], colour=3),
            Series(_("Out"), [-week.outgoing for week in weeks], colour=6),
            Series(_("Balance"), [week.balance for week in weeks], "line"),
        ],
        finding=_finding(weeks),
        unit=currency,
        decimals=2,
        label_head=_("Week"),
    )


def _finding(weeks: Sequence[Week]) -> str:
    lowest = min(weeks, key=lambda week: week.balance)
    said = _(
        "If everybody pays on the day, the balance is lowest in week %(week)s with %(low)s and ends with %(end)s. "
        "What is late already counts in the first week."
    )
    return said % {
        "week": lowest.first.isocalendar().week,
        "low": amounts.whole_home_money(lowest.balance),
        "end": amounts.whole_home_money(weeks[-1].balance),
    }
