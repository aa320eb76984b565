"""I8 for any document: line nets, one tax per rate and the total, against a slow reference with fractions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core import ledgers
from core.actors import SYSTEM
from core.money import cents
from inventory.models import Item
from sales.models import Quote
from sales.services.quotes import accept_quote, send_quote
from tests.factories.core import make_tax
from tests.factories.inventory import make_item, make_warehouse
from tests.factories.sales import NOON, make_deal, make_quote

RATES = ["20", "10", "5.5", "0"]

lines = st.lists(
    st.tuples(
        st.sampled_from(RATES),
        st.decimals(min_value="0.0001", max_value="900", places=4),
        st.sampled_from(["0", "5", "7.5", "33.3333", "100"]),
        st.decimals(min_value="0", max_value="999", places=4),
    ),
    min_size=1,
    max_size=7,
)


def half_up(value: Fraction) -> Decimal:
    """Round to the cent, halves away from zero, with whole numbers only."""
    scaled = value * 100
    whole = (scaled.numerator * 2 + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole) / 100


class TestAnyDocument(TestCase):
    def items(self) -> dict[str, Item]:
        return {rate: make_item(f"T-{rate}", tax=make_tax(rate)) for rate in RATES}

    @settings(max_examples=25, deadline=None)
    @given(rows=lines)
    def test_added_tax(self, rows: list[tuple[str, Decimal, str, Decimal]]) -> None:
        items = self.items()
        quote = make_quote(make_deal(), [(items[rate], qty, disc, price) for rate, qty, disc, price in rows])
        nets: dict[str, list[Decimal]] = {}
        for rate, qty, disc, price in rows:
            net = half_up(Fraction(qty) * Fraction(price) * (100 - Fraction(disc)) / 100)
            nets.setdefault(rate, []).append(net)
        expected = {
            Decimal(rate): half_up(sum(map(Fraction, group)) * Fraction(rate) / 100) for rate, group in nets.items()
        }
        assert dict(quote.taxes.values_list("percent", "tax_amount")) == expected
        assert quote.net_amount == sum(sum(group) for group in nets.values())
        assert quote.gross_amount == quote.net_amount + sum(expected.values())
        send_quote(quote_id=quote.pk, at=NOON, by=SYSTEM)
        order = accept_quote(quote_id=quote.pk, at=NOON, by=SYSTEM, warehouse_id=make_warehouse().pk)
        assert order.gross_amount == quote.gross_amount
        for name in ("sales: quotes add up under the document rule", "sales: orders add up under the document rule"):
            assert not list(ledgers.registered()[name][1]())

    @settings(max_examples=25, deadline=None)
    @given(rows=lines)
    def test_included_tax(self, rows: list[tuple[str, Decimal, str, Decimal]]) -> None:
        """Nets backed out of gross lines: the total misses the listed gross by at most a cent per rate."""
        items = self.items()
        asked = [(items[rate], qty, disc, price) for rate, qty, disc, price in rows]
        quote = Quote.objects.get(pk=make_quote(make_deal(), asked, tax_included=True).pk)
        gross = sum(
            half_up(Fraction(qty) * Fraction(price) * (100 - Fraction(disc)) / 100) for _r, qty, disc, price in rows
        )
        assert quote.net_amount == sum(quote.lines.values_list("net_amount", flat=True))
        taxes = list(quote.taxes.values_list("percent", "net_amount", "tax_amount"))
        assert all(tax == cents(net * percent / 100) for percent, net, tax in taxes)
        assert abs(quote.gross_amount - gross) <= Decimal("0.01") * len(taxes)
        assert not list(ledgers.registered()["sales: quotes add up under the document rule"][1]())
