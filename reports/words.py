"""Figures in words: money, percentages and counts as dashboards and lists of reports write them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.utils import formats

from core.money import true_minus
from core.ui.amounts import exact_money, whole_money

WHOLE_FROM = Decimal(10_000)


def money(value: Decimal, currency: str) -> str:
    """An amount on a tile or beside it: to the cent while it is small, in whole units from ten thousand on."""
    if abs(value) < WHOLE_FROM:
        return exact_money(value, currency)
    return whole_money(value, currency)


def percent(value: Decimal, places: int = 1) -> str:
    """66.7 %: with a narrow space that does not break."""
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{true_minus(formats.number_format(rounded, decimal_pos=places))}\u00a0%"


def count(value: Decimal | int) -> str:
    return formats.number_format(int(value), force_grouping=True)


def figure(value: Decimal, unit: str, currency: str, *, exact: bool = True, places: int = 2) -> str:
    """A figure by its unit: count, money or percent."""
    if unit == "percent":
        return percent(value, places)
    if unit == "money":
        return exact_money(value, currency) if exact else money(value, currency)
    return count(value)
