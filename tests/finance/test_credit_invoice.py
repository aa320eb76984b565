from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core.actors import SYSTEM
from core.errors import KeyReused, NotAllowed, PeriodClosed
from core.ledgers import run_all
from core.money import ZERO, cents
from finance.choices import InvoiceKind
from finance.errors import AllocationTooEarly, AmountNotPositive, CreditTooLarge, NoSuchLine, NotCreditable
from finance.models import Invoice
from finance.selectors.balances import client_balance, receivables_as_of
from finance.services.allocations import allocate
from finance.services.invoices import CreditDraft, credit_invoice
from finance.services.periods import close_period
from tests.factories.core import make_user
from tests.factories.crm import make_legal_entity
from tests.factories.finance import DAY, make_invoice, make_payment

pytestmark = pytest.mark.django_db

D = Decimal
ON = date(2026, 4, 8)
AT = datetime(2026, 4, 8, 10, tzinfo=UTC)


def credited(invoice: Invoice, *nets, **fields) -> Invoice:
    """Credit `nets` from the lines of the invoice in order."""
    drafts = [
        CreditDraft(net=D(net), invoice_line_id=line.pk)
        for net, line in zip(nets, invoice.lines.order_by("position"), strict=False)
        if net
    ]
    wish = {"invoice_id": invoice.pk, "lines": drafts, "reason": "Scratch", "issued_on": ON, "at": AT, "by": SYSTEM}
    return credit_invoice(**{**wish, **fields})


def test_step_23_a_credit_note_on_a_paid_invoice_is_money_of_the_client():
    entity = make_legal_entity()
    invoice = make_invoice([("1590.34", 20), ("389.50", 10)], entity=entity)
    payment = make_payment("2400.00", entity=entity)
    allocate(invoice_id=invoice.pk, payment_id=payment.pk, amount=D("2336.86"), on=DAY, by=SYSTEM)
    assert client_balance(entity.client_id, DAY) == D("-63.14")
    note = credited(invoice, "50.00")
    assert (note.number, note.net_amount, note.tax_amount, note.gross_amount) == (
        "CN-2026-00001", D("50.00"), D("10.00"), D("60.00"),
    )  # fmt: skip
    assert note.allocated == ZERO
    assert client_balance(entity.client_id, ON) == D("-123.14")
    assert receivables_as_of(ON) == ZERO


def test_what_is_open_on_the_invoice_is_settled_at_once():
    invoice = make_invoice()
    note = credited(invoice, "40.00")
    invoice.refresh_from_db()
    assert (note.allocated, invoice.open_amount) == (D("48.00"), D("72.00"))
    assert invoice.allocations.get().credit_note == note


def test_the_last_credit_takes_exactly_the_tax_that_is_left():
    invoice = make_invoice([("0.03", 20), ("0.03", 20), ("0.02", 20)])  # tax 0.02 on 0.08
    taxes = [credited(invoice, *nets).tax_amount for nets in (("0.03",), ("", "0.03"), ("", "", "0.02"))]
    assert taxes == [D("0.01"), D("0.01"), ZERO]
    invoice.refresh_from_db()
    assert invoice.open_amount == ZERO
    assert run_all() == []


class TestRefusal:
    def refused(self, error, invoice, *nets, **changes):
        count = Invoice.objects.count()
        with pytest.raises(error), transaction.atomic():
            credited(invoice, *nets, **changes)
        assert Invoice.objects.count() == count

    def test_more_than_the_line_has_left(self):
        invoice = make_invoice()
        self.refused(CreditTooLarge, invoice, "100.01")
        credited(invoice, "60.00")
        self.refused(CreditTooLarge, invoice, "40.01")
        self.refused(AmountNotPositive, invoice, "-1")
        self.refused(NoSuchLine, invoice)

    def test_bills_credit_notes_and_other_lines(self):
        invoice = make_invoice()
        self.refused(NotCreditable, make_invoice(kind=InvoiceKind.BILL), "1.00")
        self.refused(NotCreditable, credited(invoice, "1.00"), "1.00")
        self.refused(NoSuchLine, invoice, lines=[CreditDraft(net=D(1), order_line_id=999_999)])

    def test_early_closed_or_not_allowed(self):
        invoice = make_invoice()
        self.refused(AllocationTooEarly, invoice, "1.00", issued_on=DAY - timedelta(days=1))
        self.refused(NotAllowed, invoice, "1.00", by=make_user("head_of_sales"))
        close_period(branch_id=invoice.branch_id, month=ON, at=AT, by=SYSTEM)
        self.refused(PeriodClosed, invoice, "1.00")


def test_the_same_key_returns_the_first_credit_note():
    invoice = make_invoice()
    assert credited(invoice, "10.00", key="k") == credited(invoice, "10.00", key="k")
    with pytest.raises(KeyReused):
        credited(make_invoice(), "10.00", key="k")


def test_a_credit_note_without_an_invoice_is_refused_by_the_database():
    with pytest.raises(IntegrityError), transaction.atomic():
        make_invoice(kind=InvoiceKind.CREDIT_NOTE)


class TestAnyCredits(TestCase):
    @settings(max_examples=12, deadline=None)
    @given(
        lines=st.lists(st.tuples(st.integers(1, 5000), st.sampled_from([20, 10, 7])), min_size=1, max_size=4),
        cuts=st.lists(st.lists(st.integers(0, 100), min_size=4, max_size=4), max_size=4),
    )
    def test_credits_never_exceed_the_invoice_and_all_of_them_give_it_all_back(self, lines, cuts):
        invoice = make_invoice([(D(net) / 100, percent) for net, percent in lines])
        left = [D(net) / 100 for net, _percent in lines]
        for cut in cuts:
            nets = [cents(amount * part / 100) for amount, part in zip(left, cut, strict=False)]
            if any(nets):
                credited(invoice, *nets)
                left = [amount - net for amount, net in zip(left, nets, strict=False)]
        if any(left):
            credited(invoice, *left)
        notes = invoice.credit_notes.all()
        assert sum(note.net_amount for note in notes) == invoice.net_amount
        assert sum(note.tax_amount for note in notes) == invoice.tax_amount
        invoice.refresh_from_db()
        assert invoice.open_amount == ZERO
        assert run_all() == []
