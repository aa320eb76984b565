"""What a payment has settled, on its card."""

from __future__ import annotations

from typing import Any

from core import policy
from core.ui import panels
from core.ui.panels import Panel
from finance.models import Allocation, Payment


def allocations(payment: Payment, user: Any) -> dict[str, Any]:
    rows = Allocation.objects.filter(payment=payment, reversal_of=None)
    found = rows.select_related("invoice__legal_entity", "by", "reversed_by").order_by("allocated_on", "pk")
    line = getattr(payment, "statement_line", None)
    return {"rows": list(found), "may_undo": policy.allows(user, "finance.allocate", payment), "line": line}


panels.add(Payment, Panel("allocations", "finance/_allocations.html", allocations, "main", 10))
