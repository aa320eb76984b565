"""How much of an order its client has paid."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from core.money import ZERO
from core.remembered import remembered_for_all
from finance.choices import InvoiceKind, PaymentDirection, PaymentStatus
from finance.models import Allocation, Invoice, Payment
from sales.models import SalesOrder

MONEY = DecimalField(max_digits=18, decimal_places=2)


def _sum(rows: QuerySet[Any], by: str, what: Any) -> Coalesce:
    """A sum of one order's rows, nothing where there are none."""
    added = rows.filter(**{by: OuterRef("pk")}).order_by().values(by).annotate(added=Sum(what)).values("added")
    return Coalesce(Subquery(added), Value(ZERO, output_field=MONEY), output_field=MONEY)


@remembered_for_all
def _sums(orders: Any) -> QuerySet[Any, Any]:
    settled = Allocation.objects.filter(credit_note=None, invoice__kind=InvoiceKind.INVOICE)
    credited = Invoice.objects.posted().filter(kind=InvoiceKind.CREDIT_NOTE)
    paid_in = Payment.objects.filter(status=PaymentStatus.POSTED, direction=PaymentDirection.IN, reversal_of=None)
    rows = SalesOrder.objects.filter(pk__in=orders.each).order_by()
    return rows.values_list(
        "pk",
        "gross_amount",
        _sum(settled, "invoice__order", "amount"),
        _sum(paid_in, "order", F("amount") - F("allocated")),
        _sum(credited, "order", "gross_amount"),
    )


def paid_shares(order_ids: Sequence[int]) -> dict[int, int]:
    """What of each order is paid, in whole per cent rounded down; one statement.

    Paid is what payments settled of its invoices and what was paid ahead for it and settles nothing yet; owed is its
    gross amount less what was credited. An order that owes nothing is absent. More than all is 100.
    """
    found = {}
    for pk, gross, settled, ahead, credited in _sums(list(order_ids)):
        owed: Decimal = gross - credited
        if owed > 0:
            found[pk] = max(0, min(100, int((settled + ahead) * 100 / owed)))
    return found
