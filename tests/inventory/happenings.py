"""What may happen to goods, for tests of their value."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

CENT = Decimal("0.01")
# No shrinking: on a database it takes minutes; the failing story is printed as it was found.
MANY = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
quantities = st.decimals("0.0001", "40", places=4)
values = st.decimals("0", "900", places=2)
happenings = st.lists(
    st.one_of(
        st.tuples(st.just("receive"), quantities, values),
        st.tuples(st.just("issue"), quantities),
        st.tuples(st.just("take back issue"), st.integers(0, 5)),
        st.tuples(st.just("take back receipt"), st.integers(0, 5)),
        st.tuples(st.just("late cost"), st.integers(0, 5), st.decimals("0.01", "50", places=2)),
    ),
    min_size=3,
    max_size=14,
)


def cents(value: Fraction) -> Decimal:
    """Round a fraction to the cent, halves up, without a detour over binary numbers."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(CENT, rounding=ROUND_HALF_UP)
