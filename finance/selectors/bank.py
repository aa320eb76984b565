"""Bank lines that wait to be booked, and whose money they may be."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.functions import Lower

from core.actors import Actor
from crm.models import LegalEntity
from finance.choices import InvoiceKind, PaymentStatus, StatementLineStatus
from finance.models import Invoice, Payment, StatementLine
from sales.models import SalesOrder

NEAR_DAYS = 10
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
    """What lines may be booked to, the surest first, in four statements for any number of lines.

    A number of a posted invoice or bill in the text comes first, then the number of an order, then the payer's
    account number, then a legal entity of his name. Lines that say nothing known are absent.
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
    bearers: dict[str, list[int]] = defaultdict(list)
    names = {_plain(line.payer_name) for line in lines} - {""}
    known = LegalEntity.objects.annotate(plain=Lower("legal_name")).filter(plain__in=names).order_by("pk")
    for pk, name in known.values_list("pk", "plain"):
        bearers[name].append(pk)
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
        known_ones = {guess.legal_entity_id for guess in guesses}
        guesses += [Suggestion(pk) for pk in bearers.get(_plain(line.payer_name), []) if pk not in known_ones]
        if guesses:
            found[line.pk] = guesses
    return found


def _plain(name: str) -> str:
    return " ".join(name.split()).lower()


@dataclass(frozen=True)
class NamedSuggestion:
    """A suggestion with the names people know."""

    legal_entity_id: int
    entity: str
    client_id: int
    document_number: str = ""
    order_number: str = ""

    @property
    def is_sure(self) -> bool:
        return bool(self.document_number or self.order_number)


def named_suggestions(lines: Sequence[StatementLine], user: Actor) -> dict[int, list[NamedSuggestion]]:
    """`suggestions` with names, each other side once; three statements more for any number of lines."""
    found = suggestions(lines)
    guesses = [guess for rows in found.values() for guess in rows]
    entities = {
        pk: (name, client)
        for pk, name, client in LegalEntity.objects.visible_to(user)
        .filter(pk__in={guess.legal_entity_id for guess in guesses})
        .values_list("pk", "legal_name", "client_id")
    }
    documents = Invoice.objects.filter(pk__in={guess.invoice_id for guess in guesses if guess.invoice_id})
    numbers = dict(documents.values_list("pk", "number"))
    orders = SalesOrder.objects.filter(pk__in={guess.order_id for guess in guesses if guess.order_id})
    order_numbers = dict(orders.values_list("pk", "number"))
    named: dict[int, list[NamedSuggestion]] = {}
    for line_id, rows in found.items():
        for guess in rows:
            if guess.legal_entity_id not in entities:
                continue
            name, client = entities[guess.legal_entity_id]
            one = NamedSuggestion(
                guess.legal_entity_id, name, client,
                numbers.get(guess.invoice_id or 0, ""), order_numbers.get(guess.order_id or 0, ""),
            )  # fmt: skip
            if one not in named.setdefault(line_id, []):
                named[line_id].append(one)
    return named


def unmatched_payments(lines: Sequence[StatementLine]) -> dict[int, list[Payment]]:
    """Payments recorded by hand that lines may be: same account and amount, up to ten days apart; one statement."""
    amounts = {abs(line.amount) for line in lines}
    rows = Payment.objects.filter(
        account__in={line.account_id for line in lines},
        amount__in=amounts,
        status=PaymentStatus.POSTED,
        reversal_of=None,
        statement_line=None,
    ).select_related("legal_entity")
    found: dict[int, list[Payment]] = {}
    for line in lines:
        found[line.pk] = [
            row
            for row in rows
            if (row.account_id, row.signed_amount) == (line.account_id, line.amount)
            and abs((row.paid_on - line.booked_on).days) <= NEAR_DAYS
        ]
    return found
