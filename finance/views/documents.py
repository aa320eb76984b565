"""Lists and cards of invoices, credit notes and suppliers' bills."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Case, F, Sum, When
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import policy
from core.ui import amounts, cells, daywords
from core.ui.lists import ListScreen, Total
from core.ui.records import Act, RecordScreen, Stat
from core.ui.tables import Column
from finance.choices import InvoiceKind, InvoiceState
from finance.registers.documents import TONES
from finance.selectors.balances import MONEY
from finance.selectors.invoicing import orders_to_invoice
from finance.selectors.states import invoice_state
from finance.views.payments import to_the_cent

SIGNED_OPEN = Sum(
    Case(
        When(kind=InvoiceKind.CREDIT_NOTE, then=-(F("gross_amount") - F("allocated")) * F("rate")),
        default=(F("gross_amount") - F("allocated")) * F("rate"),
        output_field=MONEY,
    )
)


class DocumentList(ListScreen):
    totals = (Total(gettext_lazy("Open"), SIGNED_OPEN),)

    def cell(self, column: Column, record: Any, value: Any) -> str:
        return to_the_cent(column, record, value) or super().cell(column, record, value)


class InvoiceList(DocumentList):
    template_name = "finance/invoice_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may = policy.allows(self.user, "finance.post_invoice")
        kwargs["may_post"] = may
        kwargs["waiting"] = orders_to_invoice(self.user)[:100].count() if may else 0
        return super().get_context_data(**kwargs)


class BillList(DocumentList):
    template_name = "finance/bill_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs["may_enter"] = policy.allows(self.user, "finance.enter_bill")
        return super().get_context_data(**kwargs)


class DocumentCard(RecordScreen):
    """What the cards of all three kinds have in common: state, sums, lines."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.standing = invoice_state(self.record, timezone.localdate())
        return super().get_context_data(**kwargs)

    def badges(self) -> Iterator[SafeString]:
        if self.record.kind == InvoiceKind.CREDIT_NOTE:
            yield cells.tag(_("Credit note"), "warn")
        standing = self.standing
        yield cells.tag(standing.state.label, TONES[standing.state.value])
        if standing.is_overdue:
            late = ngettext("%(days)d day late", "%(days)d days late", standing.days_overdue)
            yield cells.tag(late % {"days": standing.days_overdue}, "bad")

    def subtitle(self) -> Iterator[SafeString | str]:
        document = self.record
        yield format_html("{}", document.legal_entity)
        if document.issued_on:
            yield _("Issued %(day)s") % {"day": daywords.day(document.issued_on)}

    def stats(self) -> list[Stat]:
        document, standing = self.record, self.standing
        currency = document.currency_id
        stats = [
            Stat(_("Total"), amounts.exact_money(document.gross_amount, currency), self._with_tax()),
            Stat(_("Settled"), amounts.exact_money(document.allocated, currency)),
            Stat(
                _("Open"), amounts.exact_money(document.open_amount, currency), "", "bad" if standing.is_overdue else ""
            ),
        ]
        if document.due_on and document.kind != InvoiceKind.CREDIT_NOTE:
            stats.append(Stat(_("Due"), daywords.day(document.due_on), self._paid_words()))
        return stats

    def _with_tax(self) -> str:
        net = amounts.exact_money(self.record.net_amount, self.record.currency_id)
        return _("%(net)s net") % {"net": net}

    def _paid_words(self) -> str:
        """When it was paid, counted from issue and from its due day."""
        paid_on, issued_on, due_on = self.standing.paid_on, self.record.issued_on, self.record.due_on
        if paid_on is None or self.standing.state != InvoiceState.PAID:
            return ""
        after, early = (paid_on - issued_on).days, (due_on - paid_on).days
        told = ngettext("paid %(n)d day after issue", "paid %(n)d days after issue", after) % {"n": after}
        if early >= 0:
            more = ngettext("%(n)d day before due", "%(n)d days before due", early) % {"n": early}
        else:
            more = ngettext("%(n)d day late", "%(n)d days late", -early) % {"n": -early}
        return _("%(paid)s, %(due)s") % {"paid": told, "due": more}


class InvoiceCard(DocumentCard):
    def acts(self) -> list[Act]:
        document, user = self.record, self.user
        if document.posted_at is None:
            return []
        made = []
        is_invoice = document.kind == InvoiceKind.INVOICE
        if policy.allows(user, "finance.post_invoice", document):
            made.append(Act(_("Send by mail"), "mail-forward", reverse("finance:invoice_mail", args=[document.pk])))
        if is_invoice and policy.allows(user, "finance.credit_invoice", document):
            made.append(Act(_("Credit"), "receipt-refund", reverse("finance:invoice_credit", args=[document.pk])))
        if is_invoice and document.open_amount and policy.allows(user, "finance.record_payment", document):
            query = f"?client={document.client_id}&amount={document.open_amount}&text={document.number}"
            url = reverse("finance:payment_new") + query
            made.append(Act(_("Record a payment"), "cash-banknote-plus", url, primary=True))
        return made


class BillCard(DocumentCard):
    def acts(self) -> list[Act]:
        document, user = self.record, self.user
        if document.open_amount and policy.allows(user, "finance.record_payment", document):
            query = f"?direction=out&client={document.client_id}&amount={document.open_amount}&text={document.number}"
            return [
                Act(_("Record a payment"), "cash-banknote-plus", reverse("finance:payment_new") + query, primary=True)
            ]
        return []
