"""Small charts drawn by the server: the ageing bar, and money due in the coming weeks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor

from django.utils.translation import gettext as _

from core.money import ZERO
from core.ui import cells
from finance.selectors.aged import Week

WIDTH = 1000
LEFT, RIGHT, TOP, BOTTOM = 56, 8, 8, 20
W, H = 640, 230


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


@dataclass(frozen=True)
class Bar:
    x: float
    in_y: float
    in_height: float
    out_y: float
    out_height: float
    dot_x: float
    dot_y: float
    label: str
    week: Week


@dataclass(frozen=True)
class Line:
    y: float
    label: str
    is_zero: bool


@dataclass(frozen=True)
class Chart:
    """The drawing in its own units, its table twin, and the finding in words."""

    bars: list[Bar]
    lines: list[Line]
    path: str
    finding: str


def weeks_chart(weeks: Sequence[Week]) -> Chart:
    """Bars for what is due both ways, a line for the balance; the axis holds both."""
    high = max((max(week.incoming, week.balance) for week in weeks), default=ZERO)
    low = min((min(-week.outgoing, week.balance) for week in weeks), default=ZERO)
    step = _step(max(high, ZERO) - min(low, ZERO))
    top = float(ceil(max(high, ZERO) / step) * step) or 1.0
    bottom = float(floor(min(low, ZERO) / step) * step)
    room = H - TOP - BOTTOM

    def y(value: Decimal | float) -> float:
        return round(TOP + (top - float(value)) / (top - bottom) * room, 1)

    width = (W - LEFT - RIGHT) / len(weeks)
    bars = []
    for place, week in enumerate(weeks):
        x = LEFT + place * width
        bars.append(
            Bar(
                round(x + width / 2 - 7, 1), y(week.incoming), round(y(0) - y(week.incoming), 1),
                y(0), round(y(-week.outgoing) - y(0), 1), round(x + width / 2, 1), y(week.balance),
                f"W{week.first.isocalendar().week}", week,
            )
        )  # fmt: skip
    path = "M" + " L".join(f"{bar.dot_x} {bar.dot_y}" for bar in bars)
    return Chart(bars, _lines(bottom, top, step, y), path, _finding(weeks))


def _step(span: Decimal) -> Decimal:
    """A round distance that cuts the axis into four to eight pieces."""
    step = Decimal(1)
    while span / step > 8:
        step *= Decimal("2.5") if str(step).lstrip("0.")[0] == "2" else 2
    return step


def _lines(bottom: float, top: float, step: Decimal, y: object) -> list[Line]:
    made, value = [], Decimal(str(bottom))
    while value <= Decimal(str(top)):
        made.append(Line(y(value), _short(value), value == 0))  # type: ignore[operator]
        value += step
    return made


def _short(value: Decimal) -> str:
    """12k, 1.5M: an axis has little room."""
    for size, sign in ((Decimal(1_000_000), "M"), (Decimal(1_000), "k")):
        if abs(value) >= size:
            return f"{cells.number((value / size).quantize(Decimal('0.1')))}{sign}"
    return cells.number(value)


def _finding(weeks: Sequence[Week]) -> str:
    lowest = min(weeks, key=lambda week: week.balance)
    return _(
        "If everybody pays on the day, the balance is lowest in week %(week)s with %(low)s and ends with %(end)s."
    ) % {
        "week": lowest.first.isocalendar().week,
        "low": cells.whole_home_money(lowest.balance),
        "end": cells.whole_home_money(weeks[-1].balance),
    }
