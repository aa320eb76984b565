"""What a currency is worth and what a tax takes, on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Q

from core.errors import NoRate, NoTaxRate
from core.models import Currency, ExchangeRate, Tax, TaxRate
from core.money import rounded

ONE = Decimal(1)


def rate_on(base: str, quote: str, on: date) -> Decimal:
    """How many units of `quote` one unit of `base` buys on a day, by the latest rate on or before it.

    The pair itself, else its inverse, else the way over one third currency that both are quoted with (the
    freshest pair of rates; of equals, the first code). At full precision; raises NoRate. One statement.
    """
    if base == quote:
        return ONE
    known = _latest_rates(base, quote, on)
    if (base, quote) in known:
        return known[base, quote][0]
    ways = []
    for pivot in sorted({code for pair in known for code in pair} - {base, quote}):
        if (base, pivot) in known and (pivot, quote) in known:
            (first, first_on), (second, second_on) = known[base, pivot], known[pivot, quote]
            ways.append((min(first_on, second_on), first * second))
    if not ways:
        raise NoRate(base=base, quote=quote, on=on)
    return max(ways, key=lambda way: way[0])[1]


def _latest_rates(base: str, quote: str, on: date) -> dict[tuple[str, str], tuple[Decimal, date]]:
    """The latest rate of every pair with either currency, in both directions; a quoted pair beats an inverse."""
    touching = Q(base__in=[base, quote]) | Q(quote__in=[base, quote])
    rows = ExchangeRate.objects.filter(touching, on__lte=on).order_by("base", "quote", "-on").distinct("base", "quote")
    quoted = {(row.base_id, row.quote_id): (row.rate, row.on) for row in rows}
    inverse = {(second, first): (ONE / rate, day) for (first, second), (rate, day) in quoted.items()}
    return {**inverse, **quoted}


def convert(amount: Decimal, *, base: str, quote: str, on: date) -> Decimal:
    """An amount of `base` in `quote`, rounded once to the places of `quote`. Two statements at most."""
    rate = rate_on(base, quote, on)
    return rounded(amount * rate, decimals=Currency.objects.only("decimals").get(pk=quote).decimals)


def tax_percent(tax_ids: Iterable[int], on: date) -> dict[int, Decimal]:
    """The percentage of each tax on a day, in one statement. Raises NoTaxRate when one has none then."""
    wanted = set(tax_ids)
    rows = TaxRate.objects.filter(tax__in=wanted, valid__contains=on)
    found = dict(rows.values_list("tax_id", "percent")) if wanted else {}
    missing = wanted - set(found)
    if missing:
        raise NoTaxRate(tax=_tax_name(min(missing)), on=on)
    return found


def _tax_name(tax_id: int) -> str:
    return Tax.objects.values_list("name", flat=True).filter(pk=tax_id).first() or str(tax_id)
