"""Amounts with their currency are written by a mould; they read as Babel writes them, in every language."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel.numbers import format_currency
from django.utils import translation

from core.money import true_minus
from core.ui import amounts

AMOUNTS = ("0", "7", "-7", "999", "1000", "-1000", "9999", "10000", "123456", "1234567", "9876543210.49")


@pytest.mark.parametrize("language", ["en", "de", "ru", "es", "pl", "fr", "pt-br", "hi", "ja"])
@pytest.mark.parametrize("currency", ["EUR", "USD", "RUB", "CHF", "JPY"])
def test_a_moulded_amount_reads_as_the_written_one(language, currency):
    with translation.override(language):
        locale = amounts._locale()
        for amount in map(Decimal, AMOUNTS):
            written = amounts._whole_money(amount.quantize(Decimal(1)), currency, locale)
            assert amounts.whole_money(amount, currency) == written


@pytest.mark.parametrize("language", ["en", "de", "ru", "es", "pl", "fr", "pt-br", "hi", "ja", "ar"])
@pytest.mark.parametrize("currency", ["EUR", "USD", "RUB", "JPY", "KWD", "XXX"])
@pytest.mark.parametrize("rest", ["", ".004", ".005", ".015", ".0755", ".5", ".995", ".99999"])
def test_a_moulded_amount_to_the_cent_reads_as_babel_writes_it(language, currency, rest):
    with translation.override(language):
        for amount in ("0", "7", "-7", "999", "1000", "-1000", "9999", "10000", "1234567", "9876543210"):
            value = Decimal(f"{amount}{rest}")
            written = true_minus(format_currency(value, currency, locale=amounts._locale()))
            assert amounts.exact_money(value, currency) == written


def test_languages_that_group_by_threes_have_a_mould():
    assert all(amounts._mould("EUR", locale) for locale in ("en", "de", "ru", "es"))
    assert all(amounts._exact_mould("EUR", locale) for locale in ("en", "de", "ru", "es"))
    assert amounts._mould("EUR", "hi") is None
    assert amounts._exact_mould("EUR", "hi") is None


def test_a_quantity_is_written_anew_in_another_language():
    said = []
    for language in ("en", "de", "en"):
        with translation.override(language):
            said.append([amounts.number(Decimal(value)) for value in ("9.8800", "-0.0", "1234.5")])
    assert said == [["9.88", "0", "1234.5"], ["9,88", "0", "1234,5"], ["9.88", "0", "1234.5"]]
