"""What a payment has settled and what of it was given back, on its card."""

from __future__ import annotations

from typing import Any

from core import policy
from core.ui import panels
from core.ui.panels import Panel
from finance.choices import PaymentDirection
from finance.models import Allocation, Payment


def allocations(payment: Payment, user: Any) -> dict[str, Any]:
    rows = Allocation.objects.filter(payment=payment, reversal_of=None)
    found = rows.select_related("invoice__legal_entity", "by", "reversed_by").order_by("allocated_on", "pk")
    line = getattr(payment, "statement_line", None)
    refunds = Payment.objects.filter(refund_of=payment).order_by("paid_on", "pk")
    refunds = refunds.visible_to(user) if payment.direction == PaymentDirection.IN else refunds.none()
    return {
        "rows": list(found),
        "refunds": list(refunds),
        "may_undo": policy.allows(user, "finance.allocate", payment),
        "line": line,
    }


panels.add(Payment, Panel("allocations", "finance/_allocations.html", allocations, "main", 10))
