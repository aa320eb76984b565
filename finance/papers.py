"""The papers of finance: invoice and credit note. Posted, they are made once and never again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.documents.papers import Paper, add
from finance.choices import InvoiceKind, InvoiceStatus
from finance.models import Invoice
from finance.selectors.papers import invoice_sheets


class InvoiceLike(Paper):
    """Suppliers' bills are documents of the same model, but not ours to print."""

    model, view_action = Invoice, "finance.view_invoice"
    of_kind: ClassVar[InvoiceKind]

    def visible_to(self, user: Actor) -> QuerySet[Invoice]:
        return super().visible_to(user).filter(kind=self.of_kind)

    def is_of(self, record: Any) -> bool:
        return super().is_of(record) and record.kind == self.of_kind

    def is_draft(self, record: Invoice) -> bool:
        return record.status == InvoiceStatus.DRAFT

    def is_final(self, record: Invoice) -> bool:
        return record.status == InvoiceStatus.POSTED

    def language(self, record: Invoice) -> str:
        return record.client.language

    def read(self, ids: Sequence[int]) -> dict[int, Any]:
        return invoice_sheets(ids)


@add
class InvoicePaper(InvoiceLike):
    kind, of_kind = "finance.invoice", InvoiceKind.INVOICE
    label = _("Invoice")
    icon = "file-invoice"
    template = "documents/invoice.html"


@add
class CreditNotePaper(InvoiceLike):
    kind, of_kind = "finance.credit_note", InvoiceKind.CREDIT_NOTE
    label = _("Credit note")
    icon = "receipt-refund"
    template = "documents/credit_note.html"
