"""Many at once: payments, invoices and refunds settle once and in full."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Sum

from core.actors import SYSTEM
from finance.models import Allocation, Invoice, Payment
from sales.services.confirming import confirm_order
from tests.concurrency import acts
from tests.concurrency.guards import without_guards
from tests.concurrency.outcomes import ACTORS, assert_ledgers_clean, oks
from tests.concurrency.race import race
from tests.factories.core import make_organization, make_user
from tests.factories.finance import make_account, make_payment
from tests.factories.inventory import make_warehouse, stock_up
from tests.factories.sales import NOON, make_order, make_sold_item

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def _posted_invoice() -> Invoice:
    item, warehouse = make_sold_item("100.00", tax=20), make_warehouse()
    stock_up(item, warehouse, 5, value="50.00")
    order = make_order([(item, 5)], warehouse=warehouse)
    confirm_order(order_id=order.pk, at=NOON, by=SYSTEM)
    acts.ship(order.pk, order.lines.get().pk, "all", qty="5")
    acts.invoice(order.pk, "invoice")
    return Invoice.objects.get(order=order)


def _allocate(*, unguarded: bool) -> tuple[int, Decimal, Decimal, Decimal]:
    invoice = _posted_invoice()  # 600.00
    account = make_account(invoice.branch)
    payments = [
        make_payment("250.00", account=account, entity=invoice.legal_entity, on=date(2026, 3, 25))
        for _ in range(ACTORS)
    ]
    calls = [
        ("tests.concurrency.acts:pay", {"invoice_id": invoice.pk, "payment_id": payment.pk, "amount": "250.00"})
        for payment in payments
    ]
    answers = race(calls, unguarded=unguarded)
    invoice.refresh_from_db()
    settled = Allocation.objects.filter(invoice=invoice).aggregate(total=Sum("amount"))["total"]
    return oks(answers), settled, invoice.allocated, invoice.gross_amount


def test_an_invoice_is_never_settled_beyond_its_total() -> None:
    granted, settled, cached, total = _allocate(unguarded=False)

    assert total == Decimal("600.00")
    assert granted == 2
    assert settled == cached == Decimal("500.00")
    assert_ledgers_clean()


def test_without_the_guard_an_invoice_is_settled_beyond_its_total() -> None:
    with without_guards(Invoice, Allocation):
        _granted, settled, cached, total = _allocate(unguarded=True)
        assert settled > total or settled != cached


def _press(*, unguarded: bool) -> tuple[list[int], Decimal, Decimal]:
    """Several accountants allocate the same payment to the same invoice through the page, all at one moment."""
    invoice = _posted_invoice()  # 600.00
    account = make_account(invoice.branch)
    payment = make_payment("600.00", account=account, entity=invoice.legal_entity, on=date(2026, 3, 25))
    people = [make_user("accountant") for _ in range(ACTORS)]
    calls = [
        (
            "tests.concurrency.acts:press_allocate",
            {"user_id": user.pk, "payment_id": payment.pk, "invoice_id": invoice.pk, "amount": "600.00"},
        )
        for user in people
    ]
    answers = [value for kind, value in race(calls, unguarded=unguarded) if kind == "ok"]
    settled = Allocation.objects.filter(invoice=invoice).aggregate(total=Sum("amount"))["total"]
    return sorted(answers), settled, invoice.gross_amount


def test_a_payment_pressed_by_many_accountants_settles_once() -> None:
    answers, settled, total = _press(unguarded=False)

    assert answers == [302, *[409] * (ACTORS - 1)]
    assert settled == total == Decimal("600.00")
    assert_ledgers_clean()


def test_without_the_guard_a_pressed_payment_settles_more_than_once() -> None:
    with without_guards(Invoice, Payment, Allocation):
        answers, settled, total = _press(unguarded=True)
        assert answers.count(302) > 1
        assert settled > total


def _give_back(*, unguarded: bool, same_key: bool = False) -> tuple[int, Decimal, Decimal]:
    """Several accountants give the same rest back, all at one moment; how many did, how much went, what is counted."""
    invoice = _posted_invoice()
    account = make_account(invoice.branch)
    payment = make_payment("100.00", account=account, entity=invoice.legal_entity, on=date(2026, 3, 25))
    calls = [
        (
            "tests.concurrency.acts:refund",
            {"payment_id": payment.pk, "amount": "40.00", "key": "one" if same_key else f"key-{n}"},
        )
        for n in range(ACTORS)
    ]
    race(calls, unguarded=unguarded)
    went = Payment.objects.filter(refund_of=payment).values_list("amount", flat=True)
    payment.refresh_from_db()
    return len(went), sum(went, Decimal(0)), payment.allocated


def test_no_more_is_given_back_than_is_left() -> None:
    refunds, went, counted = _give_back(unguarded=False)

    assert (refunds, went, counted) == (2, Decimal("80.00"), Decimal("80.00"))
    assert_ledgers_clean()


def test_the_same_refund_sent_from_many_windows_is_one() -> None:
    refunds, went, counted = _give_back(unguarded=False, same_key=True)

    assert (refunds, went, counted) == (1, Decimal("40.00"), Decimal("40.00"))
    assert_ledgers_clean()


def test_without_the_guard_more_is_given_back_than_is_left() -> None:
    with without_guards(Payment, Allocation):
        _refunds, went, counted = _give_back(unguarded=True)
        assert went > 100 or went != counted


def _number(*, unguarded: bool) -> list[str]:
    organization = make_organization()
    calls = [
        ("tests.concurrency.acts:take_numbers", {"organization_id": organization.pk, "actor": n, "times": 15})
        for n in range(ACTORS)
    ]
    return sorted(number for answer in race(calls, unguarded=unguarded) if answer[0] == "ok" for number in answer[1])


def test_invoice_numbers_have_no_gaps_and_no_twins() -> None:
    taken = _number(unguarded=False)

    assert len(taken) > ACTORS * 10
    assert taken == [f"INV-2026-{n:05d}" for n in range(1, len(taken) + 1)]


def test_without_the_guard_two_invoices_get_one_number() -> None:
    taken = _number(unguarded=True)

    assert len(set(taken)) < len(taken)


def test_an_order_is_invoiced_once_from_many_windows() -> None:
    item, warehouse = make_sold_item("100.00"), make_warehouse()
    stock_up(item, warehouse, 5, value="50.00")
    order = make_order([(item, 5)], warehouse=warehouse)
    confirm_order(order_id=order.pk, at=NOON, by=SYSTEM)
    acts.ship(order.pk, order.lines.get().pk, "all", qty="5")
    calls = [("tests.concurrency.acts:invoice", {"order_id": order.pk, "key": f"key-{n}"}) for n in range(ACTORS)]

    answers = race(calls)

    assert oks(answers) == 1
    assert Invoice.objects.get().number == "INV-2026-00001"
    assert_ledgers_clean()
