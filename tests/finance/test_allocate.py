from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from core.actors import SYSTEM
from core.errors import InvalidValue, KeyReused, NotAllowed, PeriodClosed
from core.models import Event
from finance.choices import InvoiceKind, PaymentDirection
from finance.errors import (
    AllocationTooEarly,
    AllocationTooLarge,
    AlreadyReversed,
    AmountNotPositive,
    CurrencyDiffers,
    ForeignClient,
    WrongWay,
)
from finance.models import Allocation, Invoice, Payment
from finance.services.allocations import allocate, reverse_allocation, settle_oldest
from finance.services.payments import record_payment, reverse_payment
from finance.services.periods import close_period
from tests.factories.core import make_currency, make_rate, make_user
from tests.factories.crm import make_legal_entity
from tests.factories.finance import DAY, NOON, make_account, make_invoice, make_payment

pytestmark = pytest.mark.django_db

D = Decimal


@pytest.fixture
def entity():
    return make_legal_entity()


def total(invoice: Invoice) -> Decimal:
    return Invoice.objects.get(pk=invoice.pk).allocated


class TestRule:
    def test_a_payment_settles_an_invoice_and_keeps_the_rest_on_account(self, entity):
        invoice, payment = make_invoice([("100.00", 20)], entity=entity), make_payment("150.00", entity=entity)
        allocation = allocate(invoice_id=invoice.pk, payment_id=payment.pk, amount=D("120.00"), on=DAY, by=SYSTEM)
        payment.refresh_from_db()
        assert (allocation.amount, total(invoice), payment.open_amount) == (D("120.00"), D("120.00"), D("30.00"))

    def test_another_legal_entity_of_the_same_client_may_pay(self, entity):
        invoice = make_invoice(entity=entity)
        sister = make_legal_entity(entity.client)
        payment = make_payment("120.00", entity=sister)
        allocate(invoice_id=invoice.pk, payment_id=payment.pk, amount=D("120.00"), on=DAY, by=SYSTEM)
        assert total(invoice) == D("120.00")

    def test_a_third_party_may_pay_when_the_reason_is_named(self, entity):
        invoice, payment = make_invoice(entity=entity), make_payment("120.00")
        allocation = allocate(
            invoice_id=invoice.pk, payment_id=payment.pk, amount=D("120.00"), on=DAY, by=SYSTEM, third_party="Leasing"
        )
        assert allocation.third_party == "Leasing"

    def test_money_paid_out_settles_a_bill(self, entity):
        bill = make_invoice(entity=entity, kind=InvoiceKind.BILL)
        payment = make_payment("120.00", entity=entity, direction=PaymentDirection.OUT)
        allocate(invoice_id=bill.pk, payment_id=payment.pk, amount=D("120.00"), on=DAY, by=SYSTEM)
        assert total(bill) == D("120.00")

    def test_a_credit_note_settles_an_invoice_and_the_rest_can_be_refunded(self, entity):
        first, second = make_invoice(entity=entity), make_invoice([("50.00", 20)], entity=entity)
        note = make_invoice([("80.00", 20)], entity=entity, kind=InvoiceKind.CREDIT_NOTE, credits=first)
        refund = make_payment("36.00", entity=entity, direction=PaymentDirection.OUT)
        allocate(invoice_id=second.pk, credit_note_id=note.pk, amount=D("60.00"), on=DAY, by=SYSTEM)
        allocate(invoice_id=note.pk, payment_id=refund.pk, amount=D("36.00"), on=DAY, by=SYSTEM)
        assert (total(second), total(note)) == (D("60.00"), D("96.00"))


class TestRefusal:
    @pytest.fixture
    def pair(self, entity):
        return make_invoice(entity=entity), make_payment("1000.00", entity=entity)

    @pytest.fixture(autouse=True)
    def _nothing_changed(self, pair):
        yield
        assert not Allocation.objects.exists()
        assert not Invoice.objects.exclude(allocated=0).exists()
        assert not Payment.objects.exclude(allocated=0).exists()

    def refused(self, error, invoice, payment, **changes):
        wish = {"invoice_id": invoice.pk, "payment_id": payment.pk, "amount": D("1.00"), "on": DAY, "by": SYSTEM}
        with pytest.raises(error) as caught:
            allocate(**{**wish, **changes})
        return str(caught.value)

    def test_one_cent_more_than_the_invoice(self, pair):
        assert "120.00 EUR open" in self.refused(AllocationTooLarge, *pair, amount=D("120.01"))

    def test_one_cent_more_than_the_payment(self, entity):
        payment = make_payment("9.99", entity=entity)
        told = self.refused(AllocationTooLarge, make_invoice(entity=entity), payment, amount=D("10.00"))
        assert told == f"10.00 EUR to settle, 9.99 EUR open on {payment}."

    def test_another_clients_money(self, pair):
        told = self.refused(ForeignClient, pair[0], make_payment("120.00"))
        assert f"does not belong to {pair[0].client}; say why a third party pays." in told

    def test_money_of_nobody(self, pair):
        account = make_account()
        stray = record_payment(account_id=account.pk, direction="in", amount=D("5.00"), paid_on=DAY, by=SYSTEM)
        assert self.refused(ForeignClient, pair[0], stray)

    def test_money_that_went_the_other_way(self, pair, entity):
        assert self.refused(WrongWay, pair[0], make_payment(entity=entity, direction=PaymentDirection.OUT))
        assert self.refused(WrongWay, make_invoice(entity=entity, kind=InvoiceKind.BILL), pair[1])

    def test_another_currency(self, pair, entity):
        make_rate("USD", "EUR", DAY, "0.9")
        account = make_account(currency=make_currency("USD"))
        assert self.refused(CurrencyDiffers, pair[0], make_payment(entity=entity, account=account))

    def test_a_day_before_the_invoice_or_the_payment(self, pair, entity):
        assert self.refused(AllocationTooEarly, *pair, on=DAY - timedelta(days=1))
        later = make_payment(entity=entity, on=DAY + timedelta(days=2))
        assert self.refused(AllocationTooEarly, pair[0], later)

    @pytest.mark.parametrize("amount", ["0", "-1.00", "0.001"])
    def test_no_amount_at_all(self, pair, amount):
        assert self.refused(AmountNotPositive, *pair, amount=D(amount))

    def test_two_sources_or_none(self, pair):
        assert self.refused(InvalidValue, *pair, credit_note_id=pair[0].pk)
        assert self.refused(InvalidValue, *pair, payment_id=None)

    def test_a_closed_month(self, pair):
        close_period(branch_id=pair[0].branch_id, month=DAY, at=NOON, by=SYSTEM)
        assert self.refused(PeriodClosed, *pair)

    def test_a_seller_has_no_right(self, pair):
        assert self.refused(NotAllowed, *pair, by=make_user("seller"))

    def test_a_reversed_payment(self, pair, entity):
        payment = make_payment(entity=entity)
        reversal = reverse_payment(payment_id=payment.pk, on=DAY, by=SYSTEM)
        assert self.refused(AlreadyReversed, pair[0], payment)
        bill = make_invoice(entity=entity, kind=InvoiceKind.BILL)
        assert self.refused(AlreadyReversed, bill, reversal)


class TestRepeat:
    def test_the_same_key_returns_the_first_allocation(self, entity):
        invoice, payment = make_invoice(entity=entity), make_payment(entity=entity)
        wish = {"invoice_id": invoice.pk, "payment_id": payment.pk, "amount": D("60.00"), "on": DAY, "key": "k"}
        wish["by"] = SYSTEM
        assert allocate(**wish) == allocate(**wish)
        assert total(invoice) == D("60.00")
        with pytest.raises(KeyReused):
            allocate(**{**wish, "amount": D("1.00")})

    def test_settling_the_oldest_twice_changes_nothing_more(self, entity):
        late = make_invoice(entity=entity, on=DAY, due_on=DAY + timedelta(days=30))
        soon = make_invoice(entity=entity, on=DAY, due_on=DAY + timedelta(days=3))
        payment = make_payment("150.00", entity=entity)
        first = settle_oldest(payment_id=payment.pk, on=DAY, by=SYSTEM)
        assert [(row.invoice_id, row.amount) for row in first] == [(soon.pk, D("120.00")), (late.pk, D("30.00"))]
        assert settle_oldest(payment_id=payment.pk, on=DAY, by=SYSTEM) == []
        assert Allocation.objects.count() == 2


class TestReversal:
    def test_both_documents_are_open_again_and_the_second_call_finds_the_first(self, entity):
        invoice, payment = make_invoice(entity=entity), make_payment(entity=entity)
        origin = allocate(invoice_id=invoice.pk, payment_id=payment.pk, amount=D("40.00"), on=DAY, by=SYSTEM)
        back = reverse_allocation(allocation_id=origin.pk, on=DAY, by=SYSTEM)
        again = reverse_allocation(allocation_id=origin.pk, on=DAY, by=SYSTEM)
        payment.refresh_from_db()
        assert (back, back.amount, total(invoice), payment.allocated) == (again, D("-40.00"), D(0), D(0))
        with pytest.raises(AlreadyReversed):
            reverse_allocation(allocation_id=back.pk, on=DAY, by=SYSTEM)

    def test_not_before_the_day_of_the_allocation(self, entity):
        invoice, payment = make_invoice(entity=entity), make_payment(entity=entity)
        origin = allocate(invoice_id=invoice.pk, payment_id=payment.pk, amount=D("40.00"), on=DAY, by=SYSTEM)
        with pytest.raises(AllocationTooEarly):
            reverse_allocation(allocation_id=origin.pk, on=DAY - timedelta(days=1), by=SYSTEM)
        assert total(invoice) == D("40.00")


class TestDatabaseGuards:
    """What the database refuses when Python is bypassed."""

    def row(self, invoice, payment, **changes):
        values = {"invoice": invoice, "payment": payment, "amount": D("10.00"), "allocated_on": DAY}
        return Allocation.objects.create(**{**values, **changes})

    def test_rows_that_do_not_fit_their_documents(self, entity):
        invoice, payment = make_invoice(entity=entity), make_payment(entity=entity)
        stranger = make_payment()
        out = make_payment(entity=entity, direction=PaymentDirection.OUT)
        for wrong in (
            {"payment": stranger},
            {"payment": out},
            {"allocated_on": DAY - timedelta(days=1)},
            {"payment": None, "credit_note": invoice},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                self.row(**{"invoice": invoice, "payment": payment, **wrong})

    def test_rows_that_the_documents_do_not_count(self, entity):
        invoice, payment = make_invoice(entity=entity), make_payment(entity=entity)
        with pytest.raises(IntegrityError), transaction.atomic():
            self.row(invoice, payment)
            connection.check_constraints()

    def test_more_than_a_document_holds(self, entity):
        invoice, payment = make_invoice(entity=entity), make_payment(entity=entity)
        for document in (invoice, payment):
            with pytest.raises(IntegrityError), transaction.atomic():
                type(document).objects.filter(pk=document.pk).update(allocated=D("120.01"))

    def test_rows_that_change_or_vanish(self, entity):
        invoice, payment = make_invoice(entity=entity), make_payment(entity=entity)
        origin = allocate(invoice_id=invoice.pk, payment_id=payment.pk, amount=D("40.00"), on=DAY, by=SYSTEM)
        for change in (lambda: Allocation.objects.update(amount=1), lambda: origin.delete()):
            with pytest.raises(InternalError), transaction.atomic():
                change()


def test_the_last_cent_tells_those_above(entity):
    invoice, payment = make_invoice(entity=entity), make_payment("120.00", entity=entity)
    allocate(invoice_id=invoice.pk, payment_id=payment.pk, amount=D("119.99"), on=DAY, by=SYSTEM)
    assert not Event.objects.filter(name="finance.InvoicePaid").exists()
    allocate(invoice_id=invoice.pk, payment_id=payment.pk, amount=D("0.01"), on=DAY, by=SYSTEM)
    assert Event.objects.filter(name="finance.InvoicePaid", payload={"invoice_id": invoice.pk}).count() == 1
