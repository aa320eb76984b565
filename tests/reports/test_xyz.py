"""XYZ by the coefficient of variation, population and sample formula, against the standard library."""

import statistics
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.selectors.xyz import classify_series

whole = st.lists(st.integers(0, 500), min_size=2, max_size=24)


def series(*values):
    return [Decimal(value) for value in values]


@pytest.mark.parametrize(
    ("values", "population", "sample"),
    [
        ((100, 110, 90), ("8.16", "X"), ("10.00", "X")),
        ((100, 120, 80), ("16.33", "Y"), ("20.00", "Y")),
        ((50, 80, 20), ("48.99", "Z"), ("60.00", "Z")),
    ],
)
def test_both_formulas(values, population, sample):
    for wanted, is_sample in ((population, False), (sample, True)):
        row = classify_series(series(*values), sample=is_sample)
        assert (f"{row.cv_pct:.2f}", row.letter) == wanted


def test_nothing_sold_is_z_without_a_figure():
    assert classify_series(series(0, 0, 0)).letter == "Z"
    assert classify_series(series(0, 0, 0)).cv_pct is None
    assert classify_series(series(7), sample=True).letter == "Z"
    assert classify_series(series(7)).letter == "X"


def test_refuses_an_empty_series():
    with pytest.raises(ValueError, match="at least one"):
        classify_series([])


@given(whole, st.booleans())
def test_agrees_with_the_standard_library(values, is_sample):
    row = classify_series(series(*values), sample=is_sample)
    if not sum(values):
        assert row.letter == "Z"
        return
    exact = [Fraction(value) for value in values]
    variance = statistics.variance(exact) if is_sample else statistics.pvariance(exact)
    squared = variance / statistics.mean(exact) ** 2
    expected = "X" if squared <= Fraction(1, 100) else "Y" if squared <= Fraction(1, 16) else "Z"
    assert row.letter == expected
    assert abs(float(row.cv_pct) - float(squared) ** 0.5 * 100) < 0.0001
