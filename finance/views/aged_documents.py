"""The documents behind a figure of receivables or payables."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from core.money import ZERO
from finance.choices import InvoiceKind
from finance.selectors import aged
from finance.selectors.aged import AGES, CLIENT
from finance.views.aged import Aged

DOCUMENTS = 500


class AgedDocuments(Aged):
    """The documents behind a figure: of a client or legal entity, of an age, on a day."""

    template_name = "finance/aged_documents.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        key = request.GET.get("key", "")
        debts = [debt for debt in self.debts if self.age is None or debt.age(self.on) == self.age]
        if key.isdigit():
            wanted = int(key)
            debts = [debt for debt in debts if (debt.client_id if self.by == CLIENT else debt.entity_id) == wanted]
        party = next((one for one in self.everybody if key == str(one.key)), None)
        rows = aged.documents_of(debts[:DOCUMENTS], self.on)
        context = {
            "view": self,
            "rows": rows,
            "total": sum((debt.amount for debt in debts), ZERO),
            "left_out": max(len(debts) - DOCUMENTS, 0),
            "party": party,
            "on": self.on,
            "age_words": AGES[self.age] if self.age is not None else "",
        }
        return render(request, self.template_name, context)


class ReceivableDocuments(AgedDocuments):
    pass


class PayableDocuments(AgedDocuments):
    action = "finance.view_bill"
    kind, heading, owed, name = InvoiceKind.BILL, gettext_lazy("Payables"), gettext_lazy("We owe"), "payables"
