"""On the card of a client: what each legal entity owes, what of each order is delivered and paid, and who sees it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from finance.choices import InvoiceKind
from finance.selectors.paid_shares import paid_shares
from finance.services.allocations import allocate
from sales.choices import OrderStatus
from sales.models import OrderLine, SalesOrder
from sales.selectors.delivered import delivered_shares
from tests.factories.core import make_branch, make_user
from tests.factories.crm import make_client, make_legal_entity
from tests.factories.finance import make_account, make_invoice, make_payment
from tests.factories.inventory import make_warehouse
from tests.factories.sales import make_order, make_sold_item

pytestmark = pytest.mark.django_db


def today():
    return timezone.localdate()


@pytest.fixture
def entity():
    return make_legal_entity()


@pytest.fixture
def order(entity) -> SalesOrder:
    """An order of 240.00 with tax that stands confirmed."""
    made = make_order([(make_sold_item("50.00"), 4)], entity=entity, at=timezone.now() - timedelta(days=3))
    SalesOrder.objects.filter(pk=made.pk).update(status=OrderStatus.CONFIRMED, confirmed_at=made.ordered_at)
    return SalesOrder.objects.get(pk=made.pk)


def of_order(order, net="100.00", **fields):
    known = {"entity": order.legal_entity, "branch": order.branch, "order": order, "on": today()}
    return make_invoice([(net, 20)], **{**known, **fields})


def pay(order, amount, **fields):
    return make_payment(amount, account=make_account(order.branch), entity=order.legal_entity, on=today(), **fields)


def card(client, user, entity) -> str:
    client.force_login(user)
    return client.get(reverse("crm:client_card", args=[entity.client_id])).content.decode()


class TestWhatIsPaid:
    def test_settled_invoices_and_advances_count_once(self, order):
        assert paid_shares([order.pk]) == {order.pk: 0}
        advance = pay(order, "60.00", order_id=order.pk)
        assert paid_shares([order.pk]) == {order.pk: 25}
        invoice = of_order(order)
        allocate(invoice_id=invoice.pk, payment_id=advance.pk, amount=Decimal("60.00"), on=today(), by=SYSTEM)
        assert paid_shares([order.pk]) == {order.pk: 25}
        later = pay(order, "60.00")
        assert paid_shares([order.pk]) == {order.pk: 25}
        allocate(invoice_id=invoice.pk, payment_id=later.pk, amount=Decimal("60.00"), on=today(), by=SYSTEM)
        assert paid_shares([order.pk]) == {order.pk: 50}

    def test_what_was_credited_is_neither_paid_nor_owed(self, order):
        invoice = of_order(order)
        note = of_order(order, kind=InvoiceKind.CREDIT_NOTE, credits=invoice, reason="Came broken")
        allocate(invoice_id=invoice.pk, credit_note_id=note.pk, amount=Decimal("120.00"), on=today(), by=SYSTEM)
        assert paid_shares([order.pk]) == {order.pk: 0}
        pay(order, "60.00", order_id=order.pk)
        assert paid_shares([order.pk]) == {order.pk: 50}

    def test_a_cent_that_is_missing_is_not_all_and_more_than_all_is_all(self, order):
        pay(order, "239.99", order_id=order.pk)
        assert paid_shares([order.pk]) == {order.pk: 99}
        pay(order, "50.00", order_id=order.pk)
        assert paid_shares([order.pk]) == {order.pk: 100}


class TestWhatIsDelivered:
    def test_lines_count_by_their_worth(self, order, entity):
        assert delivered_shares([order.pk]) == {order.pk: 0}
        OrderLine.objects.filter(order=order).update(shipped_qty=1)
        assert delivered_shares([order.pk]) == {order.pk: 25}
        two = make_order([(make_sold_item("300.00"), 1), (make_sold_item("100.00"), 2)], entity=entity)
        OrderLine.objects.filter(order=two, position=two.lines.first().position).update(shipped_qty=F("qty"))
        assert delivered_shares([two.pk]) == {two.pk: 60}

    def test_gifts_count_alike_and_cancelled_orders_not_at_all(self, order, entity):
        gift = make_order([(make_sold_item("0.00"), 1), (make_sold_item("0.00"), 1)], entity=entity)
        OrderLine.objects.filter(pk=gift.lines.first().pk).update(shipped_qty=1)
        SalesOrder.objects.filter(pk=order.pk).update(status=OrderStatus.CANCELLED)
        assert delivered_shares([gift.pk, order.pk]) == {gift.pk: 50}


class TestTheCard:
    def test_each_legal_entity_says_what_it_owes_and_how_late(self, client, entity):
        other, branch = make_legal_entity(entity.client), make_branch()
        long_ago = today() - timedelta(days=40)
        make_invoice(entity=entity, branch=branch, on=long_ago, due_on=today() - timedelta(days=12))
        make_invoice([("10.00", 20)], entity=other, branch=branch, on=long_ago, due_on=today() + timedelta(days=3))
        text = card(client, make_user("accountant"), entity)
        for said in ("<b>€120.00</b>", "12 days late", "<b>€12.00</b>"):
            assert said in text

    def test_orders_say_what_is_delivered_and_paid(self, client, entity, order):
        OrderLine.objects.filter(order=order).update(shipped_qty=2)
        pay(order, "60.00", order_id=order.pk)
        text = card(client, make_user("accountant"), entity)
        assert "50% delivered" in text
        assert '<td class="n hide-sm">25%</td>' in text

    def test_who_may_see_no_invoices_is_told_nothing_of_money_owed(self, client, entity, order):
        make_invoice(entity=entity, on=today() - timedelta(days=40), due_on=today() - timedelta(days=12))
        pay(order, "60.00", order_id=order.pk)
        text = card(client, make_user("marketer"), entity)
        assert "0% delivered" in text
        for hidden in ("12 days late", "€120.00", ">Owed<", ">Paid<", "25%"):
            assert hidden not in text

    def test_as_many_statements_for_many_as_for_few(self, client):
        warehouse, user = make_warehouse(), make_user("accountant")

        def statements(entities: int) -> int:
            one = make_client()
            for _number in range(entities):
                entity = make_legal_entity(one)
                make_order(entity=entity, warehouse=warehouse, at=timezone.now())
                make_invoice(entity=entity, branch=warehouse.branch, on=today())
            SalesOrder.objects.filter(client=one).update(status=OrderStatus.CONFIRMED, confirmed_at=timezone.now())
            card(client, user, entity)
            with CaptureQueriesContext(connection) as caught:
                client.get(reverse("crm:client_card", args=[one.pk]))
            return len(caught)

        assert statements(4) == statements(1)
