"""Entering what currencies are worth and what taxes take. The questions live in `core.selectors.rates`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from core import policy
from core.actors import Actor
from core.errors import InvalidValue
from core.models import ExchangeRate, Tax, TaxRate
from core.selectors.rates import convert, rate_on, tax_percent
from core.transactions import command

__all__ = ["change_tax_rate", "convert", "rate_on", "set_rate", "tax_percent"]


@command
def set_rate(*, base: str, quote: str, on: date, rate: Decimal, by: Actor) -> ExchangeRate:
    """Enter how many units of `quote` one unit of `base` buys from a day on; a second entry corrects the first.

    Documents keep the rate they were posted with. Raises InvalidValue for a rate that is not positive or a pair
    of one currency.
    """
    policy.require(by, "core.manage_rates")
    if rate <= 0:
        raise InvalidValue(field=_("rate"), problem=_("it must be positive"))
    if base == quote:
        raise InvalidValue(field=_("rate"), problem=_("it needs two different currencies"))
    row, _created = ExchangeRate.objects.update_or_create(base_id=base, quote_id=quote, on=on, defaults={"rate": rate})
    return row


@command
def change_tax_rate(*, tax_id: int, percent: Decimal, since: date, by: Actor) -> TaxRate:
    """Let a tax have another percentage from a day on; the rate before it ends there.

    The same change twice leaves one row. Locks the tax. Raises InvalidValue for a percentage outside 0…100, or
    when a later rate is known already.
    """
    policy.require(by, "core.manage_rates")
    if not 0 <= percent <= 100:
        raise InvalidValue(field=_("percent"), problem=_("it must lie between 0 and 100"))
    Tax.objects.select_for_update(no_key=True).get(pk=tax_id)
    rates = list(TaxRate.objects.filter(tax_id=tax_id).order_by("valid"))
    if any(row.valid.lower and row.valid.lower > since for row in rates):
        raise InvalidValue(field=_("since"), problem=_("a later rate is known already"))
    current = next((row for row in rates if since in row.valid), None)
    if current and current.valid.lower == since:
        current.percent = percent
        current.save(update_fields=["percent"])
        return current
    if current:
        current.valid = (current.valid.lower, since)
        current.save(update_fields=["valid"])
    return TaxRate.objects.create(tax_id=tax_id, percent=percent, valid=(since, None))
