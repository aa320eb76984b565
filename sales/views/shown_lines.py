"""Lines of a quote or an order as the editor shows them: prices with their reasons, sections with their sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.quantities import told
from inventory.models import Item
from sales.selectors.options import sections_of
from sales.views.lines import Lines, written_number

LEVELS = {
    "legal entity": gettext_lazy("for this legal entity"),
    "client": gettext_lazy("for this client"),
    "segment": gettext_lazy("for the segment"),
    "branch": gettext_lazy("for the branch"),
    "general": gettext_lazy("for everybody"),
    "by hand": gettext_lazy("by hand"),
}


def told_price(trace: dict[str, Any]) -> str:
    """In words, which rule gave the price."""
    if not trace:
        return ""
    level = str(LEVELS.get(trace.get("level", ""), trace.get("level", "")))
    if trace.get("level") == "by hand":
        return _("Price by hand")
    parts = {"list": _("List {code}").format(code=trace.get("list", "")), "level": level}
    if "percent_off" in trace:
        return _("{list}, {level}, {percent} % off {base}").format(
            **parts, percent=trace["percent_off"], base=told(Decimal(trace["base_price"]))
        )
    if trace.get("min_qty", "0") not in ("0", ""):
        return _("{list}, {level}, from {qty}").format(**parts, qty=trace["min_qty"])
    return _("{list}, {level}").format(**parts)


@dataclass(frozen=True)
class ShownLine:
    """A line of the table: its form, its item, and what came of it."""

    number: int
    form: Any
    item: Item | None
    net: Decimal | None = None
    tax_percent: Decimal | None = None
    margin_pct: Decimal | None = None
    told: str = ""
    is_low: bool = False
    section_net: Decimal | None = None

    @property
    def heading(self) -> str:
        return str(self.form["heading"].value() or "").strip()


def shown_lines(formset: Lines, results: Sequence[Any] = (), *, floor: Decimal | None = None) -> list[ShownLine]:
    """The table's rows. `results` are stored or priced lines in the same order, or nothing while one is wrong."""
    wanted = {written_number(form["item"].value()) for form in formset.forms}
    items = Item.objects.select_related("unit").in_bulk([pk for pk in wanted if pk is not None])
    rows = []
    nets = _section_nets(results)
    for number, form in enumerate(formset.forms):
        item = items.get(written_number(form["item"].value()) or 0)
        result = results[number] if number < len(results) else None
        if result is None:
            rows.append(ShownLine(number, form, item))
            continue
        net = getattr(result, "net_amount", None)
        net = result.net if net is None else net
        cost = getattr(result, "cost_amount", None)
        margin = (net - cost) * 100 / net if cost and net else None  # a cost of nothing is one that nobody knows
        trace = getattr(result, "price_trace", None) or getattr(result, "trace", None) or {}
        low = floor is not None and margin is not None and margin < floor
        rows.append(
            ShownLine(number, form, item, net, result.tax_percent, margin, told_price(trace), low, nets.get(number))
        )
    return rows


def _section_nets(results: Sequence[Any]) -> dict[int, Decimal]:
    """By the number of the line that opens it: what a section comes to. Lines of an order have no sections."""
    if not results or not hasattr(results[0], "is_chosen"):
        return {}
    found, number = {}, 0
    for section in sections_of(results):
        found[number] = section.net
        number += len(section.lines)
    return found
