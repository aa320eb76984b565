"""How numbers and amounts of money are written, in the language that is on."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import copy
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from babel import localedata
from django.utils import formats, translation

from core.money import true_minus
from core.quantities import show
from core.selectors.currency import home_currency

ONE = Decimal(1)


def money(value: Decimal) -> str:
    """An amount in a list: whole units, thousands as the language groups them."""
    return true_minus(formats.number_format(value.quantize(Decimal(1)), force_grouping=True))


def number(value: Decimal | int) -> str:
    """A quantity without idle zeros, with the decimal sign of the language: 9.88, 9,88."""
    return _number(value, translation.get_language())


@lru_cache(maxsize=4096)
def grouped(value: Decimal | int, _language: str | None) -> str:
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


def _locale() -> str:
    """The language that is on, as Babel calls it; one it does not know is written like its main language."""
    return _locale_of(translation.get_language() or "en")


@lru_cache(maxsize=64)
def _locale_of(language: str) -> str:
    name = translation.to_locale(language)
    return name if localedata.exists(name) else name.partition("_")[0]
