from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, transaction

from core.actors import SYSTEM
from core.errors import KeyReused, NoRate, NotAllowed, PeriodClosed
from core.models import NumberSequence
from finance.choices import PaymentDirection, PaymentStatus
from finance.errors import AllocationTooEarly, AlreadyReversed, AmountNotPositive
from finance.models import Allocation, Payment
from finance.selectors.balances import bank_balance, client_balance, on_account
from finance.services import payments
from finance.services.allocations import allocate
from finance.services.payments import record_payment, reverse_payment
from finance.services.periods import close_period
from tests.factories.core import make_currency, make_rate, make_user
from tests.factories.crm import make_legal_entity
from tests.factories.finance import DAY, NOON, make_account, make_invoice, make_payment
from tests.factories.sales import make_order

pytestmark = pytest.mark.django_db

D = Decimal


def test_money_that_came_in_raises_the_balance_and_stays_on_account():
    account, entity = make_account(opening="5000.00"), make_legal_entity()
    payment = make_payment("900.00", account=account, entity=entity)
    assert payment.number.startswith("PAY-2026-")
    assert (payment.client_id, payment.base_amount) == (entity.client_id, D("900.00"))
    assert bank_balance(account.pk) == D("5900.00")
    assert bank_balance(account.pk, DAY - timedelta(days=1)) == D("5000.00")
    assert (on_account(entity.pk, DAY), client_balance(entity.client_id, DAY)) == (D("900.00"), D("-900.00"))


def test_an_advance_comes_from_the_legal_entity_of_its_order():
    order = make_order()
    account = make_account(order.branch)
    payment = record_payment(
        account_id=account.pk, direction="in", amount=D("10.00"), paid_on=DAY, by=SYSTEM, order_id=order.pk
    )
    assert payment.legal_entity_id == order.legal_entity_id


def test_another_currency_is_worth_what_it_was_on_its_day():
    make_rate("USD", "EUR", date(2026, 1, 1), "0.92345678")
    account = make_account(currency=make_currency("USD"))
    payment = make_payment("100.00", account=account)
    assert (payment.rate, payment.base_amount) == (D("0.92345678"), D("92.35"))
    with pytest.raises(NoRate):
        make_payment("100.00", account=account, on=date(2025, 12, 31))


def test_the_same_key_returns_the_first_payment():
    account = make_account()
    first = make_payment("10.00", account=account, key="k")
    assert make_payment("10.00", account=account, key="k") == first
    with pytest.raises(KeyReused):
        make_payment("10.01", account=account, key="k")
    assert Payment.objects.count() == 1


def test_a_rival_with_the_same_key_that_was_quicker_gives_its_payment(monkeypatch):
    account, entity = make_account(), make_legal_entity()
    numbered = payments.take_number

    def slow(*args, **kwargs):  # the rival commits between our look at the key and our insert
        monkeypatch.setattr(payments, "take_number", numbered)
        make_payment("10.00", account=account, entity=entity, key="k")
        return numbered(*args, **kwargs)

    monkeypatch.setattr(payments, "take_number", slow)
    payment = make_payment("10.00", account=account, entity=entity, key="k")
    assert Payment.objects.get() == payment


@pytest.mark.parametrize("amount", ["0", "-5", "0.005"])
def test_an_amount_has_to_be_money(amount):
    with pytest.raises(AmountNotPositive):
        make_payment(amount)
    assert not Payment.objects.exists()


def test_rights_and_closed_months():
    account = make_account()
    wish = {"account_id": account.pk, "direction": "in", "amount": D("1.00"), "paid_on": DAY}
    with pytest.raises(NotAllowed):
        record_payment(**wish, by=make_user("seller"))
    close_period(branch_id=account.branch_id, month=DAY, at=NOON, by=SYSTEM)
    with pytest.raises(PeriodClosed):
        record_payment(**wish, by=make_user("accountant"))
    assert not Payment.objects.exists()
    assert not NumberSequence.objects.filter(kind="payment").exists()


class TestReverse:
    def test_the_money_goes_back_and_what_it_settled_is_open_again(self):
        account, entity = make_account(), make_legal_entity()
        invoice = make_invoice(entity=entity)
        payment = make_payment("120.00", account=account, entity=entity)
        allocate(invoice_id=invoice.pk, payment_id=payment.pk, amount=D("120.00"), on=DAY, by=SYSTEM)
        later = DAY + timedelta(days=3)
        back = reverse_payment(payment_id=payment.pk, on=later, by=SYSTEM, reason="returned by the bank")
        assert reverse_payment(payment_id=payment.pk, on=later, by=SYSTEM) == back
        payment.refresh_from_db()
        invoice.refresh_from_db()
        assert (payment.status, payment.allocated, invoice.allocated) == (PaymentStatus.REVERSED, D(0), D(0))
        assert (back.direction, back.amount, back.reversal_of) == (PaymentDirection.OUT, D("120.00"), payment)
        assert [bank_balance(account.pk, day) for day in (DAY, later)] == [D("120.00"), D("0.00")]
        assert on_account(entity.pk, later) == D("0.00")
        assert client_balance(entity.client_id, later) == D("120.00")
        assert Allocation.objects.count() == 2

    def test_a_reversal_stays_and_nothing_is_reversed_before_it_was(self):
        payment = make_payment()
        with pytest.raises(AllocationTooEarly):
            reverse_payment(payment_id=payment.pk, on=DAY - timedelta(days=1), by=SYSTEM)
        back = reverse_payment(payment_id=payment.pk, on=DAY, by=SYSTEM)
        with pytest.raises(AlreadyReversed):
            reverse_payment(payment_id=back.pk, on=DAY, by=SYSTEM)
        with pytest.raises(NotAllowed):
            reverse_payment(payment_id=payment.pk, on=DAY, by=make_user("seller"))


def test_the_database_keeps_posted_payments_as_they_are():
    payment = make_payment()
    for change in (
        lambda: Payment.objects.update(amount=D("1.00")),
        lambda: Payment.objects.filter(pk=payment.pk).delete(),
    ):
        with pytest.raises(InternalError), transaction.atomic():
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.update(status=PaymentStatus.REVERSED, allocated=D("1.00"))
