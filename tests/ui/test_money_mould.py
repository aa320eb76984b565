"""Whole amounts with their currency are written by a mould; they read as Babel writes them, in every language."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation

from core.ui import cells

AMOUNTS = ("0", "7", "-7", "999", "1000", "-1000", "9999", "10000", "123456", "1234567", "9876543210.49")


@pytest.mark.parametrize("language", ["en", "de", "ru", "es", "pl", "fr", "pt-br", "hi", "ja"])
@pytest.mark.parametrize("currency", ["EUR", "USD", "RUB", "CHF", "JPY"])
def test_a_moulded_amount_reads_as_the_written_one(language, currency):
    with translation.override(language):
        locale = cells._locale()
        for amount in map(Decimal, AMOUNTS):
            written = cells._whole_money(amount.quantize(Decimal(1)), currency, locale)
            assert cells.whole_money(amount, currency) == written


def test_languages_that_group_by_threes_have_a_mould():
    assert all(cells._mould("EUR", locale) for locale in ("en", "de", "ru", "es"))
    assert cells._mould("EUR", "hi") is None
