"""Tax rates on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from core.models import TaxRate


def rates_on(tax_ids: Iterable[int], on: date) -> dict[int, Decimal]:
    """The percentage of each tax on a day; a tax without a rate is absent (one statement)."""
    rates = TaxRate.objects.filter(tax__in=set(tax_ids), valid__contains=on)
    return dict(rates.values_list("tax_id", "percent"))
