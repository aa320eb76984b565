"""How amounts are written for people: one minus, and the currency of the house where an amount has none."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation

from core.documents import figures
from core.money import true_minus
from core.selectors.currency import home_currency
from core.ui import amounts, cells
from core.ui.tables import HOME, Column, Kind
from tests.factories.core import make_organization

LESS = Decimal("-1234.5")


@pytest.mark.parametrize(
    ("language", "exact", "whole", "plain"),
    [
        ("en", "−€1,234.50", "−€1,234", "−1,234"),
        ("de", "−1.234,50\N{NO-BREAK SPACE}€", "−1.234\N{NO-BREAK SPACE}€", "−1.234"),
    ],
)
def test_the_minus_is_a_true_one_and_stands_first(language, exact, whole, plain):
    with translation.override(language):
        assert amounts.exact_money(LESS, "EUR") == figures.amount(LESS, "EUR") == exact
        assert amounts.whole_money(LESS, "EUR") == whole
        assert amounts.money(LESS) == plain
        assert "-" not in figures.money(LESS) + amounts.exact_money(LESS)


def test_what_is_taken_off():
    assert amounts.less_money(Decimal("12"), "EUR") == "−€12.00"
    assert amounts.less_money(Decimal(0), "EUR") == "€0.00"
    assert amounts.less_money(Decimal(-3)) == "3.00"


def test_what_is_not_less_than_nothing_stays():
    assert true_minus("€12.00") == "€12.00"
    assert amounts.whole_money(Decimal(1234), "EUR") == "€1,234"


def test_an_export_keeps_the_number():
    assert cells.plain(Column("net", "", Kind.MONEY, currency=HOME), LESS) is LESS


def test_an_export_holds_no_markup():
    assert cells.plain(Column("step", ""), cells.tag("Call & wait", "bad")) == "Call & wait"


@pytest.mark.django_db
def test_the_currency_of_the_house_follows_a_change(django_assert_num_queries):
    ours = make_organization()
    assert home_currency() == ours.currency_id
    with django_assert_num_queries(0):
        assert amounts.home_money(Decimal("2.5")) == amounts.exact_money(Decimal("2.5"), ours.currency_id)
    ours.is_active = False
    ours.save()
    assert home_currency() == ""
    assert amounts.whole_home_money(Decimal(1200)) == "1,200"


def test_languages_by_their_names():
    assert figures.language("de") == "German"
    assert figures.language("pt-BR").startswith("Portuguese") or figures.language("pt-BR").startswith("Brazilian")
    assert figures.language("xq") == "xq"
    with translation.override("de"):
        assert figures.language("en") == "Englisch"
    assert ("xq", "xq") in figures.languages("xq")
