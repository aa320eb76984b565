from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.actors import SYSTEM
from finance.selectors.answers import order_thread
from finance.services.allocations import allocate
from finance.services.invoices import CreditDraft, credit_invoice, invoice_order
from finance.services.payments import reverse_payment
from inventory.choices import ServiceRole
from sales import ports
from sales.selectors.deal_thread import thread_of
from sales.services.confirming import confirm_order
from tests.factories.core import make_tax, make_user
from tests.factories.crm import make_legal_entity
from tests.factories.finance import make_account, make_payment
from tests.factories.sales import NOON, make_deal, make_order, make_service, price

pytestmark = pytest.mark.django_db

ISSUED = date(2026, 3, 26)
AT = datetime(2026, 3, 26, 12, tzinfo=UTC)


def invoiced_order():
    service = make_service(role=ServiceRole.NONE, tax=make_tax(20))
    price(service, "100.00")
    order = confirm_order(order_id=make_order([(service, 1)]).pk, at=NOON, by=SYSTEM)
    return order, invoice_order(order_id=order.pk, issued_on=ISSUED, at=AT, by=SYSTEM)


def test_invoice_payments_and_credit_note_of_an_order():
    order, invoice = invoiced_order()
    account = make_account(order.branch)
    with time_machine.travel(datetime(2026, 4, 10, 12, tzinfo=UTC)):
        (step,) = order_thread([order.pk])
        assert (step.order_id, step.kind, step.number, step.state, step.late) == (
            order.pk, "invoice", invoice.number, "open", True,
        )  # fmt: skip
        assert (step.expected_on, step.record) == (date(2026, 4, 9), ("finance.invoice", invoice.pk))
    payment = make_payment("120.00", account=account, entity=order.legal_entity, on=date(2026, 4, 7))
    allocate(invoice_id=invoice.pk, payment_id=payment.pk, amount=Decimal("120.00"), on=date(2026, 4, 7), by=SYSTEM)
    mistake = make_payment("1.00", account=account, entity=order.legal_entity, order_id=order.pk)
    reverse_payment(payment_id=mistake.pk, on=date(2026, 4, 7), by=SYSTEM)
    drafts = [CreditDraft(net=Decimal("10.00"), order_line_id=order.lines.get().pk)]
    credit_invoice(invoice_id=invoice.pk, lines=drafts, reason="x", issued_on=date(2026, 4, 8), at=AT, by=SYSTEM)
    steps = order_thread([order.pk])
    assert [(step.kind, step.state, step.done_at and step.done_at.date()) for step in steps] == [
        ("invoice", "paid", date(2026, 4, 7)), ("credit_note", "open", date(2026, 4, 8)),
        ("payment", "posted", date(2026, 4, 7)),
    ]  # fmt: skip
    assert not any(step.late for step in steps)
    assert steps[0] in [step for voice in ports.order_thread([order.pk]) for step in voice]


def test_many_orders_take_as_many_statements_as_one():
    orders = [invoiced_order()[0] for _ in range(5)]
    for order in orders:
        make_payment("1.00", account=make_account(order.branch), entity=order.legal_entity, order_id=order.pk)
    for some in (orders[:1], orders):
        with CaptureQueriesContext(connection) as captured:
            steps = order_thread([order.pk for order in some])
        assert len(captured) == 2
        assert {step.order_id for step in steps} == {order.pk for order in some}


def test_a_credit_note_is_written_where_the_newest_invoice_is():
    order, invoice = invoiced_order()[:2]
    accountant, seller = make_user("accountant"), make_user("seller")
    assert ports.credit_note_page(order.pk, accountant) == reverse("finance:invoice_credit", args=[invoice.pk])
    assert ports.credit_note_page(order.pk, seller) == ""
    assert ports.credit_note_page(make_order().pk, accountant) == ""


def test_an_advance_alone_is_not_the_whole_payment():
    service = make_service(role=ServiceRole.NONE, tax=make_tax(20))
    price(service, "100.00")
    deal = make_deal()
    order = make_order([(service, 1)], entity=make_legal_entity(deal.client), deal_id=deal.pk)
    confirm_order(order_id=order.pk, at=NOON, by=SYSTEM)
    account = make_account(order.branch)
    make_payment("20.00", account=account, entity=order.legal_entity, order_id=order.pk, on=date(2026, 3, 12))
    assert payment_node(deal) == ("part", "Last Thu 12 Mar")
    invoice = invoice_order(order_id=order.pk, issued_on=ISSUED, at=AT, by=SYSTEM)
    assert payment_node(deal) == ("part", "Last Thu 12 Mar")
    rest = make_payment("100.00", account=account, entity=order.legal_entity, on=date(2026, 4, 7))
    allocate(invoice_id=invoice.pk, payment_id=rest.pk, amount=Decimal("100.00"), on=date(2026, 4, 7), by=SYSTEM)
    assert payment_node(deal) == ("done", "Done Tue 7 Apr")


def payment_node(deal) -> tuple[str, str]:
    with time_machine.travel(datetime(2026, 4, 8, 12, tzinfo=UTC)):
        node = next(node for node in thread_of(deal, today=date(2026, 4, 8)).nodes if node.key == "payment")
    return node.state, node.value
