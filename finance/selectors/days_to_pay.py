"""How many days invoices waited for their money."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from core.actors import Actor
from core.money import ZERO
from core.remembered import Given, remembered
from finance.choices import InvoiceKind
from finance.models import Allocation, Invoice


@remembered
def _ask_paid(since: Given, until: Given, kind: Given, user: Actor) -> QuerySet[Allocation, Any]:
    """What was paid, by the day it was and the day of the document, without what was taken back."""
    taken_back = Allocation.objects.filter(reversal_of__isnull=False).values("reversal_of")
    paid = Allocation.objects.filter(
        payment__isnull=False,
        reversal_of=None,
        allocated_on__gt=since,
        allocated_on__lte=until,
        invoice__in=Invoice.objects.visible_to(user).filter(kind=kind),
    )
    rows = paid.exclude(pk__in=taken_back).order_by()
    return rows.values_list("allocated_on", "invoice__issued_on").annotate(total=Sum("amount"))


def days_to_pay(on: date, *, user: Actor, kind: str = InvoiceKind.INVOICE, days: int = 90) -> Decimal | None:
    """How long documents took to be paid in the last `days`, weighted by amount; None when none was. One statement."""
    rows = _ask_paid(on - timedelta(days=days), on, kind, user)
    weighted = whole = ZERO
    for settled, issued, amount in rows:
        weighted += amount * max((settled - issued).days, 0)
        whole += amount
    return (weighted / whole).quantize(Decimal(1)) if whole else None
