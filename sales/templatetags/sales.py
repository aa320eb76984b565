"""What pages of sales write in their own way: figures of quotes, fields of lines, shares of bars."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.money import true_minus
from core.ui import amounts

register = template.Library()
register.filter("number", lambda value: "" if value is None else amounts.number(value))


@register.filter
def percent(value: Decimal | None) -> str:
    """A percentage as people read it: at most two places, no idle zeros."""
    if value is None:
        return ""
    return f"{true_minus(amounts.number(Decimal(value).quantize(Decimal('0.01'))))}\u00a0%"


@register.filter
def share(value: Decimal | None) -> str:
    """A percentage as the width of a bar: 0 to 100, with a dot whatever the language."""
    return str(int(max(Decimal(0), min(Decimal(100), Decimal(value or 0)))))


LABELS = {
    "qty": lambda number: _("Quantity, line {number}").format(number=number),
    "price": lambda number: _("Price, line {number}").format(number=number),
    "discount": lambda number: _("Discount in percent, line {number}").format(number=number),
}


@register.simple_tag
def line_input(form: Any, name: str, number: int, *, oob: bool = False) -> SafeString:
    """A field of a line in the table: number typed right, its error told beside it."""
    field = form[name]
    value = "" if field.value() is None else field.value()
    wrong = "bad" if field.errors else ""
    listed = form["listed"].value() if name == "price" else None
    return format_html(
        '<input class="form-control num {}" type="text" inputmode="decimal" autocomplete="off" id="{}" name="{}" '
        'value="{}" aria-label="{}"{}{}{}>',
        wrong,
        field.id_for_label,
        field.html_name,
        value,
        LABELS[name](number + 1),
        format_html(' placeholder="{}"', listed) if listed else "",
        format_html(' {}="{}"', "aria-invalid", "true") if field.errors else "",
        format_html(' {}="{}"', "hx-swap-oob", "true") if oob else "",
    )
