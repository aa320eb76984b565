"""Charts drawn on the server: SVG with classes for colours (static/css/charts.css), without scripts and styles."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from html import escape
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString

from core.money import true_minus

if TYPE_CHECKING:
    from core.ui.charts import Chart, Series

WIDTH = 640
# Paper knows no tokens: the colours of the light theme, inside the drawing, because nothing from outside reaches it.
PAPER = (
    "text{font-family:Inter,sans-serif;font-size:12px;fill:#535F66}.strong{fill:#1B2327;font-weight:700}"
    ".grid{stroke:#E3E0D9}.c1{fill:#0E6073}.c2{fill:#C77A0A}.c3{fill:#5A9BC9}.c4{fill:#93203A}.c5{fill:#A062C8}"
    ".c6{fill:#85888A}.c-ok{fill:#237A45}.f1{opacity:.84}.f2{opacity:.68}.f3{opacity:.52}.f4{opacity:.42}"
    ".faint{opacity:.55}polyline{fill:none;stroke-width:2.5}.l1{stroke:#0E6073}.l2{stroke:#C77A0A}.l3{stroke:#5A9BC9}"
    ".l4{stroke:#93203A}.l5{stroke:#A062C8}.l6{stroke:#85888A}.dashed{stroke-dasharray:5 4;stroke-width:1.5}"
)
LEFT, RIGHT, TOP, BOTTOM = 56, 8, 34, 24


def draw(chart: Chart, *, on_paper: bool = False) -> SafeString:
    body = [*(_funnel(chart) if chart.kind == "funnel" else _axes(chart))]
    if on_paper:
        body.insert(0, f"<style>{PAPER}</style>")
    return SafeString(  # every text below is escaped
        f'<svg class="chart-svg" viewBox="0 0 {WIDTH} {chart.height}" role="img"'
        f' aria-label="{escape(chart.finding)}" xmlns="http://www.w3.org/2000/svg">{"".join(body)}</svg>'
    )


def _text(x: float, y: float, words: str, css: str = "", anchor: str = "start") -> str:
    return f'<text class="ct {css}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _funnel(chart: Chart) -> Iterator[str]:
    """Steps as trapezes, each as wide as its share of the first; figures and notes stand beside."""
    values = [float(value or 0) for value in chart.series[0].values]
    most, room = max([*values, 1.0]), WIDTH * 0.5
    step = (chart.height - 8) / max(len(values), 1)
    widths = [room * max(value / most, 0.12) for value in values]
    for place, (label, value) in enumerate(zip(chart.labels, chart.series[0].values, strict=True)):
        top, bottom = 4 + place * step, 4 + (place + 1) * step - 3
        above, below = widths[place], widths[place + 1] if place + 1 < len(widths) else widths[place] * 0.6
        middle, last = room / 2, place == len(values) - 1
        points = " ".join(
            f"{x:.1f},{y:.1f}"
            for x, y in (
                (middle - above / 2, top), (middle + above / 2, top),
                (middle + below / 2, bottom), (middle - below / 2, bottom),
            )
        )  # fmt: skip
        css = "c-ok" if last else f"c1 f{min(place, 4)}"
        yield f'<polygon class="{css}" points="{points}"/>'
        height = (top + bottom) / 2
        yield _text(room + 20, height - 2, f"{label}  {chart.text(value)}", "strong")
        if chart.notes:
            yield _text(room + 20, height + 13, chart.notes[place])


def _axes(chart: Chart) -> Iterator[str]:
    low, high, step = _scale(chart)
    inner = chart.height - TOP - BOTTOM

    def y_of(value: float) -> float:
        return TOP + inner * (1 - (value - low) / (high - low))

    level = low
    while level <= high + step / 2:
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y_of(level):.1f}" y2="{y_of(level):.1f}"/>'
        yield _text(LEFT - 6, y_of(level) + 4, _short(level), "", "end")
        level += step
    yield from _legend(chart)
    slot = (WIDTH - LEFT - RIGHT) / max(len(chart.labels), 1)
    every = max(1, math.ceil(len(chart.labels) * 44 / (WIDTH - LEFT - RIGHT)))
    for place, label in enumerate(chart.labels):
        if place % every == 0:
            yield _text(LEFT + slot * (place + 0.5), chart.height - 6, label, "", "middle")
    bars = [one for one in chart.series if one.look == "bar"]
    for one in sorted(chart.series, key=lambda one: one.look != "bar"):
        if one.look == "bar":
            yield from _bars(one, bars.index(one), len(bars), slot, y_of)
        else:
            yield from _line(one, slot, y_of)
    for mark in chart.marks:
        if mark.value is not None:
            y = y_of(float(mark.value))
            yield f'<line class="l{mark.colour} dashed" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            yield _text(WIDTH - RIGHT, y - 4, str(mark.name), "", "end")


def _legend(chart: Chart) -> Iterator[str]:
    x = float(LEFT)
    for one in chart.series:
        css = f"c{one.colour}" if one.look in ("bar", "area") else f"c{one.colour} thin"
        height = 8 if one.look in ("bar", "area") else 3
        yield f'<rect class="{css}" x="{x:.1f}" y="{10 - height / 2:.1f}" width="12" height="{height}" rx="1.5"/>'
        yield _text(x + 17, 14, str(one.name))
        x += 34 + 6.5 * len(str(one.name))


def _bars(one: Series, place: int, count: int, slot: float, y_of: Callable[[float], float]) -> Iterator[str]:
    width = min(slot * 0.7 / count, 22)
    for number, value in enumerate(one.values):
        if value is None:
            continue
        x = LEFT + slot * (number + 0.5) + (place - count / 2) * width
        top, bottom = sorted((y_of(float(value)), y_of(0)))
        faint = " faint" if number in one.faint else ""
        yield (
            f'<rect class="c{one.colour}{faint}" x="{x:.1f}" y="{top:.1f}" width="{width - 1:.1f}"'
            f' height="{max(bottom - top, 0.5):.1f}" rx="1.5"/>'
        )


def _line(one: Series, slot: float, y_of: Callable[[float], float]) -> Iterator[str]:
    points: list[tuple[float, float]] = []
    for number, value in enumerate(one.values):
        if value is None:
            continue
        x, y = LEFT + slot * (number + 0.5), y_of(float(value))
        points += [(x - slot / 2, y), (x + slot / 2, y)] if one.look in ("step", "before") else [(x, y)]
    if not points:
        return
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    if one.look == "area":
        first, last = (f"{x:.1f},{y_of(0):.1f}" for x in (points[0][0], points[-1][0]))
        yield f'<polygon class="c{one.colour} faint" points="{first} {path} {last}"/>'
    dashed = " dashed" if one.look in ("past", "before") else ""
    yield f'<polyline class="l{one.colour}{dashed}" points="{path}"/>'


def _scale(chart: Chart) -> tuple[float, float, float]:
    """Lowest and highest level of the axis and the step between its lines; zero is always on it."""
    values = [float(value) for one in chart.series for value in one.values if value is not None]
    values += [float(mark.value) for mark in chart.marks if mark.value is not None]
    least, most = min([*values, 0.0]), max([*values, 0.0])
    if least == most:
        return 0.0, 1.0, 1.0
    rough = (most - least) / 4
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * part for part in (1, 2, 2.5, 5, 10) if size * part >= rough)
    if all(value.is_integer() for value in values):  # what is counted in ones has no line at a half
        step = max(step, 1.0)
    return math.floor(least / step) * step, math.ceil(most / step) * step, step


def _short(value: float) -> str:
    """A level of the axis: 250k, 1.5m."""
    for size, letter in ((1_000_000, "m"), (1_000, "k")):
        if abs(value) >= size:
            return true_minus(f"{value / size:.4g}{letter}")
    return true_minus(f"{value:.4g}")
