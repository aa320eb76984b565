"""What is done with a posted invoice and with an order's money: credited, sent by mail, an advance asked for."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import validate_email
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.money import ZERO, cents
from core.ui import amounts, daywords, registers
from core.ui.fields import AmountField, DayField
from finance.choices import InvoiceKind
from finance.models import Invoice
from finance.selectors.contacting import account_to_pay, mail_addresses
from finance.selectors.crediting import CreditableLine, creditable_lines
from finance.services.credits import CreditDraft, credit_invoice
from finance.services.mailing import ask_advance, mail_invoice
from finance.views.forms import MoneyForm, as_controls
from sales.models import SalesOrder


class CreditForm(forms.Form):
    """How much of each line is taken back, and why."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
    issued_on = DayField(label=gettext_lazy("Date of the credit note"))

    def __init__(self, *args: Any, rows: list[CreditableLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_controls(self, "issued_on")
        self.rows = rows
        for row in rows:
            self.fields[f"net-{row.line.pk}"] = AmountField(
                label=row.line.text or str(row.line.item), max_digits=18, decimal_places=2, required=False
            )

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [{"row": row, "field": self[f"net-{row.line.pk}"]} for row in self.rows]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for row in self.rows:
            name = f"net-{row.line.pk}"
            net = data.get(name) or ZERO
            if net < 0 or net > row.left:
                self.add_error(name, _("Between 0 and %(left)s.") % {"left": amounts.exact_money(row.left)})
        if not self.errors and not self.drafts():
            self.add_error(None, _("Say how much of which line is taken back."))
        return data

    def drafts(self) -> list[CreditDraft]:
        found = [(row.line.pk, self.cleaned_data.get(f"net-{row.line.pk}")) for row in self.rows]
        return [CreditDraft(net=net, invoice_line_id=pk) for pk, net in found if net]


class OfInvoice(MoneyForm):
    """A form about one invoice that the user may see."""

    kinds: tuple[InvoiceKind, ...] = (InvoiceKind.INVOICE,)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            rows = Invoice.objects.visible_to(request.user).posted().filter(kind__in=self.kinds)  # type: ignore[arg-type]
            self.invoice = get_object_or_404(rows.select_related("client", "order", "organization"), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def about(self) -> Invoice:
        return self.invoice

    def back(self) -> str:
        return reverse("finance:invoice_card", args=[self.invoice.pk])


class CreditInvoice(OfInvoice):
    action = "finance.credit_invoice"
    template_name = "finance/credit.html"
    heading = gettext_lazy("Credit note")
    button = gettext_lazy("Post the credit note")
    said = gettext_lazy("The credit note is posted.")
    beside = {"period_closed": "issued_on", "allocation_too_early": "issued_on", "no_rate": "issued_on"}
    sees = ("allocated", "credit_notes.gross_amount")

    def make_form(self, data: Any = None) -> forms.Form:
        rows = creditable_lines(self.invoice)
        return CreditForm(data, rows=rows, initial={"issued_on": timezone.localdate()})

    def more(self, form: Any) -> dict[str, Any]:
        return {"invoice": self.invoice, "lines": form.lines}

    def do(self, data: dict[str, Any], key: str) -> str:
        form: Any = self.form_done
        note = credit_invoice(
            invoice_id=self.invoice.pk,
            lines=form.drafts(),
            reason=data["reason"],
            issued_on=data["issued_on"],
            at=timezone.now(),
            key=f"finance.credit:{key}",
            by=self.user,
        )
        return reverse("finance:invoice_card", args=[note.pk])


def _addresses(text: str) -> list[str]:
    found = [part for part in text.replace(";", ",").replace("\n", ",").split(",") if part.strip()]
    for address in found:
        validate_email(address.strip())
    return [address.strip() for address in found]


class MailForm(forms.Form):
    to = forms.CharField(
        label=gettext_lazy("To"), max_length=600, help_text=gettext_lazy("Several with commas between.")
    )
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=200)
    text = forms.CharField(label=gettext_lazy("Text"), widget=forms.Textarea(attrs={"rows": 9}), max_length=10_000)

    def clean_to(self) -> list[str]:
        found = _addresses(self.cleaned_data["to"])
        if not found:
            raise forms.ValidationError(_("Write at least one e-mail address."))
        return found


class MailInvoice(OfInvoice):
    """The invoice as PDF to the client; the text is in the client's language."""

    action = "finance.post_invoice"
    kinds = (InvoiceKind.INVOICE, InvoiceKind.CREDIT_NOTE)
    heading = gettext_lazy("Send by mail")
    button = gettext_lazy("Send")
    said = gettext_lazy("It is on its way.")

    def make_form(self, data: Any = None) -> forms.Form:
        invoice = self.invoice
        with translation.override(invoice.client.language):
            subject, text = _mail_words(invoice)
        to = ", ".join(mail_addresses(invoice.client_id)[:1])
        return MailForm(data, initial={"to": to, "subject": subject, "text": text})

    def more(self, form: forms.Form) -> dict[str, Any]:
        return {"told": _("%(number)s goes along as a PDF.") % {"number": self.invoice.number}}

    def do(self, data: dict[str, Any], key: str) -> str:
        mail_invoice(invoice_id=self.invoice.pk, key=key, by=self.user, **data)
        return self.back()


def _mail_words(invoice: Invoice) -> tuple[str, str]:
    told = {
        "number": invoice.number,
        "company": invoice.organization.name,
        "total": amounts.exact_money(invoice.gross_amount, invoice.currency_id),
        "open": amounts.exact_money(invoice.open_amount, invoice.currency_id),
        "due": daywords.day(invoice.due_on) if invoice.due_on else "",
    }
    if invoice.kind == InvoiceKind.CREDIT_NOTE:
        return (
            _("Credit note %(number)s of %(company)s") % told,
            _("Good day,\n\nhere is our credit note %(number)s over %(total)s.\n\n%(company)s") % told,
        )
    return (
        _("Invoice %(number)s of %(company)s") % told,
        _("Good day,\n\nhere is our invoice %(number)s over %(total)s. %(open)s are due on %(due)s.\n\n%(company)s")
        % told,
    )


class AdvanceForm(forms.Form):
    amount = AmountField(label=gettext_lazy("Amount"), max_digits=18, decimal_places=2, min_value=Decimal("0.01"))
    until = DayField(label=gettext_lazy("Until"))
    to = forms.EmailField(label=gettext_lazy("To"))
    text = forms.CharField(
        label=gettext_lazy("Text"), widget=forms.Textarea(attrs={"rows": 4}), max_length=5_000,
        help_text=gettext_lazy("Amount, day, order number and account are added below it."),
    )  # fmt: skip


class AskAdvance(MoneyForm):
    """A letter that asks for money before delivery; what comes in with the order's number is its advance."""

    action = "finance.ask_advance"
    heading = gettext_lazy("Ask for an advance")
    button = gettext_lazy("Send the request")
    said = gettext_lazy("The request is on its way and noted on the order.")
    beside = {"amount_not_positive": "amount"}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            user: Any = request.user
            rows = SalesOrder.objects.visible_to(user, "sales.view_salesorder")
            self.order = get_object_or_404(rows.select_related("client", "organization"), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def make_form(self, data: Any = None) -> forms.Form:
        share = cents(self.order.gross_amount * Decimal("0.4"))
        with translation.override(self.order.client.language):
            text = _("Good day,\n\nthank you for your order. Before we begin we ask for an advance.")
        initial = {
            "amount": share,
            "until": timezone.localdate() + timedelta(days=7),
            "to": next(iter(mail_addresses(self.order.client_id)), ""),
            "text": text,
        }
        return AdvanceForm(data, initial=initial)

    def more(self, form: forms.Form) -> dict[str, Any]:
        total = amounts.exact_money(self.order.gross_amount, self.order.currency_id)
        return {"told": _("%(order)s, %(total)s in all.") % {"order": self.order, "total": total}}

    def do(self, data: dict[str, Any], key: str) -> str:
        order, account = self.order, account_to_pay(self.order)
        with translation.override(order.client.language):
            told = {
                "amount": amounts.exact_money(data["amount"], order.currency_id),
                "day": daywords.day(data["until"]),
                "order": order.number,
                "company": order.organization.name,
                "iban": account.iban if account else "",
            }
            asked = _("Amount: %(amount)s\nUntil: %(day)s\nReference: %(order)s") % told
            if account:
                asked += "\n" + _("Account: %(iban)s, %(company)s") % told
            subject = _("Advance for %(order)s") % told
        ask_advance(
            order_id=order.pk,
            amount=data["amount"],
            until=data["until"],
            to=data["to"],
            subject=subject,
            text=f"{data['text']}\n\n{asked}\n\n{order.organization.name}",
            at=timezone.now(),
            key=key,
            by=self.user,
        )
        return self.back()

    def back(self) -> str:
        register = registers.of(self.order)
        return register.url_of(self.order) if register else reverse("finance:to_invoice")
