"""What one currency was worth in another on a day."""

from datetime import date
from decimal import Decimal

from django.db.models import Q

from core.errors import NoRate
from core.models import ExchangeRate

PLACES = Decimal("0.00000001")


def rate_on(base: str, quote: str, on: date) -> Decimal:
    """How many units of `quote` one unit of `base` buys on `on`: the latest rate of that day or before.

    A rate that is only known the other way round is turned. Raises NoRate when there is none; one for a currency
    in itself.
    """
    if base == quote:
        return Decimal(1)
    found = (
        ExchangeRate.objects.filter(Q(base=base, quote=quote) | Q(base=quote, quote=base), on__lte=on)
        .order_by("-on")
        .first()
    )
    if found is None:
        raise NoRate(base=base, quote=quote, on=on.isoformat())
    return found.rate if found.base_id == base else (1 / found.rate).quantize(PLACES)
