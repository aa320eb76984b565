"""Template tags that every page may use."""

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from core.quantities import told
from core.ui import amounts, daywords, widgets
from core.ui.fields import DayInput, what_a_day_is
from core.ui.periods import read_day
from core.ui.steady import steady

register = template.Library()
register.filter("qty", told)
register.filter(daywords.day)
register.filter(daywords.long_day)
register.filter(daywords.moment)
register.filter(daywords.ago)
register.filter(amounts.exact_money)
register.filter(amounts.whole_money)
register.filter(amounts.home_money)
register.filter(amounts.less_money)
register.filter(amounts.whole_home_money)
register.simple_tag(widgets.select, name="select_box")
register.simple_tag(widgets.field_box)
register.simple_tag(what_a_day_is)

_DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_NAME = re.compile(r"[a-z0-9-]+")


@cache
def drawing(name: str) -> str:
    """The inside of an icon's SVG file: Tabler's outline icons, 24 by 24, drawn in the colour of the text."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no icon name")
    found = _DRAWING.search((Path(settings.ICONS_DIR) / f"{name}.svg").read_text())
    if found is None:
        raise ValueError(f"{name}.svg holds no drawing")
    return " ".join(found.group(1).split())


@register.simple_tag
def day_box(name: str, value: Any, **attributes: Any) -> SafeString:
    """A field for a day where a page writes its form itself; `aria_label` becomes aria-label.

    A day that an address gives in figures or words is shown as it was understood.
    """
    if isinstance(value, str):
        value = read_day(value, today=timezone.localdate()) or value
    named = {key.replace("_", "-"): said for key, said in attributes.items()}
    return DayInput().render(name, value, {"class": "form-control", **named})


@register.simple_tag
@steady
def icon(name: str, label: str = "") -> SafeString:
    """An icon inside the page. Without a label it is decoration and hidden from screen readers."""
    return _icon(name, str(label))


@lru_cache(maxsize=2048)
def _icon(name: str, label: str) -> SafeString:
    meaning = f'role="img" aria-label="{conditional_escape(label)}"' if label else 'aria-hidden="true"'
    return mark_safe(  # noqa: S308 - a file of ours and an escaped label
        f'<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
        f'stroke-linecap="round" stroke-linejoin="round" {meaning}>{drawing(name)}</svg>'
    )
