"""Taxes by day, presets of countries, exchange rates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from core.errors import InvalidValue, NotAllowed
from core.models import Tax, TaxRate
from core.presets import TAXES
from core.services import firststeps, rates
from core.services.fingerprints import ChangedMeanwhile, fingerprint
from tests.factories import core as make

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)


def test_a_tax_has_its_rate_from_a_day_on(admin):
    tax = rates.create_tax(code="std", name="Standard", percent=Decimal(19), since=date(2026, 1, 1), by=admin)
    assert rates.tax_percent([tax.pk], TODAY) == {tax.pk: Decimal(19)}
    with pytest.raises(InvalidValue):
        rates.create_tax(code="std", name="Twice", percent=Decimal(1), since=TODAY, by=admin)
    with pytest.raises(NotAllowed):
        rates.create_tax(code="x", name="X", percent=Decimal(1), since=TODAY, by=make.make_user("seller"))


def test_a_rate_to_come_is_taken_back_and_one_that_began_is_not(admin):
    tax = make.make_tax(19, code="std")
    rates.change_tax_rate(tax_id=tax.pk, percent=Decimal(21), since=date(2027, 1, 1), by=admin)
    coming = TaxRate.objects.get(tax=tax, percent=21)
    assert rates.withdraw_tax_rate(rate_id=coming.pk, today=TODAY, by=admin)
    assert not rates.withdraw_tax_rate(rate_id=coming.pk, today=TODAY, by=admin)
    left = TaxRate.objects.get(tax=tax)
    assert left.valid.upper is None
    with pytest.raises(InvalidValue):
        rates.withdraw_tax_rate(rate_id=left.pk, today=TODAY, by=admin)


def test_taxes_of_a_country_come_in_once(admin):
    assert firststeps.take_taxes_of(country="DE", since=date(2026, 1, 1), by=admin) == 3
    assert firststeps.take_taxes_of(country="DE", since=date(2026, 1, 1), by=admin) == 0
    found = rates.tax_percent(Tax.objects.values_list("pk", flat=True), TODAY)
    assert sorted(found.values()) == [0, 7, 19]
    with pytest.raises(firststeps.UnknownCountry):
        firststeps.take_taxes_of(country="XX", since=TODAY, by=admin)


def test_every_preset_is_a_percentage_and_names_a_currency():
    for preset in TAXES.values():
        assert len(preset.currency) == 3
        assert all(0 <= Decimal(tax.percent) <= 30 for tax in preset.taxes)
        assert len({tax.code for tax in preset.taxes}) == len(preset.taxes)


def test_a_rate_of_exchange_is_corrected_by_who_saw_it(admin):
    make.make_currency("SEK")
    make.make_currency("EUR")
    made = rates.set_rate(base="EUR", quote="SEK", on=TODAY, rate=Decimal("11.1"), by=admin)
    seen = fingerprint(made)
    rates.set_rate(base="EUR", quote="SEK", on=TODAY, rate=Decimal("11.2"), seen=seen, by=admin)
    with pytest.raises(ChangedMeanwhile):
        rates.set_rate(base="EUR", quote="SEK", on=TODAY, rate=Decimal("11.3"), seen=seen, by=admin)
