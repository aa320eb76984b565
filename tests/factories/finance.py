"""Valid records of `finance` for tests, made by its services."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from core.actors import SYSTEM
from core.models import Branch
from core.money import cents
from core.tax import TaxGroup, document_totals
from crm.models import LegalEntity
from finance.choices import InvoiceKind, PaymentDirection
from finance.models import BankAccount, Invoice, InvoiceLine, Payment
from finance.services.payments import record_payment
from finance.services.posting import post_document
from tests.factories.core import make_branch, make_currency, serial
from tests.factories.crm import make_legal_entity

DAY = date(2026, 3, 26)
NOON = datetime(2026, 3, 26, 12, tzinfo=UTC)


def make_account(branch: Branch | None = None, *, opening: Any = "0.00", **fields: Any) -> BankAccount:
    branch = branch or make_branch()
    fields.setdefault("name", f"Account {serial()}")
    fields.setdefault("currency", branch.organization.currency)
    return BankAccount.objects.create(
        organization=branch.organization, branch=branch, opening=Decimal(opening), **fields
    )


def make_payment(
    amount: Any = "100.00",
    *,
    account: BankAccount | None = None,
    entity: LegalEntity | None = None,
    direction: str = PaymentDirection.IN,
    on: date = DAY,
    **fields: Any,
) -> Payment:
    """Money received from a new client, unless told otherwise."""
    account = account or make_account()
    entity = entity or make_legal_entity()
    return record_payment(
        account_id=account.pk, direction=direction, amount=Decimal(amount), paid_on=on, by=SYSTEM,
        legal_entity_id=entity.pk, **fields,
    )  # fmt: skip


def make_invoice(
    lines: Iterable[tuple[Any, Any]] = (("100.00", 20),),
    *,
    entity: LegalEntity | None = None,
    branch: Branch | None = None,
    kind: str = InvoiceKind.INVOICE,
    on: date = DAY,
    due_on: date | None = None,
    **fields: Any,
) -> Invoice:
    """A posted invoice of (net, tax percent) lines without an order; a bill or a credit note when told so."""
    branch = branch or make_branch()
    entity = entity or make_legal_entity()
    pairs = [(cents(Decimal(net)), Decimal(percent)) for net, percent in lines]
    rows = [InvoiceLine(qty=Decimal(1), unit_price=net, tax_percent=percent, net_amount=net) for net, percent in pairs]
    groups: Iterable[TaxGroup] = document_totals(pairs).groups
    if kind == InvoiceKind.BILL:
        fields.setdefault("number", f"B-{serial()}")
    invoice = Invoice(
        organization=branch.organization,
        branch=branch,
        kind=kind,
        client=entity.client,
        legal_entity=entity,
        currency=fields.pop("currency", None) or make_currency(),
        due_on=due_on or on,
        **fields,
    )
    series = {InvoiceKind.INVOICE: "invoice", InvoiceKind.CREDIT_NOTE: "credit_note"}.get(InvoiceKind(kind))
    with transaction.atomic():  # the services that post documents bring their own
        return post_document(invoice, lines=rows, groups=groups, series=series, at=NOON, by=SYSTEM, issued_on=on)
