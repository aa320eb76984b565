"""How a value is written on a screen, by its kind. One place, so that a list and a card say it alike."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import copy
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from html import escape, unescape
from operator import attrgetter
from typing import Any, NamedTuple

from babel import localedata
from django.utils import formats, timezone, translation
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html, linebreaks, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.money import true_minus
from core.quantities import show
from core.selectors.currency import home_currency
from core.ui.tables import HOME, Column, Kind

EMPTY = SafeString("")
ONE = Decimal(1)


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
        told = _days_ago(days, language) if days >= 0 else day(on)
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


def money(value: Decimal) -> str:
    """An amount in a list: whole units, thousands as the language groups them."""
    return true_minus(formats.number_format(value.quantize(Decimal(1)), force_grouping=True))


def number(value: Decimal | int) -> str:
    """A quantity without idle zeros, with the decimal sign of the language: 9.88, 9,88."""
    return _number(value, translation.get_language())


@lru_cache(maxsize=4096)
def _grouped(value: Decimal | int, _language: str | None) -> str:
    return formats.number_format(value, force_grouping=True)


def writer_of_numbers() -> Callable[[Decimal | int], str]:
    """`number` for many cells of one page: its language is found out once."""
    language = translation.get_language()
    return lambda value: _number(value, language)


@lru_cache(maxsize=4096)
def _number(value: Decimal | int, _language: str | None) -> str:
    return formats.number_format(Decimal(show(value)))


def exact_money(value: Decimal, currency: str = "") -> str:
    """An amount to the cent, with its currency where one is named."""
    if not currency:
        return true_minus(formats.number_format(value.quantize(Decimal("0.01")), force_grouping=True))
    return _poured(value, currency, _locale())


def writer_of_exact_money(currency: str) -> Callable[[Decimal], str]:
    """`exact_money` for many amounts of one currency on one page."""
    if not currency:
        return exact_money
    locale = _locale()
    return lambda value: _poured(value, currency, locale)


def writer_of_home_money() -> Callable[[Decimal], str]:
    """`home_money` for many amounts on one page."""
    return writer_of_exact_money(home_currency())


def _poured(value: Decimal, currency: str, locale: str) -> str:
    mould = _exact_mould(currency, locale) if isinstance(value, Decimal) else None
    if mould is None or value < 0:
        return _exact_money(value, currency, locale)
    sides, sign, smallest = mould
    whole, point, cents = f"{value.quantize(smallest):f}".partition(".")
    return f"{sides.before}{sides.grouped(int(whole))}{sign if point else ''}{cents}{sides.after}"


@lru_cache(maxsize=256)
def _exact_mould(currency: str, locale: str) -> tuple[Mould, str, Decimal] | None:
    """The mould of amounts to the smallest coin, the decimal sign, and that coin: 0.01, 1 where there are no cents."""
    from babel.numbers import get_currency_precision

    places = get_currency_precision(currency)
    cents = "9876"[:places]
    long, short = (_exact_money(Decimal(f"{amount}.{cents}"), currency, locale) for amount in (7654321, 7654))
    if not places:
        return None if (mould := _cast(long, short)) is None else (mould, "", Decimal(1))
    found = re.fullmatch(rf"(.*1)(\D+){cents}(\D*)", long)
    tail = "" if found is None else f"{found[2]}{cents}"
    if found is None or long.count(tail) != 1 or short.count(tail) != 1:
        return None
    mould = _cast(long.replace(tail, ""), short.replace(tail, ""))
    return None if mould is None else (mould, found[2], Decimal(1).scaleb(-places))


@lru_cache(maxsize=4096)
def _exact_money(value: Decimal, currency: str, locale: str) -> str:
    from babel.numbers import format_currency

    return true_minus(format_currency(value, currency, locale=locale))


def less_money(value: Decimal, currency: str = "") -> str:
    """What is taken off, as a sum below nothing; nothing taken off is 0.00."""
    return exact_money(-value, currency)


def home_money(value: Decimal) -> str:
    """An amount to the cent that is kept in the currency of the house."""
    return exact_money(value, home_currency())


def waited(minutes: int) -> str:
    """How long somebody waited, to the largest unit that still tells: 25 min, 26 h, 3 days."""
    hours, days = minutes // 60, minutes // (24 * 60)
    if days > 1:
        return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
    return _("%(hours)s h") % {"hours": hours} if hours else _("%(minutes)s min") % {"minutes": minutes}


def home_price(value: Decimal) -> str:
    """The price or cost of one in the currency of the house: to the cent, further only where it has more places."""
    return unit_price(value, home_currency())


def unit_price(value: Decimal, currency: str) -> str:
    """The same in any currency."""
    from babel.numbers import format_currency

    if not currency or value == value.quantize(Decimal("0.01")):
        return exact_money(value, currency)
    return true_minus(format_currency(value.normalize(), currency, locale=_locale(), decimal_quantization=False))


def whole_home_money(value: Decimal) -> str:
    """The same in whole units."""
    code = home_currency()
    return whole_money(value, code) if code else money(value)


def whole_money(value: Decimal, currency: str) -> str:
    """An amount in whole units with its currency, as boards and key numbers show it: €86,400."""
    return _whole(value, currency, _locale())


def writer_of_whole_money() -> Callable[[Decimal, str], str]:
    """`whole_money` for hundreds of amounts: the language is looked up once."""
    locale = _locale()
    return lambda value, currency: _whole(value, currency, locale)


def _whole(value: Decimal, currency: str, locale: str) -> str:
    whole, mould = value.quantize(ONE), _mould(currency, locale)
    if mould is None or whole < 0:
        return _whole_money(whole, currency, locale)
    return f"{mould.before}{mould.grouped(int(whole))}{mould.after}"


class Mould(NamedTuple):
    """What stands before, between and behind the digits of an amount, and below what they are not grouped."""

    before: str
    between: str
    after: str
    ungrouped: int

    def grouped(self, whole: int) -> str:
        return str(whole) if whole < self.ungrouped else f"{whole:,}".replace(",", self.between)


@lru_cache(maxsize=256)
def _mould(currency: str, locale: str) -> Mould | None:
    return _cast(*(_whole_money(Decimal(amount), currency, locale) for amount in (7654321, 7654)))


def _cast(long: str, short: str) -> Mould | None:
    """A mould from two written amounts, 7654321 and 7654; None where the language does not write digits by threes."""
    found = re.fullmatch(r"(\D*)7(?P<between>\D*)654(?P=between)321(\D*)", long)
    if found is None:
        return None
    before, between, after = found.groups()
    if short == f"{before}7{between}654{after}":
        return Mould(before, between, after, 1000)
    return Mould(before, between, after, 10_000) if short == f"{before}7654{after}" else None


@lru_cache(maxsize=4096)
def _whole_money(value: Decimal, currency: str, locale: str) -> str:
    from babel import Locale
    from babel.numbers import format_currency

    pattern = copy(Locale.parse(locale).currency_formats["standard"])
    pattern.frac_prec = (0, 0)
    return true_minus(format_currency(value, currency, pattern, locale=locale, currency_digits=False))


def day(value: date | datetime) -> str:
    """Fri 20 Nov in the current year's neighbourhood, 20 Nov 2026 otherwise; of a moment its day here."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return _day(value, timezone.localdate(), translation.get_language())


@lru_cache(maxsize=4096)
def _day(value: date, today: date, _language: str | None) -> str:
    near = abs((value - today).days) < 150
    return formats.date_format(value, pgettext("format of a near day", "D j M") if near else "DATE_FORMAT")


def moment(value: datetime) -> str:
    local = timezone.localtime(value)
    return f"{day(local.date())} {local:%H:%M}"


def ago(value: datetime | date) -> str:
    """Today, yesterday, 16 days."""
    zone = timezone.get_current_timezone()
    on = value.astimezone(zone).date() if isinstance(value, datetime) else value
    days = (timezone.now().astimezone(zone).date() - on).days
    return _days_ago(days, translation.get_language()) if days >= 0 else day(on)


@lru_cache(maxsize=4096)
def _days_ago(days: int, _language: str | None) -> str:
    if days == 0:
        return _("Today")
    if days == 1:
        return _("Yesterday")
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


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


def _locale() -> str:
    """The language that is on, as Babel calls it; one it does not know is written like its main language."""
    return _locale_of(translation.get_language() or "en")


@lru_cache(maxsize=64)
def _locale_of(language: str) -> str:
    name = translation.to_locale(language)
    return name if localedata.exists(name) else name.partition("_")[0]


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
    Kind.NUMBER: lambda _c, value: SafeString(esc(_grouped(value, translation.get_language()))),
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
