"""Bank lines that wait to be booked, and whose money they may be."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from core.actors import Actor
from crm.models import LegalEntity
from finance.choices import InvoiceKind, StatementLineStatus
from finance.models import Invoice, StatementLine
from sales.models import SalesOrder

NUMBER = re.compile(r"[A-Z0-9][A-Z0-9/_-]{3,}", re.IGNORECASE)


@dataclass(frozen=True)
class Suggestion:
    """A guess at the other side of a bank line: its legal entity, and the document or order that the line names."""

    legal_entity_id: int
    invoice_id: int | None = None
    order_id: int | None = None


def lines_to_book(user: Actor) -> QuerySet[StatementLine]:
    """New bank lines that `user` may see, the oldest first."""
    lines = StatementLine.objects.visible_to(user).filter(status=StatementLineStatus.NEW)
    return lines.select_related("account").order_by("booked_on", "pk")


def suggestions(lines: Sequence[StatementLine]) -> dict[int, list[Suggestion]]:
    """What lines may be booked to, the surest first, in three statements for any number of lines.

    A number of a posted invoice or bill in the text comes first, then the number of an order, then the payer's
    account number. Lines that say nothing known are absent.
    """
    # As written and in capitals: banks change the case of what payers write.
    words = {line.pk: {*NUMBER.findall(line.text), *NUMBER.findall(line.text.upper())} for line in lines}
    named = set().union(*words.values()) if words else set()
    invoices: dict[str, list[Invoice]] = defaultdict(list)
    for invoice in Invoice.objects.posted().filter(number__in=named).order_by("pk"):
        invoices[invoice.number].append(invoice)
    orders: dict[str, list[SalesOrder]] = defaultdict(list)
    for order in SalesOrder.objects.filter(number__in=named).order_by("pk"):
        orders[order.number].append(order)
    holders: dict[str, list[int]] = defaultdict(list)
    ibans = {line.payer_iban for line in lines if line.payer_iban}
    for pk, iban in LegalEntity.objects.filter(iban__in=ibans).order_by("pk").values_list("pk", "iban"):
        holders[iban].append(pk)
    found = {}
    for line in lines:
        guesses = [
            Suggestion(row.legal_entity_id, invoice_id=row.pk, order_id=row.order_id)
            for word in sorted(words[line.pk])
            for row in invoices.get(word, [])
            if (line.amount < 0) == (row.kind != InvoiceKind.INVOICE)
        ]
        guesses += [
            Suggestion(row.legal_entity_id, order_id=row.pk)
            for word in sorted(words[line.pk])
            for row in orders.get(word, [])
        ]
        guesses += [Suggestion(pk) for pk in holders.get(line.payer_iban, [])]
        if guesses:
            found[line.pk] = guesses
    return found
