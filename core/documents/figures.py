"""Numbers, money, days and names of languages as people of a language write them (Babel)."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError, dates, numbers
from django.conf import settings
from django.utils import translation

from core.money import true_minus

# "en" alone stands for the English of this product's words, with days before months.
HOME = {"en": "en_GB"}


@cache
def locale_of(language: str) -> Locale:
    """The Babel locale of a language code; an unknown one is written like the product's own language."""
    code = language.replace("-", "_")
    for name in (HOME.get(code, code), code.partition("_")[0], "en_GB"):
        try:
            return Locale.parse(name)
        except (ValueError, UnknownLocaleError):
            continue
    return Locale("en", "GB")


def here() -> Locale:
    """The locale of the language that is on."""
    return locale_of(translation.get_language() or settings.LANGUAGE_CODE)


# What clients speak, the languages of the product first; others stay possible where a file brings them.
SPOKEN = (
    "en",
    "de",
    "ru",
    *["cs", "da", "es", "et", "fi", "fr", "it", "lt", "lv", "nb", "nl", "pl", "pt", "sv", "tr", "uk"],
)


def languages(also: str = "") -> list[tuple[str, str]]:
    """Languages to choose from, by name; `also` is among them whatever it is."""
    codes = dict.fromkeys([*SPOKEN, *([also] if also else [])])
    return sorted(((code, language(code)) for code in codes), key=lambda pair: pair[1])


def language(code: str) -> str:
    """A language by its name in the language that is on: de is German, or Deutsch; an unknown code stays."""
    if not code:
        return ""
    name = here().languages.get(code.replace("-", "_")) or here().languages.get(code.partition("-")[0])
    return name[:1].upper() + name[1:] if name else code


def spoken(language: str) -> str:
    """A language the product speaks: the wished one, its main language, or the product's own."""
    known = {code for code, _name in settings.LANGUAGES}
    return next((code for code in (language, language.partition("-")[0]) if code in known), settings.LANGUAGE_CODE)


def number(value: Decimal | int) -> str:
    """A quantity without idle zeros, at most six places."""
    return numbers.format_decimal(value, format="#,##0.######", locale=here())


def money(value: Decimal, decimals: int = 2) -> str:
    """An amount with all places of its currency; amounts kept finer than that show what they have."""
    places = "0" * decimals + "#" * max(4 - decimals, 0)
    return true_minus(numbers.format_decimal(value, format=f"#,##0.{places}", locale=here()))


def price(value: Decimal, decimals: int = 2) -> str:
    """The price of one unit: at least the places of its currency, at most six."""
    places = "0" * decimals + "#" * (6 - decimals)
    return numbers.format_decimal(value, format=f"#,##0.{places}", locale=here())


def amount(value: Decimal, currency: str) -> str:
    """An amount with the sign of its currency: €27,733.20, 27.733,20 €."""
    return true_minus(numbers.format_currency(value, currency, locale=here()))


def percent(value: Decimal) -> str:
    """A percentage, given in hundredths: 4 is 4%."""
    pattern = re.sub(r"0(?!.*0)", "0.####", here().percent_formats[None].pattern)
    return numbers.format_percent(value / 100, format=pattern, locale=here())


def day(value: date) -> str:
    return dates.format_date(value, "long", locale=here())


def short_day(value: date) -> str:
    return dates.format_date(value, "medium", locale=here())


def moment(value: datetime, zone: str = "UTC") -> str:
    """Day and time in a time zone: Mon 2 Mar, 08:00."""
    local, locale = value.astimezone(ZoneInfo(zone)), here()
    joined = str(dates.get_datetime_format("medium", locale))
    on, at = dates.format_skeleton("MMMEd", local, locale=locale), dates.format_time(local, "short", locale=locale)
    return joined.replace("'", "").replace("{1}", on).replace("{0}", at)


def minutes(value: Decimal) -> str:
    """A length of time as hours and minutes: 75 is 1:15."""
    whole = int(value.to_integral_value(rounding="ROUND_HALF_UP"))
    return f"{whole // 60}:{whole % 60:02d}"


def shown(value: object) -> str:
    """Any value of a fact, by its type."""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return number(value)
    return "" if value is None else str(value)
