"""Charts: what a page draws, told once for the drawing, its table twin, its text alternative and a paper.

    Chart("plan", _("Plan and fact by month, EUR"), ["Jan", "Feb"], [Series(_("Fact"), [10, 20])], finding="…")

`templates/ui/_chart.html` shows it with all of them; without scripts the drawing is the server's own SVG. A page that
has charts takes `templates/ui/_chart_head.html` into its head.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, Literal

from django.http import HttpRequest, QueryDict
from django.utils import formats
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from core.money import true_minus
from core.ui import chart_svg

Look = Literal["bar", "line", "step", "past", "before", "area"]
Number = Decimal | int | float | None


@dataclass(frozen=True)
class Series:
    """One row of figures, a value for each label (None: unknown).

    `look`: bars; a line; a step line (plans); a thin dashed line (the past), or one in steps (what would be without a
    step line beside it); a filled line (stock over time).
    `colour` is the place in the fixed order of chart colours, 1 petrol to 6 grey. `faint` names the places that are
    not over yet, as the running month.
    """

    name: str | Promise
    values: Sequence[Number]
    look: Look = "bar"
    colour: int = 1
    faint: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Mark:
    """A level across the whole chart, as a safety stock."""

    name: str | Promise
    value: Number
    colour: int = 4


@dataclass(frozen=True)
class Chart:
    """A drawing with its words. `key` is unique on the page.

    `finding` says in one sentence what there is to see. `links` open the records behind each label. `notes` stand
    beside the steps of a funnel; `decimals` is how figures are written.
    """

    key: str
    title: str | Promise
    labels: Sequence[str]
    series: Sequence[Series]
    finding: str
    kind: Literal["axes", "funnel"] = "axes"
    unit: str = ""
    links: Sequence[str] = ()
    notes: Sequence[str] = ()
    marks: Sequence[Mark] = ()
    decimals: int = 0
    label_head: str | Promise = ""
    as_table: bool = False
    height: int = 248
    page_query: str = ""

    @property
    def spec_id(self) -> str:
        return f"chart-{self.key}"

    @property
    def twin_url(self) -> str:
        """The same page with the table in place of the drawing, or the other way round."""
        query = QueryDict(self.page_query, mutable=True)
        shown = [key for key in query.pop("table", []) if key != self.key]
        query.setlist("table", shown if self.as_table else [*shown, self.key])
        return f"?{query.urlencode()}#twin-{self.key}"

    @property
    def spec(self) -> dict[str, Any]:
        """What `static/js/charts.js` draws."""
        return {
            "kind": self.kind,
            "labels": [str(label) for label in self.labels],
            "unit": self.unit,
            "links": list(self.links),
            "notes": list(self.notes),
            "marks": [{"name": str(m.name), "value": _plain(m.value), "colour": m.colour} for m in self.marks],
            "series": [
                {
                    "name": str(one.name),
                    "look": one.look,
                    "colour": one.colour,
                    "values": [_plain(value) for value in one.values],
                    "texts": [self.text(value) for value in one.values],
                    "faint": sorted(one.faint),
                }
                for one in self.series
            ],
        }

    def text(self, value: Number) -> str:
        """A figure in words of the language."""
        if value is None:
            return ""
        return _text(value, self.decimals, get_language())

    @property
    def svg(self) -> SafeString:
        """The drawing itself, for a page without scripts."""
        return chart_svg.draw(self)

    @property
    def on_paper(self) -> SafeString:
        """The drawing with colours of its own, for paper."""
        return chart_svg.draw(self, on_paper=True)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The table twin: each label with its figures and the way to the records behind them."""
        links = list(self.links) or [""] * len(self.labels)
        notes = list(self.notes) or [""] * len(self.labels)
        return [
            {
                "label": label,
                "url": links[place],
                "note": notes[place],
                "cells": [self.text(one.values[place]) for one in self.series],
            }
            for place, label in enumerate(self.labels)
        ]

    @property
    def has_links(self) -> bool:
        return any(self.links)


@lru_cache(maxsize=4096)
def _text(value: Decimal | float, decimals: int, _language: str | None) -> str:
    """A figure stands in the drawing, in what a pointer shows, and in the table."""
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return true_minus(formats.number_format(rounded, decimal_pos=decimals, force_grouping=True))


def _plain(value: Number) -> float | int | None:
    return value if value is None or isinstance(value, int) else float(value)


def as_asked(chart: Chart, request: HttpRequest) -> Chart:
    """The chart as this request wants it: drawn, or (`?table=KEY`) as its table."""
    return replace(chart, as_table=chart.key in request.GET.getlist("table"), page_query=request.GET.urlencode())
