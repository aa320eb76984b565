"""What of an invoice can still be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from core.money import ZERO
from finance.models import Invoice, InvoiceLine


@dataclass(frozen=True)
class CreditableLine:
    line: InvoiceLine
    credited: Decimal

    @property
    def left(self) -> Decimal:
        return self.line.net_amount - self.credited


def creditable_lines(invoice: Invoice) -> list[CreditableLine]:
    """The lines of an invoice with what credit notes took back of each; two statements."""
    lines = list(invoice.lines.select_related("item__unit").order_by("position"))
    credited = dict(
        InvoiceLine.objects.filter(credits_line__in=lines).values_list("credits_line").annotate(Sum("net_amount"))
    )
    return [CreditableLine(line, credited.get(line.pk, ZERO)) for line in lines]
