"""What templates of the warehouse need: what somebody typed before a page came back."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.money import true_minus
from core.quantities import show, told
from core.ui import amounts

register = template.Library()


@register.filter
def unit_price(value: Decimal, currency: str = "") -> str:
    """The price of one: two places, more only where it has them; with its currency where one is named."""
    if currency:
        return amounts.unit_price(value, currency)
    exponent = value.normalize().as_tuple().exponent
    return true_minus(formats.number_format(value, max(2, -int(exponent)), use_l10n=True, force_grouping=True))


@register.filter
def signed(value: Decimal) -> str:
    """A difference in quantity: how much more, or how much less."""
    return true_minus(f"+{told(value)}" if value > 0 else told(value))


@register.simple_tag
def typed_or(typed: Mapping[Any, str], key: Any, value: Decimal | None) -> str:
    """What was typed for a record, else its value as a quantity."""
    if key in typed:
        return typed[key]
    return "" if value is None else told(value)


@register.simple_tag
def field_of(
    errors: Mapping[str, str], typed: Mapping[str, str], kind: str, pk: int, value: Any, mode: str, item: str, what: str
) -> SafeString:
    """A field of a line of goods: what was typed, or the value; its error below."""
    name = f"{kind}-{pk}"
    shown = typed.get(name, "" if value is None else told(value))
    wrong = errors.get(name, "")
    started = format_html(' data-open="{}"', show(value)) if value is not None else ""
    marks = format_html(' aria-invalid="true" aria-describedby="err-{}"', name) if wrong else ""
    said = format_html('<span class="err" id="err-{}">{}</span>', name, wrong) if wrong else ""
    return format_html(
        '<input class="form-control{}" name="{}" value="{}" inputmode="{}" autocomplete="off"'
        ' aria-label="{}, {}"{}{}>{}',
        " tn qtyfield" if mode == "decimal" else "", name, shown, mode, item, what, started, marks, said,
    )  # fmt: skip


@register.simple_tag
def chosen_place(typed: Mapping[str, str], line: int, place: int, default: int | None) -> str:
    """Marks the chosen place of a line, or the warehouse's default one."""
    said = typed.get(f"place-{line}")
    return "selected" if (said == str(place) if said else place == default) else ""
