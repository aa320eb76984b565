"""The tax rule of DOMAIN.md: net per line, tax once per rate group, inclusive prices backed out."""

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import cents
from core.tax import document_totals, line_net, nets_from_gross

rates = st.sampled_from([Decimal(0), Decimal(7), Decimal("5.5"), Decimal(12), Decimal(20), Decimal("22.5")])
money = st.integers(1, 10**8).map(lambda n: Decimal(n) / 100)
lines = st.lists(st.tuples(money, rates), min_size=1, max_size=25)


def half_up(value: Fraction) -> Decimal:
    """Slow reference: whole cents by integers only."""
    doubled = abs(value) * 200
    n = (doubled.numerator // doubled.denominator + 1) // 2
    return Decimal(n if value >= 0 else -n) / 100


def test_a_line_is_rounded_once():
    assert line_net(qty=Decimal("3"), price=Decimal("0.335"), discount_pct=Decimal(0)) == Decimal("1.01")
    assert line_net(qty=Decimal("7"), price=Decimal("19.99"), discount_pct=Decimal("12.5")) == Decimal("122.44")


def test_groups_come_highest_rate_first_and_gross_is_their_sum():
    totals = document_totals(
        [(Decimal("10.00"), Decimal(7)), (Decimal("5.00"), Decimal(20)), (Decimal("0.05"), Decimal(7))]
    )
    assert [(group.percent, group.net, group.tax) for group in totals.groups] == [
        (Decimal(20), Decimal("5.00"), Decimal("1.00")),
        (Decimal(7), Decimal("10.05"), Decimal("0.70")),
    ]
    assert (totals.net, totals.tax, totals.gross) == (Decimal("15.05"), Decimal("1.70"), Decimal("16.75"))


def test_tax_of_the_group_is_not_the_sum_of_line_taxes():
    totals = document_totals([(Decimal("0.13"), Decimal(20))] * 3)
    assert totals.tax == Decimal("0.08")  # line by line it would be 0.09


def test_an_empty_document_is_zero():
    assert document_totals([]).gross == 0


def test_rates_that_are_equal_but_written_differently_are_one_group():
    assert len(document_totals([(Decimal(1), Decimal("20")), (Decimal(1), Decimal("20.0000"))]).groups) == 1


@given(lines)
def test_totals_equal_a_slow_reference(lines):
    by_rate: dict[Decimal, Fraction] = defaultdict(Fraction)
    for net, rate in lines:
        by_rate[rate] += Fraction(net)
    tax = sum((half_up(net * Fraction(rate) / 100) for rate, net in by_rate.items()), Decimal(0))
    totals = document_totals(lines)
    assert totals.tax == tax
    assert totals.net == sum(net for net, _ in lines)
    assert totals.gross == totals.net + totals.tax


@given(lines)
def test_a_credit_note_of_all_lines_is_the_mirror(lines):
    totals = document_totals(lines)
    mirrored = document_totals([(-net, rate) for net, rate in lines])
    assert (mirrored.net, mirrored.tax, mirrored.gross) == (-totals.net, -totals.tax, -totals.gross)


@given(lines)
def test_inclusive_prices_are_met_to_the_cent_wherever_a_net_can_meet_them(lines):
    nets = nets_from_gross(lines)
    for rate in {rate for _, rate in lines}:
        members = [index for index, (_, percent) in enumerate(lines) if percent == rate]
        gross = sum(lines[index][0] for index in members)
        net = sum(nets[index] for index in members)
        reached = net + cents(net * rate / 100)
        near = cents(gross * 100 / (100 + rate))
        reachable = any(
            near + step + cents((near + step) * rate / 100) == gross for step in map(Decimal, ("-0.01", "0", "0.01"))
        )
        assert reached == gross if reachable else abs(reached - gross) <= Decimal("0.01")
        largest = max(members, key=lambda index: lines[index][0])
        for index in members:
            if index != largest:
                assert nets[index] == cents(lines[index][0] * 100 / (100 + rate))


def test_the_rest_cent_of_an_inclusive_document_lies_on_the_largest_line():
    nets = nets_from_gross(
        [(Decimal("10.00"), Decimal(20)), (Decimal("10.00"), Decimal(20)), (Decimal("10.00"), Decimal(20))]
    )
    assert nets == [Decimal("8.34"), Decimal("8.33"), Decimal("8.33")]
    assert document_totals([(net, Decimal(20)) for net in nets]).gross == Decimal("30.00")


@pytest.mark.parametrize("rate", [Decimal(0), Decimal(20)])
def test_one_inclusive_line_without_rest(rate):
    assert nets_from_gross([(Decimal("12.00"), rate)]) == [Decimal("12.00") if not rate else Decimal("10.00")]
