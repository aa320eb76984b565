"""Quantities: four decimal places in the item's base unit, shown without idle zeros."""

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from django.utils import formats

STEP = Decimal("0.0001")
NOTHING = Decimal("0.0000")


def qty(value: Decimal | int | str) -> Decimal:
    """Round to the four places every quantity is stored with, halves away from zero."""
    return Decimal(value).quantize(STEP, rounding=ROUND_HALF_UP)


def told(value: Decimal | int) -> str:
    """A quantity for people, with the decimal mark of their language: 9.88, 9,88. `show` is the same for machines."""
    return str(formats.number_format(Decimal(show(value))))


def show(value: Decimal | int) -> str:
    """Write a quantity plainly: 3, not 3.0000; 9.88, not 9.8800."""
    text = format(Decimal(value).normalize(), "f")
    return text if text != "-0" else "0"


def round_up_to_pack(needed: Decimal, *, pack: Decimal, minimum: Decimal = NOTHING) -> Decimal:
    """The smallest orderable quantity that covers `needed`: whole packs, at least `minimum`.

    A pack of zero means any quantity can be ordered. A minimum that is not a whole number of packs is raised
    to one.
    """
    wanted = max(needed, minimum)
    if pack <= 0:
        return qty(wanted)
    return qty((wanted / pack).to_integral_value(rounding=ROUND_CEILING) * pack)
