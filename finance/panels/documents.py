"""What stands on the card of an invoice, credit note or bill: its lines, what settled it, what was sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from core import policy
from core.models import OutboxMessage
from core.money import ZERO
from core.ui import amounts, panels, timeline
from core.ui.panels import Panel
from core.ui.timeline import Entry
from finance.choices import InvoiceKind
from finance.models import Allocation, Invoice, InvoiceLine
from finance.selectors.results import received_values
from finance.services.mailing import mail_key

SHOWN = 100


def lines(document: Invoice, user: Any) -> dict[str, Any]:
    """The lines with what was credited of them, for a bill with the value they were received at; taxes and sums."""
    rows = list(document.lines.select_related("item__unit", "purchase_line").order_by("position"))
    is_bill = document.kind == InvoiceKind.BILL
    credited = dict(
        InvoiceLine.objects.filter(credits_line__in=rows).values_list("credits_line").annotate(Sum("net_amount"))
    )
    expected = received_values(rows) if is_bill else {}
    shown = [
        {
            "line": row,
            "credited": credited.get(row.pk, ZERO),
            "difference": row.net_amount - expected[row.pk] if row.pk in expected else None,
        }
        for row in rows
    ]
    differs = sum((row["difference"] for row in shown if row["difference"]), ZERO)
    taxes = list(document.taxes.order_by("-percent"))
    return {"lines": shown, "taxes": taxes, "is_bill": is_bill, "difference": differs, "has_credits": bool(credited)}


def settled_by(document: Invoice, user: Any) -> dict[str, Any]:
    """Payments and credit notes that settled it (for a credit note: also what it settled), reversed ones struck."""
    seen = Allocation.objects.visible_to(user) if policy.allows(user, "finance.view_allocation") else None
    if seen is None:
        return {"rows": [], "may_undo": False, "credit_notes": []}
    rows = seen.filter(invoice=document) | seen.filter(credit_note=document)
    found = rows.select_related(
        "payment__account", "credit_note", "invoice", "by", "reversed_by", "payment__legal_entity"
    )
    notes = document.credit_notes.order_by("issued_on", "pk") if document.kind == InvoiceKind.INVOICE else []
    return {
        "rows": list(found.filter(reversal_of=None).order_by("allocated_on", "pk")[:SHOWN]),
        "may_undo": policy.allows(user, "finance.allocate", document),
        "credit_notes": list(notes),
    }


def sent(document: Invoice, user: Any) -> dict[str, Any] | None:
    """Mails with this document, and whether they arrived."""
    rows = list(OutboxMessage.objects.filter(dedupe_key__startswith=mail_key(document.pk)).order_by("-pk")[:10])
    return {"mails": rows} if rows else None


def happened(document: Invoice, user: Any, before: datetime | None, limit: int) -> Iterable[Entry]:
    """Posted, settled, taken back."""
    if document.posted_at and (before is None or document.posted_at < before):
        yield Entry(document.posted_at, "file-check", _("Posted"), str(document.created_by or ""), tone="brand")
    rows = Allocation.objects.filter(invoice=document).select_related("payment", "credit_note", "by")
    if before:
        rows = rows.filter(recorded_at__lt=before)
    for row in rows.order_by("-recorded_at")[:limit]:
        source = str(row.payment or row.credit_note)
        amount = amounts.exact_money(abs(row.amount), document.currency_id)
        if row.amount > 0:
            what, tone = _("%(amount)s settled by %(source)s"), "ok"
        else:
            what, tone = _("%(amount)s by %(source)s taken back"), "warn"
        yield Entry(row.recorded_at, "coins", what % {"amount": amount, "source": source}, str(row.by or ""), tone=tone)


panels.add(Invoice, Panel("lines", "finance/_lines.html", lines, "main", 10))
panels.add(Invoice, Panel("settled", "finance/_settled.html", settled_by, "main", 20))
panels.add(Invoice, Panel("sent", "finance/_sent.html", sent, "side", 50))
timeline.add(Invoice, happened)
