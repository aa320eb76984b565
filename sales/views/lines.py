"""Lines of a quote or an order as they are typed in a table: read, extended, priced. Works as a plain form."""

from __future__ import annotations

from collections.abc import Sequence
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

    heading = forms.CharField(label=gettext_lazy("Section"), max_length=120, required=False)
    is_optional = forms.BooleanField(
        label=gettext_lazy("Option"), required=False, widget=forms.CheckboxInput(attrs={"class": "ck"})
    )

    def draft(self) -> LineDraft:
        data = self.cleaned_data
        by_list = data["price"] is None or data["price"] == data["listed"]
        return LineDraft(
            item_id=data["item"],
            qty=data["qty"],
            discount_pct=data["discount"] or Decimal(0),
            unit_price=None if by_list else data["price"],
            text=data["text"],
            heading=data["heading"],
            is_optional=data["is_optional"],
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
        "heading": getattr(row, "heading", ""),
        "is_optional": "on" if getattr(row, "is_optional", False) else "",
    }


def new_line(item: Item, data: Any = None) -> dict[str, Any]:
    """A line of an item, under the new heading and as an option where the page says so."""
    said = data or {}
    return {
        "item": item.pk, "text": item.name, "qty": "1", "price": "", "discount": "0", "listed": None,
        "heading": said.get("new_heading", "").strip()[:120], "is_optional": "on" if said.get("new_option") else "",
    }  # fmt: skip


def changed_rows(data: Any) -> list[dict[str, Any]]:
    """The lines as typed, with what a button asked for: one removed, moved up, or under a heading of its own."""
    count = int(data.get(f"{PREFIX}-TOTAL_FORMS") or 0) if str(data.get(f"{PREFIX}-TOTAL_FORMS", "0")).isdigit() else 0
    names = LineForm.base_fields
    rows = [
        {name: data.get(f"{PREFIX}-{number}-{name}", "") for name in names} for number in range(min(count, MOST_LINES))
    ]
    remove, up, opens = (
        written_number(data.get("remove")),
        written_number(data.get("up")),
        written_number(data.get("section")),
    )
    if remove is not None and remove < len(rows):
        _pass_on(rows, remove)
        del rows[remove]
    if up is not None and 0 < up < len(rows):
        _move_up(rows, up)
    if opens is not None and opens < len(rows):
        rows[opens]["heading"] = rows[opens]["heading"] or _("Section")
    return [row for row in rows if str(row["item"]).isdigit()]


def _pass_on(rows: list[dict[str, Any]], number: int) -> None:
    """The heading above a line goes over to the next line, unless that one opens a section itself."""
    if number + 1 < len(rows) and not rows[number + 1]["heading"]:
        rows[number + 1]["heading"] = rows[number]["heading"]
    rows[number]["heading"] = ""


def _move_up(rows: list[dict[str, Any]], number: int) -> None:
    """Over the line before it; the first line of a section becomes the last one of the section before."""
    if rows[number]["heading"]:
        _pass_on(rows, number)
        return
    rows[number - 1], rows[number] = rows[number], rows[number - 1]
    rows[number - 1]["heading"], rows[number]["heading"] = rows[number]["heading"], ""


def written_number(text: Any) -> int | None:
    """The whole number that was sent, or None."""
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
