"""What finance tells on the card of an order: its money, the client's credit, the result and where it differs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import policy
from core.money import ZERO
from core.ui import box_columns, panels
from core.ui.box_columns import BoxColumn
from core.ui.panels import Act, Panel
from finance.choices import InvoiceKind
from finance.models import Invoice
from finance.selectors.answers import payments_of
from finance.selectors.credit import credit_of
from finance.selectors.invoicing import is_invoiceable
from finance.selectors.paid_shares import paid_shares
from finance.selectors.results import margin_bridge, results_visible_to
from sales.models import SalesOrder


def money(order: SalesOrder, user: Any) -> dict[str, Any] | None:
    """Invoices, credit notes and payments of the order; what of it is invoiced, paid and open."""
    documents = list(
        Invoice.objects.visible_to(user)
        .posted()
        .filter(order=order)
        .order_by("issued_on", "pk")
        .select_related("currency")
    )
    payments = list(payments_of([order.pk])) if policy.allows(user, "finance.view_payment") else []
    if not documents and not payments and not is_invoiceable(order):
        return None
    sign = {InvoiceKind.INVOICE: 1, InvoiceKind.CREDIT_NOTE: -1}
    invoiced = sum((row.gross_amount * sign[InvoiceKind(row.kind)] for row in documents), ZERO)
    open_now = sum((row.open_amount for row in documents if row.kind == InvoiceKind.INVOICE), ZERO)
    advance = sum((row.open_amount for row in payments if row.order_id == order.pk), ZERO)
    return {
        "documents": documents,
        "payments": payments,
        "invoiced": invoiced,
        "open_now": open_now,
        "advance": advance,
        "today": timezone.localdate(),
        "may_record": policy.allows(user, "finance.record_payment"),
    }


def paid(_record: Any, keys: list[int], _user: Any) -> dict[int, str]:
    """What of each order is paid; the box shows orders that the user may see."""
    return {order: _("%(share)d%%") % {"share": share} for order, share in paid_shares(keys).items()}


def credit(order: SalesOrder, user: Any) -> dict[str, Any] | None:
    """How much of the client's credit is used: by open invoices and by what is ordered and not invoiced."""
    return {"credit": credit_of(order.client_id), "client": order.client}


def result(order: SalesOrder, user: Any) -> dict[str, Any] | None:
    """Revenue, cost, margin, and the steps from the estimate to the actual cost; for those who may see results."""
    found = results_visible_to(user, [order.pk]).get(order.pk)
    if found is None or not order.confirmed_at:
        return None
    parts = margin_bridge(order.pk)
    total = sum((part.amount for part in parts), ZERO)
    widest = max((abs(part.amount) for part in parts), default=ZERO)
    bars = [{"part": part, "share": int(abs(part.amount) / widest * 100) if widest else 0} for part in parts]
    return {"result": found, "bars": bars, "total": total, "currency": order.organization.currency_id}


def acts(order: SalesOrder, user: Any) -> Iterable[Act]:
    if not is_invoiceable(order):
        return
    if policy.allows(user, "finance.ask_advance", order) and order.gross_amount > 0:
        yield Act(_("Ask for an advance"), "mail-dollar", reverse("finance:advance_ask", args=[order.pk]))
    if policy.allows(user, "finance.post_invoice", order):
        yield Act(_("Invoice"), "file-plus", reverse("finance:invoice_order", args=[order.pk]))


box_columns.add("sales.orders", BoxColumn("paid", gettext_lazy("Paid"), paid, needs="finance.view_invoice"))
panels.add_acts(SalesOrder, acts)
panels.add(SalesOrder, Panel("money", "finance/_order_money.html", money, "main", 40, needs="finance.view_invoice"))
panels.add(SalesOrder, Panel("result", "finance/_order_result.html", result, "main", 50, needs="finance.view_results"))
panels.add(SalesOrder, Panel("credit", "finance/_credit.html", credit, "side", 40, needs="crm.view_credit"))
