"""Credit notes: taking back a part of an invoice, with the taxes it was issued with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Sum

from core import policy
from core.actors import Actor
from core.errors import KeyReused
from core.money import ZERO, cents
from core.tax import TaxGroup
from core.transactions import command
from finance.choices import InvoiceKind
from finance.errors import AllocationTooEarly, CreditTooLarge, InvoiceNotPosted, NoSuchLine, NotCreditable
from finance.models import Invoice, InvoiceLine, InvoiceTax
from finance.services.posting import post_document
from finance.services.settling import Settlement, check, positive_amount, settle


@dataclass(frozen=True)
class CreditDraft:
    """`net` to take back from one line of the invoice, named by itself or by the order line it stands for."""

    net: Decimal
    invoice_line_id: int | None = None
    order_line_id: int | None = None
    text: str = ""


@command
def credit_invoice(
    *,
    invoice_id: int,
    lines: Sequence[CreditDraft],
    reason: str,
    issued_on: date,
    at: datetime,
    by: Actor,
    key: str | None = None,
) -> Invoice:
    """Issue a credit note on a posted invoice; what is still open on the invoice is settled by it at once.

    Per line no more than its net can be credited over time. Tax mirrors the invoice: rounded once per rate, and
    the credit note that completes a rate takes exactly the tax that is left of it. The same `key` returns the
    first credit note. Locks the invoice, then the number series.
    Raises NotCreditable, NoSuchLine, CreditTooLarge, AmountNotPositive, PeriodClosed.
    """
    invoice = Invoice.objects.locked().select_related("organization").get(pk=invoice_id)
    policy.require(by, "finance.credit_invoice", invoice)
    # Read after the lock: a parallel call with the same key has committed by now.
    known = Invoice.objects.filter(key=key).first() if key else None
    if known is not None:
        if known.credits_id != invoice.pk:
            raise KeyReused
        return known
    if invoice.kind != InvoiceKind.INVOICE:
        raise NotCreditable(number=invoice)
    if invoice.issued_on is None or not invoice.posted_at:
        raise InvoiceNotPosted
    if issued_on < invoice.issued_on:
        raise AllocationTooEarly(on=issued_on, document=invoice, dated=invoice.issued_on)
    credit_lines = _lines(invoice, lines)
    note = Invoice(
        organization=invoice.organization,
        branch_id=invoice.branch_id,
        kind=InvoiceKind.CREDIT_NOTE,
        client_id=invoice.client_id,
        legal_entity_id=invoice.legal_entity_id,
        order_id=invoice.order_id,
        credits=invoice,
        currency_id=invoice.currency_id,
        reason=reason,
        key=key,
    )
    groups = _tax_groups(invoice, credit_lines)
    post_document(note, lines=credit_lines, groups=groups, series="credit_note", at=at, by=by, issued_on=issued_on)
    amount = min(invoice.open_amount, note.gross_amount)
    if amount > 0:
        wish = Settlement(invoice, note, amount, issued_on)
        check(wish)
        settle([wish], by=by)
    return note


def _lines(invoice: Invoice, drafts: Sequence[CreditDraft]) -> list[InvoiceLine]:
    stored = list(invoice.lines.select_related("item"))
    by_line = {line.pk: line for line in stored}
    by_order_line = {line.order_line_id: line for line in stored if line.order_line_id is not None}
    credited = dict(
        InvoiceLine.objects.filter(credits_line__in=stored).values_list("credits_line").annotate(Sum("net_amount"))
    )
    made = []
    for draft in drafts:
        line = by_line.get(draft.invoice_line_id or 0) or by_order_line.get(draft.order_line_id or 0)
        if line is None:
            raise NoSuchLine(number=invoice)
        net = positive_amount(draft.net)
        left = line.net_amount - credited.get(line.pk, ZERO)
        if net > left:
            raise CreditTooLarge(wanted=net, left=left, currency=invoice.currency_id, number=invoice)
        credited[line.pk] = credited.get(line.pk, ZERO) + net
        made.append(
            InvoiceLine(
                item_id=line.item_id,
                order_line_id=line.order_line_id,
                credits_line=line,
                text=draft.text or line.text,
                qty=Decimal(1),
                unit_price=net,
                tax_percent=line.tax_percent,
                net_amount=net,
            )
        )
    if not made:
        raise NoSuchLine(number=invoice)
    return made


def _tax_groups(invoice: Invoice, lines: Sequence[InvoiceLine]) -> list[TaxGroup]:
    """The taxes of a credit note: per rate rounded once, never more than is left, all of it with the last net."""
    nets: dict[Decimal, Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        nets[line.tax_percent] += line.net_amount
    issued = {row.percent: row for row in invoice.taxes.all()}
    taken = {
        row["percent"]: row
        for row in InvoiceTax.objects.filter(invoice__credits=invoice)
        .values("percent")
        .annotate(net=Sum("net_amount"), tax=Sum("tax_amount"))
    }
    groups = []
    for percent, net in sorted(nets.items(), reverse=True):
        before = taken.get(percent, {"net": ZERO, "tax": ZERO})
        net_left = issued[percent].net_amount - before["net"]
        tax_left = issued[percent].tax_amount - before["tax"]
        tax = tax_left if net == net_left else min(cents(net * percent / 100), tax_left)
        groups.append(TaxGroup(percent=percent, net=net, tax=tax))
    return groups
