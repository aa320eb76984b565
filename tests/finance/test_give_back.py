"""What a client paid too much goes back to him: once, never more than is left, and the books stay in balance."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.urls import reverse

from core import ledgers
from core.actors import SYSTEM
from core.errors import KeyReused, NotAllowed, PeriodClosed
from finance.errors import (
    AllocationTooEarly,
    AllocationTooLarge,
    AlreadyReversed,
    AmountNotPositive,
    CurrencyDiffers,
    GivesBackTooMuch,
    NothingToGiveBack,
    WasGivenBack,
)
from finance.models import Payment
from finance.selectors.balances import bank_balance, client_balance, on_account
from finance.selectors.suggesting import waiting
from finance.services.allocations import allocate, reverse_allocation
from finance.services.payments import give_back, record_payment, reverse_payment
from finance.services.periods import close_period
from tests.factories.core import make_currency, make_rate, make_user
from tests.factories.crm import make_client, make_legal_entity
from tests.factories.finance import DAY, NOON, make_account, make_invoice, make_payment

pytestmark = pytest.mark.django_db

D = Decimal
LATER = DAY + timedelta(days=5)


@pytest.fixture
def paid() -> Payment:
    """150.00 came for an invoice of 120.00: 30.00 are left."""
    entity = make_legal_entity(make_client(name="Bluehaven Group"))
    invoice = make_invoice([("100.00", 20)], entity=entity)
    payment = make_payment("150.00", account=make_account(invoice.branch), entity=entity, order_id=None)
    allocate(invoice_id=invoice.pk, payment_id=payment.pk, amount=D("120.00"), on=DAY, by=SYSTEM)
    payment.refresh_from_db()
    return payment


def back(payment: Payment, amount: str = "30.00", **more) -> Payment:
    return give_back(payment_id=payment.pk, amount=D(amount), **{"on": LATER, "by": SYSTEM, **more})


def assert_sound() -> None:
    with connection.cursor() as cursor:  # what is checked at commit
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    assert ledgers.run_all() == []


def test_the_rest_goes_back_and_nothing_is_left_on_account(paid):
    entity, account = paid.legal_entity_id, paid.account_id
    assert on_account(entity, DAY) == D("30.00") and client_balance(paid.client_id, LATER) == D("-30.00")
    refund = back(paid, text="Paid twice")
    paid.refresh_from_db()
    assert (refund.direction, refund.amount, refund.client_id) == ("out", D("30.00"), paid.client_id)
    assert (refund.legal_entity_id, refund.refund_of_id, refund.account_id) == (entity, paid.pk, account)
    assert paid.open_amount == refund.open_amount == 0
    assert on_account(entity, DAY) == D("30.00"), "the past stays as it was"
    assert on_account(entity, LATER) == 0 and client_balance(paid.client_id, LATER) == 0
    assert bank_balance(account) == D("120.00")
    assert not waiting(make_user("accountant")).exists()
    assert_sound()


def test_a_part_goes_back_and_then_the_rest_and_never_more(paid):
    back(paid, "10.00")
    with pytest.raises(GivesBackTooMuch, match=r"30\.00 EUR to give back, 20\.00 EUR left"):
        back(paid)
    back(paid, "20.00")
    with pytest.raises(GivesBackTooMuch):
        back(paid, "0.01")
    assert paid.refunds.count() == 2
    assert_sound()


def test_run_twice_it_is_one_refund(paid):
    first = back(paid, key="once")
    assert back(paid, key="once") == first
    assert Payment.objects.filter(refund_of=paid).count() == 1
    for other in ({"amount": "20.00"}, {"account_id": make_account(paid.account.branch).pk}):
        with pytest.raises(KeyReused):
            back(paid, **{"key": "once", **other})
    another = make_payment("30.00", account=paid.account, entity=paid.legal_entity)
    with pytest.raises(KeyReused):
        back(another, key="once")
    assert_sound()


def test_what_was_given_back_settles_nothing_any_more(paid):
    back(paid)
    invoice = make_invoice([("10.00", 20)], entity=paid.legal_entity, branch=paid.account.branch)
    with pytest.raises(AllocationTooLarge):
        allocate(invoice_id=invoice.pk, payment_id=paid.pk, amount=D("1.00"), on=LATER, by=SYSTEM)
    row = paid.allocations.get()
    reverse_allocation(allocation_id=row.pk, on=LATER, by=SYSTEM)
    back(paid, "120.00")
    assert_sound()


def test_a_refund_settles_no_credit_note_besides(paid):
    refund = back(paid)
    assert refund.open_amount == 0 and refund not in waiting(make_user("accountant"))


def test_a_refund_that_bounced_is_reversed_and_the_rest_is_there_again(paid):
    refund = back(paid)
    with pytest.raises(WasGivenBack, match=refund.number):
        reverse_payment(payment_id=paid.pk, on=LATER, by=SYSTEM)
    reversal = reverse_payment(payment_id=refund.pk, on=LATER, by=SYSTEM, reason="Account closed")
    assert reverse_payment(payment_id=refund.pk, on=LATER, by=SYSTEM) == reversal
    paid.refresh_from_db()
    assert paid.open_amount == D("30.00") and on_account(paid.legal_entity_id, LATER) == D("30.00")
    assert bank_balance(paid.account_id) == D("150.00")
    back(paid)
    assert_sound()
    with pytest.raises(AlreadyReversed):
        back(reversal)


def test_what_was_given_back_and_reversed_lets_the_payment_be_reversed(paid):
    reverse_payment(payment_id=back(paid).pk, on=LATER, by=SYSTEM)
    reverse_payment(payment_id=paid.pk, on=LATER, by=SYSTEM)
    with pytest.raises(AlreadyReversed):
        back(paid)
    assert_sound()


def test_it_goes_out_of_the_cash_desk_as_well_but_of_no_other_currency(paid):
    desk = make_account(paid.account.branch, is_cash=True)
    assert back(paid, "5.00", account_id=desk.pk).account == desk
    make_rate("USD", "EUR", date(2026, 1, 1), "0.90")
    foreign = make_account(paid.account.branch, currency=make_currency("USD"))
    for other in (foreign, make_account()):
        with pytest.raises(CurrencyDiffers):
            back(paid, "5.00", account_id=other.pk)


def test_money_in_another_currency_goes_back_at_the_rate_it_came_at():
    make_rate("USD", "EUR", date(2026, 1, 1), "0.90")
    make_rate("USD", "EUR", LATER, "0.80")
    payment = make_payment("100.00", account=make_account(currency=make_currency("USD")), entity=make_legal_entity())
    refund = back(payment, "100.00")
    assert (refund.rate, refund.base_amount) == (D("0.90"), D("90.00"))
    assert client_balance(payment.client_id, LATER) == on_account(payment.legal_entity_id, LATER) == 0


@pytest.mark.parametrize("amount", ["0.00", "-1.00", "0.001"])
def test_no_amount_is_refused(paid, amount):
    with pytest.raises(AmountNotPositive):
        back(paid, amount)


def test_what_cannot_go_back_is_refused(paid):
    entity = paid.legal_entity
    with pytest.raises(NothingToGiveBack):
        back(make_payment("10.00", account=paid.account, entity=entity, direction="out"), "10.00")
    with pytest.raises(NothingToGiveBack):
        back(record_payment(account_id=paid.account_id, direction="in", amount=D(10), paid_on=DAY, by=SYSTEM), "10.00")
    with pytest.raises(NothingToGiveBack):
        back(back(paid, "10.00"), "10.00")
    with pytest.raises(AllocationTooEarly):
        back(paid, "10.00", on=DAY - timedelta(days=1))
    with pytest.raises(NotAllowed):
        back(paid, "10.00", by=make_user("seller"))
    close_period(branch_id=paid.account.branch_id, month=LATER.replace(day=1), at=NOON, by=SYSTEM)
    with pytest.raises(PeriodClosed):
        back(paid, "10.00")


def test_the_database_refuses_a_refund_that_does_not_fit(paid):
    refund = back(paid, "10.00")
    other = make_payment("10.00", account=paid.account, entity=make_legal_entity())
    for wrong in ({"direction": "in"}, {"allocated": 0}, {"client_id": other.client_id}, {"refund_of_id": other.pk},
                  {"paid_on": DAY - timedelta(days=1)}):  # fmt: skip
        row = Payment.objects.get(pk=refund.pk)
        row.pk, row.number, row.uuid = None, f"X-{len(str(wrong))}", None
        fields = {
            f.attname: getattr(row, f.attname) for f in Payment._meta.concrete_fields if f.attname not in ("id", "uuid")
        }
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            Payment(**{**fields, **wrong}).save(force_insert=True)
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        Payment.objects.filter(pk=paid.pk).update(allocated=D("120.00"))
        Payment.objects.filter(pk=refund.pk).update(status="reversed", allocated=0)
        Payment.objects.filter(pk=paid.pk).update(allocated=D("121.00"))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_check_ledgers_finds_a_refund_that_is_not_counted(paid):
    back(paid, "10.00")
    assert_sound()
    Payment.objects.filter(pk=paid.pk).update(allocated=D("120.00"))
    assert any(paid.number in finding.place for finding in ledgers.run_all())


# --- the page --------------------------------------------------------------------------------------------------


def page(payment: Payment) -> str:
    return reverse("finance:payment_give_back", args=[payment.pk])


def test_the_accountant_gives_the_rest_back_from_the_card(client, paid):
    client.force_login(make_user("accountant"))
    card = reverse("finance:payment_card", args=[paid.pk])
    assert page(paid) in client.get(card).content.decode()
    form = client.get(page(paid)).content.decode()
    assert 'value="30.00"' in form and "settles nothing" in form and "Bluehaven" in form
    sent = {"amount": "30.00", "on": LATER.isoformat(), "account": paid.account_id, "text": "Paid twice", "key": "k-1"}
    answer = client.post(page(paid), sent)
    refund = Payment.objects.get(refund_of=paid)
    there = reverse("finance:payment_card", args=[refund.pk])
    assert (answer.status_code, answer.url) == (302, there)
    assert client.post(page(paid), sent).url == there and Payment.objects.filter(refund_of=paid).count() == 1
    shown = client.get(there).content.decode()
    assert "Refund" in shown and f"It gives back a part of {paid.number}" in shown
    shown = client.get(card).content.decode()
    assert f"Given back by {refund.number}" in shown and page(paid) not in shown


def test_too_much_stays_typed_beside_its_refusal(client, paid):
    client.force_login(make_user("accountant"))
    sent = {"amount": "31,00", "on": "tomorrow", "account": paid.account_id, "key": "k-2"}
    answer = client.post(page(paid), sent)
    text = answer.content.decode()
    assert answer.status_code == 409 and "31.00 EUR to give back, 30.00 EUR left" in text
    assert 'value="31,00"' in text and 'value="tomorrow"' in text
    assert client.post(page(paid), {**sent, "amount": "no"}).status_code == 422
    assert not Payment.objects.filter(refund_of=paid).exists()


@pytest.mark.parametrize("role", ["seller", "director"])
def test_others_do_not_give_money_back(client, paid, role):
    client.force_login(make_user(role))
    assert page(paid) not in client.get(reverse("finance:payment_card", args=[paid.pk])).content.decode()
    assert client.post(page(paid), {"amount": "1"}).status_code in (403, 404)
