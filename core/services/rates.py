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
from core.services.fingerprints import change_row, refuse_taken
from core.transactions import command

__all__ = ["change_tax_rate", "convert", "create_tax", "rate_on", "rename_tax", "set_rate", "tax_percent"]


@command
def set_rate(*, base: str, quote: str, on: date, rate: Decimal, by: Actor, seen: str = "") -> ExchangeRate:
    """Enter how many units of `quote` one unit of `base` buys from a day on; a second entry corrects the first.

    Documents keep the rate they were posted with. Raises InvalidValue for a rate that is not positive or a pair
    of one currency, ChangedMeanwhile when the entry is no longer what the caller saw.
    """
    policy.require(by, "core.manage_rates")
    if rate <= 0:
        raise InvalidValue(field=_("rate"), problem=_("it must be positive"))
    if base == quote:
        raise InvalidValue(field=_("rate"), problem=_("it needs two different currencies"))
    if seen:
        found = ExchangeRate.objects.select_for_update(no_key=True, of=("self",)).get(base=base, quote=quote, on=on)
        return change_row(ExchangeRate, found.pk, {"rate": rate}, seen=seen)
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


@command
def create_tax(*, code: str, name: str, percent: Decimal, since: date, by: Actor) -> Tax:
    """Make a tax known with its rate from a day on. Raises InvalidValue for a code that is taken."""
    policy.require(by, "core.manage_rates")
    refuse_taken(Tax, label=_("code"), code=code)
    tax = Tax.objects.create(code=code, name=name)
    change_tax_rate(tax_id=tax.pk, percent=percent, since=since, by=by)
    return tax


@command
def rename_tax(*, tax_id: int, name: str, by: Actor, seen: str = "") -> Tax:
    """Give a tax another name; documents keep what was printed on them."""
    policy.require(by, "core.manage_rates")
    return change_row(Tax, tax_id, {"name": name}, seen=seen)


@command
def withdraw_tax_rate(*, rate_id: int, by: Actor, today: date) -> bool:
    """Take a rate that has not begun yet back; the one before it goes on. False when it is gone already.

    Locks the tax. Raises InvalidValue for a rate that has begun, because documents were posted with it.
    """
    policy.require(by, "core.manage_rates")
    rate = TaxRate.objects.filter(pk=rate_id).first()
    if rate is None:
        return False
    Tax.objects.select_for_update(no_key=True).get(pk=rate.tax_id)
    if rate.valid.lower is None or rate.valid.lower <= today:
        raise InvalidValue(field=_("rate"), problem=_("it has begun, so enter a new one from a day on instead"))
    before = TaxRate.objects.filter(tax_id=rate.tax_id, valid__endswith=rate.valid.lower).first()
    after = rate.valid.upper
    rate.delete()
    if before is not None:
        before.valid = (before.valid.lower, after)
        before.save(update_fields=["valid"])
    return True
