"""Planted corruption has to be found: each test breaks one promise past all guards."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from core.actors import SYSTEM
from core.ledgers import registered
from finance.choices import InvoiceKind
from finance.models import Allocation, Invoice, InvoiceLine, InvoiceTax, Payment, StatementImport, StatementLine
from finance.services.allocations import allocate
from finance.services.bank import book_line, import_statement
from finance.services.invoices import CreditDraft, credit_invoice
from finance.services.payments import reverse_payment
from tests.factories.core import make_currency
from tests.factories.crm import make_client, make_legal_entity
from tests.factories.finance import DAY, NOON, make_account, make_invoice, make_payment

pytestmark = pytest.mark.django_db

D = Decimal
OURS = ("I3", "I4", "I8", "I9")


@pytest.fixture
def world():
    """Two invoices, one of them credited in part, a payment that settles, a reversed one, and a bank statement."""
    entity = make_legal_entity()
    account = make_account(opening="10.00")
    branch = account.branch
    invoice, other = make_invoice(entity=entity, branch=branch), make_invoice(entity=entity, branch=branch)
    payment = make_payment("120.00", entity=entity, account=account)
    allocate(invoice_id=invoice.pk, payment_id=payment.pk, amount=D("100.00"), on=DAY, by=SYSTEM)
    drafts = [CreditDraft(net=D("10.00"), invoice_line_id=other.lines.get().pk)]
    credit_invoice(invoice_id=other.pk, lines=drafts, reason="x", issued_on=DAY, at=NOON, by=SYSTEM)
    reverse_payment(payment_id=make_payment("5.00", account=account).pk, on=DAY, by=SYSTEM)
    content = b"date,amount,balance\n2026-04-01,5.00,15.00\n2026-04-02,-1.00,14.00\n"
    import_statement(account_id=account.pk, content=content, file_name="a.csv", at=NOON, by=SYSTEM)
    book_line(line_id=StatementLine.objects.earliest("pk").pk, legal_entity_id=entity.pk, at=NOON, by=SYSTEM)
    return invoice


@pytest.fixture
def unguarded(world):
    """Switch triggers and CHECK constraints of finance off, as an intruder or a bad repair script would."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint"
            " WHERE contype = 'c' AND conrelid::regclass::text LIKE 'finance_%'"
        )
        for table, name in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        cursor.execute("SET session_replication_role = replica")
    yield world
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = DEFAULT")


def findings() -> set[tuple[str, str]]:
    return {
        (found.invariant, found.check)
        for invariant, check in registered().values()
        if invariant in OURS and check.__module__.startswith("finance.ledgers.")
        for found in check()
    }


def test_a_sound_world_is_clean(world):
    assert findings() == set()


def credit_note() -> Invoice:
    return Invoice.objects.get(kind=InvoiceKind.CREDIT_NOTE)


CORRUPTIONS = {
    "a payment that forgot what it settled": (
        "allocations of payments", lambda: Payment.objects.filter(amount=120).update(allocated=0),
    ),
    "an invoice that claims to be paid": (
        "allocations of invoices", lambda: Invoice.objects.filter(allocated=100).update(allocated=120),
    ),
    "a doubled allocation": (
        "allocations of invoices",
        lambda: Allocation.objects.bulk_create(
            [Allocation(invoice=a.invoice, payment=a.payment, amount=a.amount, allocated_on=DAY)
             for a in Allocation.objects.filter(amount=100)]
        ),
    ),
    "a credit note spent twice": (
        "allocations of invoices", lambda: Invoice.objects.filter(pk=credit_note().pk).update(allocated=0),
    ),
    "money of a stranger": (
        "allocations fit their documents",
        lambda: Payment.objects.filter(amount=120).update(client=make_client()),
    ),
    "money of nobody": (
        "allocations fit their documents", lambda: Payment.objects.filter(amount=120).update(client=None),
    ),
    "another currency": (
        "allocations fit their documents",
        lambda: Payment.objects.filter(amount=120).update(currency=make_currency("USD")),
    ),
    "settled before it was invoiced": (
        "allocations fit their documents",
        lambda: Allocation.objects.filter(amount=100).update(allocated_on=date(2026, 1, 1)),
    ),
    "a reversal over another amount": (
        "reversed payments", lambda: Payment.objects.exclude(reversal_of=None).update(amount=4),
    ),
    "a reversed payment that is posted again": (
        "reversed payments", lambda: Payment.objects.filter(status="reversed").update(status="posted"),
    ),
    "a hole in the numbers": (
        "numbers of invoices and credit notes",
        lambda: Invoice.objects.filter(number="INV-2026-00001").update(number="INV-2026-00007"),
    ),
    "a vanished invoice": (
        "numbers of invoices and credit notes",
        lambda: Invoice.objects.filter(number="INV-2026-00002").update(status="draft"),
    ),
    "a vanished credit note": (
        "numbers of invoices and credit notes",
        lambda: Invoice.objects.filter(pk=credit_note().pk).update(status="draft"),
    ),
    "an invoice of a year without a series": (
        "numbers outside their series",
        lambda: Invoice.objects.filter(number="INV-2026-00002").update(issued_on=date(2020, 1, 1)),
    ),
    "a total that is not its parts": (
        "totals of documents", lambda: Invoice.objects.filter(number="INV-2026-00001").update(gross_amount=999),
    ),
    "a line that grew": (
        "totals of documents",
        lambda: InvoiceLine.objects.filter(invoice__number="INV-2026-00001").update(net_amount=101),
    ),
    "tax that was rounded away": (
        "tax of invoices",
        lambda: (
            InvoiceTax.objects.filter(invoice__number="INV-2026-00001").update(tax_amount=D("19.99")),
            Invoice.objects.filter(number="INV-2026-00001").update(tax_amount=D("19.99"), gross_amount=D("119.99")),
        ),
    ),
    "a credit note over more than was invoiced": (
        "tax of invoices",
        lambda: (
            InvoiceTax.objects.filter(invoice=credit_note()).update(net_amount=200, tax_amount=40),
            InvoiceLine.objects.filter(invoice=credit_note()).update(net_amount=200),
        ),
    ),
    "a bank line over another amount than its payment": (
        "bank lines booked once", lambda: StatementLine.objects.filter(status="matched").update(amount=6),
    ),
    "a matched line without a payment": (
        "bank lines booked once", lambda: StatementLine.objects.filter(status="new").update(status="matched"),
    ),
    "a lost bank line": (
        "bank statements", lambda: StatementLine.objects.filter(status="new").delete(),
    ),
    "a statement that does not add up": (
        "bank statements", lambda: StatementImport.objects.update(closing=99),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_planted_corruption_is_found(unguarded, kind):
    check, plant = CORRUPTIONS[kind]
    plant()
    assert check in {name for _invariant, name in findings()}
