"""Where a step of the thread leads: to the record behind it, as far as the product shows such records."""

from __future__ import annotations

from core.ui.shell import address
from sales.ports import ThreadStep

CARDS = {
    "sales.shipment": "sales:shipment_card",
    "production.workorder": "production:workorder_card",
    "finance.invoice": "finance:invoice_card",
    "support.installationvisit": "support:visit_card",
    "support.ticket": "support:ticket_card",
}
LISTS = {
    "purchase": "inventory:purchase_list",
    "payment": "finance:payment_list",
}


def step_url(step: ThreadStep) -> str:
    """The card of the record, the list that finds it, or nothing."""
    if step.record is not None and step.record[0] in CARDS:
        return address(CARDS[step.record[0]], step.record[1])
    found = address(LISTS[step.kind]) if step.kind in LISTS else ""
    return f"{found}?q={step.number}" if found and step.number else ""
