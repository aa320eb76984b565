"""Suppliers' bills: purchase orders that wait for one, and entering it with its differences."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.access import scope
from core.money import ZERO
from core.tax import document_totals
from core.ui import amounts
from core.ui.fields import AmountField, DayField
from core.ui.screens import Signed
from finance.models import InvoiceLine
from finance.selectors.billing import lines_from_receipts, purchases_to_bill
from finance.services.bills import BillDraft, enter_bill
from finance.views.forms import MoneyForm, as_controls
from inventory.models import PurchaseOrder

PAGE = 50


class BillForm(forms.Form):
    """A bill as the supplier wrote it: each delivery and cost with its own quantity and net."""

    number = forms.CharField(label=gettext_lazy("Number on the bill"), max_length=60)
    issued_on = DayField(label=gettext_lazy("Date on the bill"))
    total = AmountField(
        label=gettext_lazy("Total on the bill"), max_digits=18, decimal_places=2, required=False,
        help_text=gettext_lazy("Compared with the sum of the lines."),
    )  # fmt: skip

    def __init__(self, *args: Any, rows: list[InvoiceLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_controls(self, "issued_on")
        self.rows = rows
        for place, row in enumerate(rows):
            self.fields[f"qty-{place}"] = AmountField(
                label=_("Quantity"), max_digits=18, decimal_places=4, required=False, initial=amounts.number(row.qty)
            )
            self.fields[f"net-{place}"] = AmountField(
                label=_("Net"), max_digits=18, decimal_places=2, required=False,
                initial=amounts.exact_money(row.net_amount),
            )  # fmt: skip

    @property
    def lines(self) -> list[dict[str, Any]]:
        found = []
        for place, row in enumerate(self.rows):
            net = self.cleaned_data.get(f"net-{place}") if self.is_bound and hasattr(self, "cleaned_data") else None
            found.append(
                {
                    "row": row, "qty": self[f"qty-{place}"], "net": self[f"net-{place}"],
                    "difference": net - row.net_amount if net is not None else None,
                }
            )  # fmt: skip
        return found

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for place, row in enumerate(self.rows):
            qty, net = data.get(f"qty-{place}") or ZERO, data.get(f"net-{place}") or ZERO
            if qty < 0 or qty > row.qty:
                self.add_error(f"qty-{place}", _("Between 0 and %(qty)s.") % {"qty": amounts.number(row.qty)})
            elif net < 0 or (qty > 0) != (net > 0):
                self.add_error(f"net-{place}", _("A line has both a quantity and an amount, or neither."))
        if not self.errors and not self.drafts():
            self.add_error(None, _("Nothing stands on this bill."))
        total, gross = data.get("total"), self.gross()
        if not self.errors and total is not None and total != gross:
            told = {"gross": amounts.exact_money(gross), "difference": amounts.exact_money(total - gross)}
            self.add_error("total", _("The lines make %(gross)s: %(difference)s beside it.") % told)
        return data

    def drafts(self) -> list[BillDraft]:
        found = []
        for place, row in enumerate(self.rows):
            qty, net = self.cleaned_data.get(f"qty-{place}"), self.cleaned_data.get(f"net-{place}")
            if qty and net:
                whole = qty == row.qty
                found.append(
                    BillDraft(
                        purchase_line_id=row.purchase_line_id or 0, qty=qty, net=net, text=row.text,
                        receipt_line_id=row.receipt_line_id if whole else None,
                        landed_cost_id=row.landed_cost_id if whole else None,
                    )
                )  # fmt: skip
        return found

    def gross(self) -> Decimal:
        nets = [(self.cleaned_data.get(f"net-{place}") or ZERO, row.tax_percent) for place, row in enumerate(self.rows)]
        return document_totals(nets).gross


class BillsToEnter(Signed):
    """Purchase orders with goods received that no bill names yet."""

    action = "finance.enter_bill"

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        rows = scope.narrow(purchases_to_bill(user), request)
        words = request.GET.get("q", "").strip()
        if words:
            rows = rows.filter(number__icontains=words) | rows.filter(supplier__legal_name__icontains=words)
        page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
        return render(request, "finance/bills_to_enter.html", {"page": page, "q": words})


class EnterBill(MoneyForm):
    action = "finance.enter_bill"
    template_name = "finance/bill_enter.html"
    heading = gettext_lazy("Enter a bill")
    button = gettext_lazy("Post the bill")
    said = gettext_lazy("The bill is posted.")
    beside = {"bill_number_taken": "number", "period_closed": "issued_on", "no_rate": "issued_on"}
    sees = ("status", "lines.billed_qty", "lines.received_qty")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            user: Any = request.user
            rows = PurchaseOrder.objects.visible_to(user).select_related("supplier", "currency")
            self.purchase = get_object_or_404(rows, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def about(self) -> PurchaseOrder:
        return self.purchase

    def make_form(self, data: Any = None) -> BillForm:
        rows = lines_from_receipts(self.purchase)
        for row in rows:  # the names of goods in one statement
            row.item = row.purchase_line.item if row.purchase_line and not row.landed_cost_id else None
        return BillForm(data, rows=rows, initial={"issued_on": timezone.localdate()})

    def more(self, form: Any) -> dict[str, Any]:
        sums = document_totals((row.net_amount, row.tax_percent) for row in form.rows)
        typed = form.gross() if form.is_bound and hasattr(form, "cleaned_data") else None
        return {"purchase": self.purchase, "lines": form.lines, "received": sums, "typed": typed}

    def do(self, data: dict[str, Any], key: str) -> str:
        bill = enter_bill(
            purchase_order_id=self.purchase.pk,
            number=data["number"].strip(),
            issued_on=data["issued_on"],
            lines=self.form_done.drafts(),
            at=timezone.now(),
            by=self.user,
        )
        return reverse("finance:bill_card", args=[bill.pk])

    def back(self) -> str:
        return reverse("finance:bills_to_enter")
