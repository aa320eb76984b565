"""Lines of a quote or an order as they are typed in a table: read, extended, priced. Works as a plain form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.quantities import show
from core.search.selectors import matching
from core.ui.fields import AmountField
from inventory.models import Item
from sales.services.lines import LineDraft

PREFIX = "lines"
MOST_LINES = 200
FEW_FOUND = 8


class LineForm(forms.Form):
    """One line. An empty price, or the listed one untouched, leaves the price to the price lists."""

    item = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(label=gettext_lazy("Description"), max_length=300, required=False)
    qty = AmountField(
        label=gettext_lazy("Quantity"), max_digits=18, decimal_places=6, min_value=Decimal("0.000001"), initial=1
    )
    price = AmountField(
        label=gettext_lazy("Price"), max_digits=18, decimal_places=6, min_value=Decimal(0), required=False
    )
    listed = forms.DecimalField(widget=forms.HiddenInput, required=False)
    discount = AmountField(
        label=gettext_lazy("Discount in percent"), max_digits=7, decimal_places=4, min_value=Decimal(0),
        max_value=Decimal(100), required=False, initial=0,
    )  # fmt: skip

    def draft(self) -> LineDraft:
        data = self.cleaned_data
        by_list = data["price"] is None or data["price"] == data["listed"]
        return LineDraft(
            item_id=data["item"],
            qty=data["qty"],
            discount_pct=data["discount"] or Decimal(0),
            unit_price=None if by_list else data["price"],
            text=data["text"],
        )


class Lines(BaseFormSet):
    """The table. A line of an item that is not sold, or not known, is no line."""

    user: Any = None

    def clean(self) -> None:
        wanted = {form.cleaned_data.get("item") for form in self.forms if form.is_valid()}
        known = set(sold_items(self.user).filter(pk__in=wanted - {None}).values_list("pk", flat=True))
        for form in self.forms:
            if form.is_valid() and form.cleaned_data["item"] not in known:
                form.add_error(None, _("This item is not sold any more; take the line out."))

    def drafts(self) -> list[LineDraft]:
        return [form.draft() for form in self.forms]


LineFormSet = formset_factory(LineForm, formset=Lines, extra=0, max_num=MOST_LINES, absolute_max=MOST_LINES)


def typed_lines(data: Any, user: Any) -> Lines:
    made: Lines = LineFormSet(data, prefix=PREFIX)
    made.user = user
    return made


def lines_from(rows: Sequence[dict[str, Any]]) -> Lines:
    made: Lines = LineFormSet(initial=list(rows), prefix=PREFIX)
    return made


def typed(value: Decimal, places: int = 0) -> str:
    """A number as one would type it in the language that is on: no thousands marks, at least so many decimals."""
    plain = show(value)
    _whole, _point, decimals = plain.partition(".")
    return str(formats.number_format(value, decimal_pos=max(places, len(decimals)), force_grouping=False))


def line_of(row: Any) -> dict[str, Any]:
    """A stored line as its form shows it. A price by hand stays one: nothing is listed beside it."""
    by_list = (row.price_trace or {}).get("level") not in (None, "by hand")
    return {
        "item": row.item_id,
        "text": row.text,
        "qty": typed(row.qty),
        "price": typed(row.unit_price, 2),
        "discount": typed(row.discount_pct),
        "listed": show(row.unit_price) if by_list else None,
    }


def new_line(item: Item) -> dict[str, Any]:
    return {"item": item.pk, "text": item.name, "qty": "1", "price": "", "discount": "0", "listed": None}


def changed_rows(data: Any) -> list[dict[str, Any]]:
    """The lines as typed, with what a button asked for: one removed, or moved up."""
    count = int(data.get(f"{PREFIX}-TOTAL_FORMS") or 0) if str(data.get(f"{PREFIX}-TOTAL_FORMS", "0")).isdigit() else 0
    names = LineForm.base_fields
    rows = [
        {name: data.get(f"{PREFIX}-{number}-{name}", "") for name in names} for number in range(min(count, MOST_LINES))
    ]
    remove, up = _number(data.get("remove")), _number(data.get("up"))
    if remove is not None and remove < len(rows):
        del rows[remove]
    if up is not None and 0 < up < len(rows):
        rows[up - 1], rows[up] = rows[up], rows[up - 1]
    return [row for row in rows if str(row["item"]).isdigit()]


def _number(text: Any) -> int | None:
    return int(text) if str(text or "").isdigit() else None


def as_sent(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Rows as a browser would send them, numbered anew."""
    sent: dict[str, Any] = {f"{PREFIX}-TOTAL_FORMS": len(rows), f"{PREFIX}-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        sent |= {f"{PREFIX}-{number}-{name}": value for name, value in row.items() if value is not None}
    return sent


def refilled(lines: Lines, sent: Any) -> set[int]:
    """Lines whose listed price is another than the one on the page: a larger quantity may have its own."""
    prices = {number: (form["price"].value(), form["listed"].value()) for number, form in enumerate(lines.forms)}
    return {
        number
        for number, (price, listed) in prices.items()
        if listed and sent.get(f"{PREFIX}-{number}-price", "") not in ("", price)
    }


def sold_items(user: Any) -> Any:
    return Item.objects.visible_to(user, "inventory.view_item").filter(is_sold=True)


def found_items(text: str, user: Any) -> list[Item]:
    """What could be meant by a name, a code or a barcode; the one with just that code alone where there is one."""
    text = text.strip()
    if not text:
        return []
    exact = list(sold_items(user).filter(sku__iexact=text).select_related("unit")[:1])
    return exact or list(matching(sold_items(user), text).select_related("unit").order_by("sku")[:FEW_FOUND])


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
            **parts, percent=trace["percent_off"], base=show(Decimal(trace["base_price"]))
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


def shown_lines(formset: Lines, results: Sequence[Any] = (), *, floor: Decimal | None = None) -> list[ShownLine]:
    """The table's rows. `results` are stored or priced lines in the same order, or nothing while one is wrong."""
    wanted = {_number(form["item"].value()) for form in formset.forms}
    items = Item.objects.select_related("unit").in_bulk([pk for pk in wanted if pk is not None])
    rows = []
    for number, form in enumerate(formset.forms):
        item = items.get(_number(form["item"].value()) or 0)
        result = results[number] if number < len(results) else None
        if result is None:
            rows.append(ShownLine(number, form, item))
            continue
        net = getattr(result, "net_amount", None)
        net = result.net if net is None else net
        cost = getattr(result, "cost_amount", None)
        margin = None if cost is None or not net else (net - cost) * 100 / net
        trace = getattr(result, "price_trace", None) or getattr(result, "trace", None) or {}
        low = floor is not None and margin is not None and margin < floor
        rows.append(ShownLine(number, form, item, net, result.tax_percent, margin, told_price(trace), low))
    return rows
