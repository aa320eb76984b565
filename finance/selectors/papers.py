"""What stands on invoices and credit notes for clients."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.customfields.kit import paper_facts
from core.documents.facts import Fact, Payment, PriceSheet, Term
from core.documents.letterhead import senders
from crm.selectors.receivers import receiver
from finance.choices import InvoiceKind
from finance.models import BankAccount, Invoice
from sales.selectors.papers import are_with_tax, priced_lines, totals_of


def invoice_sheets(ids: Sequence[int]) -> dict[int, PriceSheet]:
    """The facts of these invoices or credit notes; the number of statements does not grow with them or their lines."""
    invoices = list(
        Invoice.objects.filter(pk__in=ids)
        .select_related("organization", "client__owner", "legal_entity", "order", "credits", "currency")
        .prefetch_related("lines__item__unit", "taxes")
    )
    letterheads = senders(invoice.organization for invoice in invoices)
    accounts = _accounts(invoices)
    own = paper_facts(invoices)
    return {
        invoice.pk: _sheet(invoice, letterheads, accounts.get(invoice.pk), own.get(invoice.pk, ()))
        for invoice in invoices
    }


def _accounts(invoices: Iterable[Invoice]) -> dict[int, BankAccount]:
    """The account to pay an invoice to: with an IBAN, in its currency, of its branch before others of the company."""
    wanted = Q(pk__in=[])
    for invoice in invoices:
        wanted |= Q(organization=invoice.organization_id, currency=invoice.currency_id)
    rows = list(BankAccount.objects.filter(wanted, is_cash=False).exclude(iban="").order_by("pk"))
    found: dict[int, BankAccount] = {}
    for invoice in invoices:
        fitting = [
            row
            for row in rows
            if (row.organization_id, row.currency_id) == (invoice.organization_id, invoice.currency_id)
        ]
        if fitting:
            found[invoice.pk] = min(fitting, key=lambda row: (row.branch_id != invoice.branch_id, row.pk))
    return found


def number_of(invoice: Invoice) -> str:
    """The legal number; a draft has none and is told by its key."""
    return invoice.number or f"DRAFT-{invoice.pk}"


def _sheet(
    invoice: Invoice, letterheads: dict[int, Any], account: BankAccount | None, own: tuple[Fact, ...]
) -> PriceSheet:
    lines = sorted(invoice.lines.all(), key=lambda line: line.position)
    is_credit = invoice.kind == InvoiceKind.CREDIT_NOTE
    return PriceSheet(
        number=number_of(invoice),
        title=pgettext("printed paper", "Credit note") if is_credit else pgettext("printed paper", "Invoice"),
        sender=letterheads[invoice.organization_id],
        receiver=receiver(invoice.legal_entity, pgettext("printed paper", "For")),
        facts=(*_facts(invoice, is_credit=is_credit), *own),
        lines=priced_lines(lines),
        totals=totals_of(invoice, invoice.taxes.all()),
        terms=tuple(_terms(invoice, is_credit=is_credit)),
        payment=None if is_credit or account is None else _payment(invoice, account),
        prices_with_tax=are_with_tax(lines),
        shows_discount=any(line.discount_pct for line in lines),
    )


def _facts(invoice: Invoice, *, is_credit: bool) -> Iterable[Fact]:
    label = pgettext("printed paper", "Credit note") if is_credit else pgettext("printed paper", "Invoice")
    yield Fact(label, number_of(invoice), strong=True)
    if invoice.issued_on:
        yield Fact(pgettext("printed paper", "Date"), invoice.issued_on)
    if invoice.due_on and not is_credit:
        yield Fact(pgettext("printed paper", "Due on"), invoice.due_on)
    if invoice.credits:
        yield Fact(pgettext("printed paper", "For invoice"), invoice.credits.number)
    if invoice.order:
        yield Fact(pgettext("printed paper", "Order"), invoice.order.number)
        if invoice.order.client_reference:
            yield Fact(pgettext("printed paper", "Your order"), invoice.order.client_reference)
    if invoice.client.owner:
        yield Fact(pgettext("printed paper", "Your contact"), str(invoice.client.owner))


def _terms(invoice: Invoice, *, is_credit: bool) -> Iterable[Term]:
    if is_credit:
        if invoice.reason:
            yield Term(pgettext("printed paper", "Reason"), invoice.reason)
        yield Term(
            pgettext("printed paper", "Credit"),
            _("We settle it with what is open, or pay it back where nothing is open."),
        )


def _payment(invoice: Invoice, account: BankAccount) -> Payment:
    iban = account.iban.replace(" ", "").upper()
    return Payment(
        iban=" ".join(iban[start : start + 4] for start in range(0, len(iban), 4)),
        name=invoice.organization.name,
        reference=number_of(invoice),
        qr=transfer_code(invoice, iban) if invoice.number and invoice.currency_id == "EUR" else "",
    )


def transfer_code(invoice: Invoice, iban: str) -> str:
    """The text of the payment code of European banks (EPC069-12, version 2): who, where, how much, for what."""
    name = " ".join(invoice.organization.name.split())[:70]
    return "\n".join(
        ["BCD", "002", "1", "SCT", "", name, iban, f"EUR{invoice.gross_amount:.2f}", "", "", invoice.number[:140]]
    )
