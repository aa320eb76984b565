"""From an order to its invoice: which orders wait, what goes on it, what it comes to, posted with its number."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.access import scope as places
from core.errors import DomainError
from core.quantities import told
from core.ui import amounts, registers
from core.ui.fields import AmountField, DayField
from core.ui.screens import Signed
from core.ui.sending import key_of, known_of, refuse_if_changed, seen_of, send_once
from core.ui.toasts import toast
from finance.selectors.invoicing import (
    is_invoiceable,
    lines_to_invoice,
    open_advances,
    orders_to_invoice,
    preview_invoice,
)
from finance.services.invoices import invoice_order
from finance.views.forms import as_controls
from sales.models import SalesOrder

PAGE = 50
DELIVERED, CHOSEN, ALL = "delivered", "chosen", "all"


class InvoiceForm(forms.Form):
    """How much of an order goes on the invoice: what was delivered, chosen quantities, or all of it in advance."""

    what = forms.ChoiceField(
        label=gettext_lazy("What"),
        choices=[
            (DELIVERED, gettext_lazy("What was delivered")),
            (CHOSEN, gettext_lazy("Chosen quantities")),
            (ALL, gettext_lazy("The rest of the order, in advance")),
        ],
        widget=forms.RadioSelect,
    )
    issued_on = DayField(label=gettext_lazy("Invoice date"))

    def __init__(self, *args: Any, order: SalesOrder, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_controls(self, "issued_on")
        self.order, self.rows = order, lines_to_invoice(order)
        for row in self.rows:
            self.fields[f"qty-{row.line.pk}"] = AmountField(
                label=row.line.text or str(row.line.item), max_digits=18, decimal_places=4, required=False
            )

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [
            {"row": row, "field": self[f"qty-{row.line.pk}"], "suggested": amounts.number(row.due)} for row in self.rows
        ]

    def chosen(self) -> dict[str, Any]:
        """The arguments of the service that say how much."""
        what = self.cleaned_data["what"]
        if what != CHOSEN:
            return {"qtys": None, "prepaid": what == ALL}
        qtys = {row.line.pk: self.cleaned_data.get(f"qty-{row.line.pk}") or Decimal(0) for row in self.rows}
        beyond = any(qtys[row.line.pk] > row.due for row in self.rows)
        return {"qtys": qtys, "prepaid": beyond}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("what") == CHOSEN:
            for row in self.rows:
                qty = data.get(f"qty-{row.line.pk}") or Decimal(0)
                if qty < 0 or qty > row.left:
                    name = f"qty-{row.line.pk}"
                    self.add_error(name, ValidationError(_("Between 0 and %(left)s."), params={"left": told(row.left)}))
            if not self.errors and not any(data.get(f"qty-{row.line.pk}") for row in self.rows):
                self.add_error(None, _("Choose at least one quantity."))
        return data


class OrdersToInvoice(Signed):
    """Orders of which something was delivered and not invoiced."""

    action = "finance.post_invoice"

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        rows = places.narrow(orders_to_invoice(user), request)
        words = request.GET.get("q", "").strip()
        if words:
            rows = rows.filter(number__icontains=words) | rows.filter(client__name__icontains=words)
        page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
        return render(request, "finance/to_invoice.html", {"page": page, "q": words, "today": timezone.localdate()})


class InvoiceOrder(Signed):
    """GET: the lines and the sums; POST with `preview`: the sums anew; POST: the invoice."""

    action = "finance.post_invoice"
    template_name = "finance/invoice_order.html"
    sees = ("status", "lines.invoiced_qty", "lines.shipped_qty")

    def _order(self, pk: int) -> SalesOrder:
        user: Any = self.request.user
        rows = SalesOrder.objects.visible_to(user, "sales.view_salesorder").select_related("client", "legal_entity")
        return get_object_or_404(rows, pk=pk)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        order = self._order(pk)
        due = any(row.due for row in lines_to_invoice(order))
        form = InvoiceForm(order=order, initial={"what": DELIVERED if due else ALL, "issued_on": timezone.localdate()})
        return self._page(order, form, {"qtys": None, "prepaid": not due}, 200)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        order, user = self._order(pk), request.user
        known = known_of(request)
        if known is not None:
            return HttpResponseRedirect(reverse("finance:invoice_card", args=[known["id"]]))
        form = InvoiceForm(request.POST, order=order)
        is_valid = form.is_valid()
        try:
            refuse_if_changed(request, order, self.sees)
        except DomainError as refused:
            known = known_of(request)  # its twin was done a moment ago
            if known is not None:
                return HttpResponseRedirect(reverse("finance:invoice_card", args=[known["id"]]))
            form.add_error(None, str(refused))
            return self._page(order, form, form.chosen() if is_valid else None, 409)
        if not is_valid:
            return self._page(order, form, None, 422)
        asked = form.chosen()
        if "preview" in request.POST:
            return self._page(order, form, asked, 200)

        def post() -> dict[str, Any]:
            invoice = invoice_order(
                order_id=order.pk,
                issued_on=form.cleaned_data["issued_on"],
                at=timezone.now(),
                key=f"finance.page:{key_of(request)}",
                by=user,  # type: ignore[arg-type]
                **asked,
            )
            return {"id": invoice.pk, "number": invoice.number}

        try:
            done = send_once(request, post, record=order, sees=self.sees)
        except DomainError as refused:
            form.add_error("issued_on" if refused.code in ("period_closed", "no_rate") else None, str(refused))
            return self._page(order, form, asked, 409)
        toast(request, _("Invoice %(number)s is posted.") % {"number": done["number"]})
        return HttpResponseRedirect(reverse("finance:invoice_card", args=[done["id"]]))

    def _page(self, order: SalesOrder, form: InvoiceForm, asked: dict[str, Any] | None, status: int) -> HttpResponse:
        register = registers.of(order)
        context = {
            "order": order,
            "order_url": register.url_of(order) if register else "",
            "form": form,
            "lines": form.lines,
            "preview": preview_invoice(order, **asked) if asked is not None else None,
            "advances": list(open_advances(order)),
            "is_invoiceable": is_invoiceable(order),
            "key": key_of(self.request),
            "seen": seen_of(self.request, order, self.sees),
        }
        return render(self.request, self.template_name, context, status=status)
