"""Dated exchange rates and tax rates."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core.actors import SYSTEM
from core.errors import InvalidValue, NoRate, NotAllowed, NoTaxRate
from core.models import Currency, ExchangeRate, Tax, TaxRate
from core.services.rates import change_tax_rate, convert, rate_on, set_rate, tax_percent
from tests.factories import core as make

JUNE, JULY, AUGUST = date(2026, 6, 1), date(2026, 7, 1), date(2026, 8, 1)


@pytest.mark.django_db
class TestRateOn:
    def test_the_latest_on_or_before_the_day(self):
        make.make_rate("USD", "UZS", JUNE, "12000")
        make.make_rate("USD", "UZS", JULY, "12500")
        assert rate_on("USD", "UZS", date(2026, 6, 30)) == 12000
        assert rate_on("USD", "UZS", JULY) == 12500
        assert rate_on("USD", "UZS", date(2030, 1, 1)) == 12500

    def test_none_before_the_first(self):
        make.make_rate("USD", "UZS", JULY, "12500")
        with pytest.raises(NoRate, match="from USD to UZS on 1 Jun 2026"):
            rate_on("USD", "UZS", JUNE)

    def test_the_inverse_serves_where_the_pair_is_not_quoted(self):
        make.make_rate("USD", "UZS", JUNE, "12500")
        assert rate_on("UZS", "USD", JULY) == Decimal(1) / 12500

    def test_a_quoted_pair_beats_the_inverse(self):
        make.make_rate("USD", "EUR", JUNE, "0.9")
        make.make_rate("EUR", "USD", JUNE, "1.2")
        assert rate_on("EUR", "USD", JULY) == Decimal("1.2")
        assert rate_on("USD", "EUR", JULY) == Decimal("0.9")

    def test_crosses_over_a_third_currency_by_the_freshest_way(self):
        make.make_rate("EUR", "USD", JUNE, "1.10")
        make.make_rate("USD", "PLN", JULY, "4.00")
        assert rate_on("EUR", "PLN", AUGUST) == Decimal("4.40")
        make.make_rate("EUR", "GBP", JULY, "0.80")
        make.make_rate("GBP", "PLN", JULY, "5.00")
        assert rate_on("EUR", "PLN", AUGUST) == Decimal("4.00")

    def test_the_same_currency_is_one_and_asks_nobody(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert rate_on("EUR", "EUR", JUNE) == 1

    def test_one_statement_whatever_the_way(self, django_assert_num_queries):
        for code in ("USD", "GBP", "CHF"):
            for day in (JUNE, JULY):
                make.make_rate("EUR", code, day, "2")
                make.make_rate(code, "PLN", day, "3")
        with django_assert_num_queries(1):
            assert rate_on("EUR", "PLN", AUGUST) == 6


@pytest.mark.django_db
def test_conversion_rounds_once_to_the_places_of_the_target():
    Currency.objects.create(code="JPY", name="Yen", decimals=0)
    make.make_rate("EUR", "JPY", JUNE, "161.255")
    assert convert(Decimal("10.00"), base="EUR", quote="JPY", on=JUNE) == Decimal("1613")
    assert convert(Decimal("1000"), base="JPY", quote="EUR", on=JUNE) == Decimal("6.20")


@pytest.mark.django_db
class TestSetRate:
    def test_a_second_entry_corrects_the_first(self):
        make.make_currency("USD")
        make.make_currency("EUR")
        accountant = make.make_user("accountant")
        for rate in ("0.9", "0.95"):
            set_rate(base="USD", quote="EUR", on=JUNE, rate=Decimal(rate), by=accountant)
        assert ExchangeRate.objects.get().rate == Decimal("0.95")

    @pytest.mark.parametrize(("quote", "rate"), [("EUR", "0"), ("EUR", "-1"), ("USD", "1")])
    def test_nonsense_is_refused_by_python_and_by_the_database(self, quote, rate):
        make.make_currency("USD")
        make.make_currency("EUR")
        with pytest.raises(InvalidValue):
            set_rate(base="USD", quote=quote, on=JUNE, rate=Decimal(rate), by=SYSTEM)
        with pytest.raises(IntegrityError), transaction.atomic():
            make.make_rate("USD", quote, JUNE, rate)

    def test_needs_the_right(self):
        with pytest.raises(NotAllowed):
            set_rate(base="USD", quote="EUR", on=JUNE, rate=Decimal(1), by=make.make_user("seller"))


@pytest.mark.django_db
class TestTaxes:
    def test_percentages_of_a_day_come_in_one_statement(self, django_assert_num_queries):
        low, high = make.make_tax(7), make.make_tax(20)
        with django_assert_num_queries(1):
            assert tax_percent([low.pk, high.pk, high.pk], JUNE) == {low.pk: 7, high.pk: 20}
        assert tax_percent([], JUNE) == {}

    def test_a_change_ends_the_rate_before_it_and_can_come_twice(self):
        tax = make.make_tax(12, code="vat")
        for _ in range(2):
            change_tax_rate(tax_id=tax.pk, percent=Decimal(15), since=JULY, by=SYSTEM)
        assert tax_percent([tax.pk], date(2026, 6, 30)) == {tax.pk: 12}
        assert tax_percent([tax.pk], JULY) == {tax.pk: 15}
        assert tax.rates.count() == 2

    def test_a_day_without_a_rate_is_an_error_with_a_name(self):
        tax = make.make_tax(12, code="vat", since=JULY)
        with pytest.raises(NoTaxRate, match="VAT 12 % has no rate on 1 Jun 2026"):
            tax_percent([tax.pk], JUNE)

    def test_not_before_a_rate_that_is_known_already(self):
        tax = make.make_tax(12, code="vat")
        change_tax_rate(tax_id=tax.pk, percent=Decimal(15), since=AUGUST, by=SYSTEM)
        with pytest.raises(InvalidValue, match="later rate"):
            change_tax_rate(tax_id=tax.pk, percent=Decimal(14), since=JULY, by=SYSTEM)
        assert tax.rates.count() == 2

    def test_the_database_refuses_overlapping_and_absurd_rates(self):
        tax = make.make_tax(12, code="vat")
        for percent, valid in ((5, (JULY, None)), (101, (date(1990, 1, 1), date(1991, 1, 1)))):
            with pytest.raises(IntegrityError), transaction.atomic():
                TaxRate.objects.create(tax=tax, percent=percent, valid=valid)


class AnyCourseOfRates(TestCase):
    @given(st.dictionaries(st.integers(0, 40), st.integers(0, 100), min_size=1, max_size=8), st.integers(-5, 50))
    def test_the_tax_of_a_day_is_the_last_change_before_it(self, changes, asked):
        start = date(2026, 1, 1).toordinal()
        tax = Tax.objects.create(code="t", name="T")
        for day, percent in sorted(changes.items()):
            change_tax_rate(tax_id=tax.pk, percent=Decimal(percent), since=date.fromordinal(start + day), by=SYSTEM)
        before = [day for day in changes if day <= asked]
        try:
            found = tax_percent([tax.pk], date.fromordinal(start + asked))[tax.pk]
        except NoTaxRate:
            found = None
        assert found == (changes[max(before)] if before else None)
