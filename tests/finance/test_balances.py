from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core.actors import SYSTEM
from core.errors import DomainError
from core.ledgers import run_all
from core.money import ZERO, cents
from finance.choices import InvoiceKind, InvoiceState, PaymentDirection
from finance.models import Allocation, Invoice, Payment
from finance.selectors.answers import credit_exposure
from finance.selectors.balances import (
    ageing,
    client_balance,
    on_account,
    overdue_by_client,
    payables_as_of,
    receivables_as_of,
    receivables_by_client,
)
from finance.selectors.states import invoice_state
from finance.services.allocations import allocate, reverse_allocation
from finance.services.invoices import CreditDraft, credit_invoice
from finance.services.payments import reverse_payment
from sales import ports
from tests.factories.core import make_branch, make_currency, make_rate, make_user
from tests.factories.crm import make_client, make_legal_entity
from tests.factories.finance import NOON, make_account, make_invoice, make_payment

pytestmark = pytest.mark.django_db

D = Decimal
FIRST = date(2026, 3, 1)


def on(day: int) -> date:
    return FIRST + timedelta(days=day)


@pytest.fixture
def main_job():
    """The documents of steps 18 to 21: advance, invoice, payment of a sister company."""
    trading = make_legal_entity(make_client(name="Bluehaven Group"))
    services = make_legal_entity(trading.client)
    account = make_account(opening="5000.00")
    advance = make_payment("900.00", account=account, entity=trading, on=date(2026, 3, 12))
    invoice = make_invoice(
        [("1590.34", 20), ("389.50", 10)], entity=trading, on=date(2026, 3, 26), due_on=date(2026, 4, 9)
    )
    paid = make_payment("1500.00", account=account, entity=services, on=date(2026, 4, 7))
    for payment, amount, day in ((advance, "900.00", date(2026, 3, 26)), (paid, "1436.86", date(2026, 4, 7))):
        allocate(invoice_id=invoice.pk, payment_id=payment.pk, amount=D(amount), on=day, by=SYSTEM)
    return invoice, services


def test_steps_18_to_21_and_the_dashboard(main_job):
    invoice, services = main_job
    days = [date(2026, 3, 25), date(2026, 3, 26), date(2026, 4, 6), date(2026, 4, 7)]
    assert [receivables_as_of(day) for day in days] == [ZERO, D("1436.86"), D("1436.86"), ZERO]
    client = invoice.client_id
    assert [client_balance(client, day) for day in days] == [D("-900.00"), D("1436.86"), D("1436.86"), D("-63.14")]
    assert on_account(services.pk, days[-1]) == D("63.14")
    assert overdue_by_client(days[2]) == {}
    states = [invoice_state(invoice, day) for day in days]
    assert [state.state for state in states] == [
        InvoiceState.DRAFT, InvoiceState.PART_PAID, InvoiceState.PART_PAID, InvoiceState.PAID,
    ]  # fmt: skip
    assert not any(state.is_overdue for state in states)
    paid_on = states[-1].paid_on
    assert paid_on == date(2026, 4, 7)
    assert ((paid_on - invoice.issued_on).days, (invoice.due_on - paid_on).days) == (12, 2)


def test_what_is_late_is_aged_and_told_to_the_credit_check():
    entity = make_legal_entity()
    for due, net in (
        (40, "10.00"),
        (31, "20.00"),
        (30, "30.00"),
        (1, "40.00"),
        (0, "50.00"),
        (-60, "60.00"),
        (-61, "70.00"),
    ):
        make_invoice([(net, 0)], entity=entity, on=on(0) - timedelta(days=100), due_on=on(due))
    (row,) = ageing(on(31))
    assert (row.not_due, row.to_30, row.to_60, row.to_90, row.over_90) == (
        D("30.00"), D("70.00"), D("50.00"), ZERO, D("130.00"),
    )  # fmt: skip
    (row,) = ageing(on(30))
    assert (row.not_due, row.to_30, row.to_60, row.to_90, row.over_90) == (
        D("60.00"), D("90.00"), ZERO, D("60.00"), D("70.00"),
    )  # fmt: skip
    assert row.total == receivables_as_of(on(30)) == D("280.00")
    exposure = credit_exposure(entity.client_id, on(30))
    assert (exposure.receivable, exposure.overdue) == (D("280.00"), D("220.00"))
    assert ports.credit_exposure(entity.client_id, on(30)) == exposure
    state = invoice_state(Invoice.objects.get(due_on=on(1)), on(30))
    assert (state.is_overdue, state.days_overdue, state.state) == (True, 29, InvoiceState.OPEN)


def test_a_seller_sees_the_ageing_of_his_own_clients():
    seller = make_user("seller")
    mine = make_invoice(entity=make_legal_entity(make_client(owner=seller)))
    make_invoice()
    assert [row.client_id for row in ageing(mine.due_on, user=seller)] == [mine.client_id]
    assert len(ageing(mine.due_on)) == 2
    assert ageing(mine.due_on, user=make_user("storekeeper")) == []


def test_an_invoice_that_credit_notes_settled_is_credited():
    invoice = make_invoice(on=on(0))
    line = invoice.lines.get()
    credit_invoice(
        invoice_id=invoice.pk, lines=[CreditDraft(net=line.net_amount, invoice_line_id=line.pk)], reason="Return",
        issued_on=on(3), at=NOON, by=SYSTEM,
    )  # fmt: skip
    assert invoice_state(invoice, on(2)).state == InvoiceState.OPEN
    assert invoice_state(invoice, on(3)).state == InvoiceState.CREDITED
    assert invoice_state(invoice.credit_notes.get(), on(3)).state == InvoiceState.PAID
    assert receivables_as_of(on(3)) == client_balance(invoice.client_id, on(3)) == ZERO


def test_other_currencies_count_at_the_rate_of_their_document():
    make_rate("USD", "EUR", on(0), "0.5")
    make_rate("USD", "EUR", on(5), "0.9")
    invoice = make_invoice([("100.01", 0)], currency=make_currency("USD"), on=on(1))
    assert receivables_as_of(on(9)) == D("50.01")
    assert client_balance(invoice.client_id, on(9)) == D("50.01")


def test_a_figure_takes_the_same_few_statements_for_any_number_of_documents():
    def count() -> list[int]:
        counted = []
        for call in (receivables_as_of, receivables_by_client, payables_as_of, ageing):
            with CaptureQueriesContext(connection) as captured:
                call(on(5))
            counted.append(len(captured))
        return counted

    make_invoice(on=on(0))
    before = count()
    for _ in range(10):
        make_invoice(on=on(0))
    assert count() == before == [2, 2, 2, 2]


# --- against a slow reference -----------------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["allocate", "allocate", "allocate", "reverse", "reverse payment", "credit"]),
        st.integers(0, 3),
        st.integers(0, 3),
        st.integers(1, 20_000),
        st.integers(0, 12),
    ),
    max_size=12,
)


def slow_open(invoice: Invoice, rows: list[Allocation], day: date) -> Decimal:
    """What is open on a document at the end of a day, row by row."""
    if invoice.issued_on > day:
        return ZERO
    known = [row for row in rows if row.allocated_on <= day]
    return invoice.gross_amount - sum(
        (row.amount for row in known if invoice.pk in (row.invoice_id, row.credit_note_id)), ZERO
    )


class TestAnyStory(TestCase):
    @settings(max_examples=12, deadline=None)
    @given(
        invoices=st.lists(st.tuples(st.integers(1, 15_000), st.integers(0, 8)), min_size=1, max_size=4),
        payments=st.lists(st.tuples(st.integers(1, 15_000), st.integers(0, 8)), min_size=1, max_size=4),
        steps=STEPS,
    )
    def test_nothing_is_settled_twice_and_every_day_equals_the_slow_sum(self, invoices, payments, steps):
        entity, branch = make_legal_entity(), make_branch()
        account = make_account(branch)
        debts = [
            make_invoice([(D(net) / 100, 20)], entity=entity, branch=branch, on=on(day), due_on=on(day + 4))
            for net, day in invoices
        ]
        money = [make_payment(D(amount) / 100, account=account, entity=entity, on=on(day)) for amount, day in payments]
        for step in steps:
            with _refusals_change_nothing():
                self.take(step, debts, money)
        for document in [*Invoice.objects.all(), *Payment.objects.all()]:
            assert (
                ZERO
                <= document.allocated
                <= (document.gross_amount if isinstance(document, Invoice) else document.amount)
            )
        rows, issued = list(Allocation.objects.all()), list(Invoice.objects.filter(kind=InvoiceKind.INVOICE))
        notes = list(Invoice.objects.filter(kind=InvoiceKind.CREDIT_NOTE))
        for day in map(on, range(13)):
            expected = sum((slow_open(invoice, rows, day) for invoice in issued), ZERO)
            assert receivables_as_of(day) == expected
            assert sum((row.total for row in ageing(day)), ZERO) == expected
            to_give = sum((slow_open(note, rows, day) for note in notes), ZERO)
            assert client_balance(entity.client_id, day) == expected - to_give - on_account(entity.pk, day)
        assert run_all() == []

    def take(self, step, debts, money):
        verb, one, other, amount, day = step
        invoice, payment = debts[one % len(debts)], money[other % len(money)]
        if verb == "allocate":
            allocate(invoice_id=invoice.pk, payment_id=payment.pk, amount=D(amount) / 100, on=on(day), by=SYSTEM)
        elif verb == "reverse payment":
            reverse_payment(payment_id=payment.pk, on=on(day), by=SYSTEM)
        elif verb == "credit":
            line = invoice.lines.get()
            drafts = [CreditDraft(net=cents(D(amount) / 100), invoice_line_id=line.pk)]
            credit_invoice(invoice_id=invoice.pk, lines=drafts, reason="x", issued_on=on(day), at=NOON, by=SYSTEM)
        else:
            rows = list(Allocation.objects.filter(reversal_of=None).order_by("pk"))
            if rows:
                reverse_allocation(allocation_id=rows[one % len(rows)].pk, on=on(day), by=SYSTEM)


class _refusals_change_nothing:  # noqa: N801 - reads as a sentence
    def __enter__(self):
        self.before = self.fingerprint()

    def __exit__(self, kind, error, trace):
        if kind is None:
            return False
        assert issubclass(kind, DomainError), error
        assert self.fingerprint() == self.before
        return True

    def fingerprint(self):
        return [list(model.objects.order_by("pk").values()) for model in (Allocation, Invoice, Payment)]


class TestAnySequence(TestCase):
    @settings(max_examples=10, deadline=None)
    @given(
        wishes=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1), st.integers(1, 12_000)), max_size=8),
        order=st.randoms(use_true_random=False),
    )
    def test_wishes_in_any_order_never_exceed_payment_or_invoice(self, wishes, order):
        entity = make_legal_entity()
        debts = [make_invoice([(net, 0)], entity=entity) for net in ("100.00", "60.00")]
        money = [make_payment(amount, entity=entity) for amount in ("90.00", "80.00")]
        order.shuffle(wishes)
        for one, other, amount in wishes:
            with _refusals_change_nothing():
                allocate(
                    invoice_id=debts[one].pk, payment_id=money[other].pk, amount=D(amount) / 100,
                    on=debts[0].issued_on, by=SYSTEM,
                )  # fmt: skip
        for payment in Payment.objects.all():
            assert payment.allocated == sum((row.amount for row in payment.allocations.all()), ZERO) <= payment.amount
        for invoice in Invoice.objects.all():
            assert invoice.allocated == sum((row.amount for row in invoice.allocations.all()), ZERO)
            assert invoice.allocated <= invoice.gross_amount
        assert PaymentDirection.IN == Payment.objects.first().direction
