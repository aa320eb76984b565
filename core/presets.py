"""Taxes as countries know them: standard and reduced rates of VAT as of 2026, a start that every company edits.

Only rates that are certain stand here; a country that is missing is entered by hand.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class TaxPreset:
    code: str
    name: str | Promise
    percent: str


@dataclass(frozen=True)
class CountryPreset:
    """A country with its currency (code, name) and its taxes, the usual one first."""

    name: str | Promise
    currency: str
    currency_name: str
    taxes: tuple[TaxPreset, ...]


def _standard(percent: str) -> TaxPreset:
    return TaxPreset("standard", _("Standard rate"), percent)


def _reduced(percent: str) -> TaxPreset:
    return TaxPreset("reduced", _("Reduced rate"), percent)


ZERO = TaxPreset("zero", _("No tax"), "0")
EURO = ("EUR", "Euro")

TAXES: dict[str, CountryPreset] = {
    "AT": CountryPreset(_("Austria"), *EURO, (_standard("20"), _reduced("10"), ZERO)),
    "BE": CountryPreset(_("Belgium"), *EURO, (_standard("21"), _reduced("6"), ZERO)),
    "CZ": CountryPreset(_("Czechia"), "CZK", "Czech koruna", (_standard("21"), _reduced("12"), ZERO)),
    "DE": CountryPreset(_("Germany"), *EURO, (_standard("19"), _reduced("7"), ZERO)),
    "DK": CountryPreset(_("Denmark"), "DKK", "Danish krone", (_standard("25"), ZERO)),
    "ES": CountryPreset(_("Spain"), *EURO, (_standard("21"), _reduced("10"), ZERO)),
    "FR": CountryPreset(_("France"), *EURO, (_standard("20"), _reduced("5.5"), ZERO)),
    "GB": CountryPreset(_("United Kingdom"), "GBP", "Pound sterling", (_standard("20"), _reduced("5"), ZERO)),
    "IT": CountryPreset(_("Italy"), *EURO, (_standard("22"), _reduced("10"), ZERO)),
    "KZ": CountryPreset(_("Kazakhstan"), "KZT", "Tenge", (_standard("16"), ZERO)),
    "NL": CountryPreset(_("Netherlands"), *EURO, (_standard("21"), _reduced("9"), ZERO)),
    "PL": CountryPreset(_("Poland"), "PLN", "Zloty", (_standard("23"), _reduced("8"), ZERO)),
    "RU": CountryPreset(_("Russia"), "RUB", "Rouble", (_standard("22"), _reduced("10"), ZERO)),
    "SE": CountryPreset(_("Sweden"), "SEK", "Swedish krona", (_standard("25"), _reduced("12"), ZERO)),
    "US": CountryPreset(_("United States"), "USD", "US dollar", (ZERO,)),
    "UZ": CountryPreset(_("Uzbekistan"), "UZS", "Sum", (_standard("12"), ZERO)),
}
