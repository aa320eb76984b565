"""How a value is written on a screen, by its kind. One place, so that a list and a card say it alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from html import escape, unescape
from operator import attrgetter
from typing import Any

from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html, linebreaks, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.money import true_minus
from core.ui.amounts import grouped, money, number, whole_home_money, whole_money
from core.ui.daywords import ago, day, days_ago, moment
from core.ui.tables import HOME, Column, Kind

EMPTY = SafeString("")


# The same names stand in list after list.
_escaped = lru_cache(maxsize=16_384)(escape)


def esc(value: Any) -> str:
    """Text made harmless, HTML of ours as it is: `conditional_escape` without its detours, for thousands of cells."""
    if type(value) is str:
        return _escaped(value) if len(value) < 200 else escape(value)
    return value.__html__() if hasattr(value, "__html__") else escape(str(value))


def write(column: Column, value: Any) -> SafeString:
    """The value as HTML; what is unknown stays empty, zero is 0."""
    if value is None or value == "":
        return EMPTY
    writer = _WRITERS.get(column.kind)
    return writer(column, value) if writer else SafeString(esc(value))


def writer(column: Column) -> Callable[[Any], str]:
    """`write` for the many cells of one column: what is the same for all of them is found out once."""
    if column.kind is Kind.TEXT:
        return lambda value: EMPTY if value is None or value == "" else esc(value)
    if column.kind is Kind.AGO:
        return _writer_of_ages()
    known = _WRITERS.get(column.kind)
    if known is None:
        return lambda value: write(column, value)
    return lambda value: EMPTY if value is None or value == "" else known(column, value)


def writer_of_money(column: Column) -> Callable[[Any, Any], str]:
    """How amounts of a column are written that say in which currency they are: from record and value."""
    if column.currency == HOME:
        return lambda _record, value: EMPTY if value is None else whole_home_money(value)
    currency_of = attrgetter(column.currency)
    return lambda record, value: EMPTY if value is None else whole_money(value, currency_of(record))


def _writer_of_ages() -> Callable[[Any], str]:
    zone, language = timezone.get_current_timezone(), translation.get_language()
    today = timezone.now().astimezone(zone).date()

    def write_age(value: Any) -> str:
        if value is None or value == "":
            return EMPTY
        on = value.astimezone(zone).date() if isinstance(value, datetime) else value
        days = (today - on).days
        told = days_ago(days, language) if days >= 0 else day(on)
        return f'<span class="nw" title="{value.isoformat()}">{escape(told)}</span>'

    return write_age


def plain(column: Column, value: Any) -> Any:
    """The value for an export: numbers and dates stay what they are, everything else becomes text."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None or isinstance(value, (int, Decimal, date)):
        return value
    if column.kind is Kind.CHOICE and isinstance(value, tuple):
        return str(value[1])
    if isinstance(value, (list, tuple)):
        return ", ".join(str(part) for part in value)
    if isinstance(value, SafeString):
        return unescape(strip_tags(value))
    return str(value)


def paragraphs(text: str) -> SafeString:
    """What somebody wrote, escaped, its lines and paragraphs kept."""
    return mark_safe(linebreaks(text, autoescape=True))  # noqa: S308 - escaped by linebreaks


def initials(name: str) -> str:
    parts = name.split()
    return (parts[0][:1] + (parts[-1][:1] if len(parts) > 1 else "")).upper() if parts else "?"


def tone_of(name: str) -> str:
    """One of the avatar colours, always the same for the same name."""
    return "acdef"[sum(map(ord, name)) % 5]


@lru_cache(maxsize=4096)
def avatar(name: str, *, size: str = "s", square: bool = False) -> SafeString:
    shape = " sq" if square else ""
    return SafeString(
        f'<span class="av {tone_of(name)} {size}{shape}" aria-hidden="true">{escape(initials(name))}</span>'
    )


def tag(text: str | Promise, tone: str = "") -> SafeString:
    return SafeString(f'<span class="tag {esc(tone)}">{esc(text)}</span>')


def _choice(column: Column, value: Any) -> SafeString:
    code, text = value if isinstance(value, tuple) else (value, value)
    return tag(text, (column.tones or {}).get(str(code), ""))


def _user(_column: Column, value: Any) -> SafeString:
    return person(str(value))


@lru_cache(maxsize=4096)
def person(name: str) -> SafeString:
    """A colleague in a table: the circle, and the name where there is room."""
    return SafeString(
        f'<span class="row-flex nw">{avatar(name)}<span class="clip hide-md">{escape(name)}</span></span>'
    )


def _tags(_column: Column, value: Any) -> SafeString:
    texts = [str(part) for part in value]
    more = tag(f"+{len(texts) - 2}", "line") if len(texts) > 2 else EMPTY
    return mark_safe(" ".join([*(tag(text) for text in texts[:2]), more]))  # noqa: S308 - parts are escaped


def _link(_column: Column, value: Any) -> SafeString:
    from core.ui import registers

    register = registers.of(value)
    if register is None:
        return SafeString(conditional_escape(value))
    return format_html('<a class="lines-2" href="{}" title="{}">{}</a>', register.url_of(value), value, value)


_WRITERS: dict[Kind, Callable[[Column, Any], SafeString]] = {
    Kind.MONEY: lambda column, value: SafeString(whole_home_money(value) if column.currency == HOME else money(value)),
    Kind.QTY: lambda _c, value: SafeString(conditional_escape(number(value))),
    Kind.NUMBER: lambda _c, value: SafeString(esc(grouped(value, translation.get_language()))),
    Kind.PERCENT: lambda _c, value: format_html("{}&nbsp;%", true_minus(number(value))),
    Kind.DATE: lambda _c, value: SafeString(f'<span class="nw">{esc(day(value))}</span>'),
    Kind.MOMENT: lambda _c, value: format_html(
        '<time class="nw" datetime="{}">{}</time>', value.isoformat(), moment(value)
    ),
    Kind.AGO: lambda _c, value: SafeString(f'<span class="nw" title="{value.isoformat()}">{esc(ago(value))}</span>'),
    Kind.CHOICE: _choice,
    Kind.YESNO: lambda _c, value: SafeString(_("yes") if value else _("no")),
    Kind.USER: _user,
    Kind.LINK: _link,
    Kind.EMAIL: lambda _c, value: SafeString(f'<a href="mailto:{esc(value)}">{esc(value)}</a>'),
    Kind.PHONE: lambda _c, value: SafeString(
        f'<a class="nw" href="tel:{esc(str(value).replace(" ", ""))}">{esc(value)}</a>'
    ),
    Kind.TAGS: _tags,
}
