"""Invoices from orders, credit notes, suppliers' bills, payments by hand, months: made through their pages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from core.actors import SYSTEM
from core.models import Job, Notice, OutboxMessage
from finance.models import CashArticle, Invoice, Payment, Period
from finance.services.allocations import allocate
from finance.services.payments import record_payment
from inventory.services import receipts
from sales.models import OrderLine
from sales.services.confirming import confirm_order
from sales.services.shipments import ship_order
from tests.factories.core import make_user
from tests.factories.crm import make_client, make_legal_entity
from tests.factories.finance import DAY, make_account, make_invoice, make_payment
from tests.factories.inventory import NOON, make_item, make_purchase_order, make_warehouse, stock_up
from tests.factories.sales import make_order, make_sold_item

pytestmark = pytest.mark.django_db

D = Decimal


@pytest.fixture
def accountant(client):
    user = make_user("accountant", first_name="Maria")
    client.force_login(user)
    return user


@pytest.fixture
def order():
    """Five pieces at 100.00 plus 20 %, two of them shipped."""
    item, warehouse = make_sold_item("100.00", tax=20), make_warehouse()
    stock_up(item, warehouse, 5, value="50.00")
    order = make_order([(item, 5)], warehouse=warehouse)
    confirm_order(order_id=order.pk, at=NOON, by=SYSTEM)
    line = order.lines.get()
    ship_order(order_id=order.pk, lines={line.pk: D(2)}, at=NOON, by=SYSTEM, key="two")
    return order


def post_invoice(client, order, **data):
    return client.post(
        f"/money/to-invoice/{order.pk}/", {"what": "delivered", "issued_on": "2026-03-26", "key": "k", **data}
    )


class TestInvoicing:
    def test_delivered_orders_wait_with_their_value(self, client, accountant, order):
        page = client.get("/money/to-invoice/").content.decode()
        assert order.number in page
        assert "€200.00" in page

    def test_the_page_shows_the_sums_and_the_advance_before_anything_is_posted(self, client, accountant, order):
        account = make_account(order.branch)
        record_payment(
            account_id=account.pk, direction="in", amount=D("100.00"), paid_on=DAY, order_id=order.pk, by=SYSTEM
        )
        page = client.get(f"/money/to-invoice/{order.pk}/")
        preview = page.context["preview"]
        assert (preview.totals.gross, preview.settled, preview.open_amount) == (D("240.00"), D("100.00"), D("140.00"))
        assert not Invoice.objects.exists()

    def test_what_was_delivered_is_posted_once_however_often_the_form_is_sent(self, client, accountant, order):
        first, second = post_invoice(client, order), post_invoice(client, order)
        invoice = Invoice.objects.get()
        assert first.url == second.url == f"/money/invoices/{invoice.pk}/"
        assert (invoice.gross_amount, invoice.number[:4]) == (D("240.00"), "INV-")

    def test_chosen_quantities_and_an_advance_invoice(self, client, accountant, order):
        line = order.lines.get()
        post_invoice(client, order, what="chosen", **{f"qty-{line.pk}": "1"})
        assert Invoice.objects.get().net_amount == D("100.00")
        post_invoice(client, order, what="all", key="rest")
        assert OrderLine.objects.get(pk=line.pk).invoiced_qty == D(5)

    def test_too_much_is_said_beside_its_field(self, client, accountant, order):
        line = order.lines.get()
        answer = post_invoice(client, order, what="chosen", **{f"qty-{line.pk}": "6"})
        assert answer.status_code == 422
        assert "Between 0 and 5." in answer.content.decode()
        assert not Invoice.objects.exists()

    def test_choosing_nothing_is_said_as_it_is(self, client, accountant, order):
        line = order.lines.get()
        answer = post_invoice(client, order, what="chosen", **{f"qty-{line.pk}": "0"})
        assert answer.status_code == 422
        assert "Choose at least one quantity." in answer.content.decode()

    def test_nothing_left_is_refused(self, client, accountant, order):
        post_invoice(client, order, what="all")
        assert post_invoice(client, order, what="all", key="again").status_code == 409

    def test_a_closed_month_is_refused_beside_the_day(self, client, accountant, order):
        client.post(f"/money/months/{order.branch_id}/2026-03/")
        answer = post_invoice(client, order)
        assert answer.status_code == 409
        assert "2026-03 is closed" in answer.content.decode()


class TestCreditAndMail:
    def test_a_credit_note_with_its_reason_takes_back_fifty(self, client, accountant):
        invoice = make_invoice([("1590.34", 20), ("389.50", 10)])
        line = invoice.lines.get(position=1)
        data = {f"net-{line.pk}": "50", "reason": "Scratched panel", "issued_on": "2026-04-08", "key": "c"}
        for _time in range(2):
            answer = client.post(f"/money/invoices/{invoice.pk}/credit/", data)
        note = Invoice.objects.get(kind="credit_note")
        assert answer.url == f"/money/invoices/{note.pk}/"
        assert (note.gross_amount, note.reason) == (D("60.00"), "Scratched panel")
        assert note.number in client.get(f"/money/invoices/{invoice.pk}/").content.decode()

    def test_without_a_reason_or_with_too_much_nothing_is_posted(self, client, accountant):
        invoice = make_invoice()
        line = invoice.lines.get()
        url = f"/money/invoices/{invoice.pk}/credit/"
        assert client.post(url, {f"net-{line.pk}": "5", "issued_on": "2026-04-08"}).status_code == 422
        answer = client.post(url, {f"net-{line.pk}": "500", "reason": "x", "issued_on": "2026-04-08"})
        assert answer.status_code == 422
        assert "Between 0 and 100.00." in answer.content.decode()
        assert not Invoice.objects.filter(kind="credit_note").exists()

    def test_an_invoice_goes_out_by_a_worker_once(self, client, accountant):
        invoice = make_invoice()
        data = {"to": "office@example.com", "subject": "Invoice", "text": "Here it is.", "key": "m"}
        for _time in range(2):
            assert client.post(f"/money/invoices/{invoice.pk}/mail/", data).status_code == 302
        assert Job.objects.filter(kind="finance.mail_invoice").count() == 1

    def test_an_advance_is_asked_for_once_and_noted_on_the_order(self, client, accountant, order):
        data = {"amount": "240", "until": "2026-04-01", "to": "office@example.com", "text": "Good day", "key": "a"}
        for _time in range(2):
            assert client.post(f"/money/orders/{order.pk}/advance/", data).status_code == 302
        mail = OutboxMessage.objects.get(recipient="office@example.com")
        assert order.number in mail.payload["text"]


class TestBills:
    @pytest.fixture
    def purchase(self):
        order = make_purchase_order([(make_item(), 4, "41.25")])
        order.lines.update(tax_percent=D(20))
        receipts.post_goods_receipt(
            order_id=order.pk,
            lines=[receipts.ReceivedLine(order_line_id=order.lines.get().pk, qty=D(4))],
            landed=[receipts.Landed(label="Freight", amount=D("18.00"))],
            at=NOON, by=SYSTEM, key="r",
        )  # fmt: skip
        return order

    def enter(self, client, purchase, **data):
        known = {
            "number": "C-77",
            "issued_on": "2026-03-26",
            "qty-0": "4",
            "net-0": "165.00",
            "qty-1": "1",
            "net-1": "18",
        }
        return client.post(f"/money/bills-to-enter/{purchase.pk}/", {**known, **data})

    def test_a_bill_as_received_makes_219_60(self, client, accountant, purchase):
        assert purchase.number in client.get("/money/bills-to-enter/").content.decode()
        for _time in range(2):
            answer = self.enter(client, purchase, key="b", total="219.60")
        bill = Invoice.objects.get(kind="bill")
        assert answer.url == f"/money/bills/{bill.pk}/"
        assert bill.gross_amount == D("219.60")
        assert purchase.number not in client.get("/money/bills-to-enter/").content.decode()

    def test_another_amount_shows_its_difference(self, client, accountant, purchase):
        self.enter(client, purchase, **{"net-0": "170.00"})
        bill = Invoice.objects.get(kind="bill")
        assert "€5.00 beside what was received" in client.get(f"/money/bills/{bill.pk}/").content.decode()

    def test_a_total_that_does_not_add_up_is_said(self, client, accountant, purchase):
        answer = self.enter(client, purchase, total="220.00")
        assert answer.status_code == 422
        assert "The lines make 219.60: 0.40 beside it." in answer.content.decode()


class TestPaymentsAndMonths:
    def test_a_payment_by_hand_is_recorded_once_and_reversed_with_a_reason(self, client, accountant):
        account, entity = make_account(), make_legal_entity()
        data = {
            "direction": "in", "amount": "1200*3", "paid_on": "2026-03-26", "account": account.pk,
            "client": entity.client_id, "text": "Deposit", "key": "p",
        }  # fmt: skip
        for _time in range(2):
            assert client.post("/money/payments/new/", data).status_code == 302
        payment = Payment.objects.get()
        assert (payment.amount, payment.legal_entity) == (D("3600.00"), entity)
        url = f"/money/payments/{payment.pk}/reverse/"
        assert client.post(url, {"on": "2026-03-27"}).status_code == 422
        client.post(url, {"on": "2026-03-27", "reason": "Typed twice", "key": "v"})
        assert Payment.objects.get(reversal_of=payment).text == "Typed twice"

    def test_a_client_with_several_entities_is_asked_which(self, client, accountant):
        entity = make_legal_entity()
        make_legal_entity(entity.client)
        data = {"direction": "in", "amount": "1", "paid_on": "2026-03-26", "account": make_account().pk}
        answer = client.post("/money/payments/new/", {**data, "client": entity.client_id})
        assert answer.status_code == 422
        assert "Say which of the client" in answer.content.decode()

    def test_the_journal_runs_its_balance_and_sums_articles(self, client, accountant):
        account = make_account(opening="5000.00")
        rent = CashArticle.objects.create(code="rent", name="Rent", direction="out")
        make_payment("900.00", account=account, on=date(2026, 3, 12))
        make_payment("219.60", account=account, on=date(2026, 3, 20), direction="out", article_id=rent.pk)
        page = client.get("/money/journal/", {"account": account.pk, "period": "2026-03"})
        assert [row.balance for row in page.context["page"].object_list] == [D("5680.40"), D("5900.00")]
        assert (page.context["moves"][0].opening, page.context["moves"][0].closing) == (D("5000.00"), D("5680.40"))
        assert "Rent" in page.content.decode()
        file = client.get("/money/journal/file/", {"account": account.pk, "period": "2026-03"}).content.decode()
        assert "5680.40" in file

    def test_a_month_is_closed_with_its_points_and_opened_again(self, client, accountant):
        account = make_account()
        make_payment("10.00", account=account, on=date(2026, 3, 12))
        url = f"/money/months/{account.branch_id}/2026-03/"
        assert "1 open" in client.get(url).content.decode()
        for _time in range(2):
            assert client.post(url).status_code == 302
        assert Period.objects.get().status == "closed"
        client.post(url, {"reopen": "1"})
        assert Period.objects.get().status == "open"


class TestTelling:
    def test_the_seller_hears_of_money_and_of_the_paid_invoice_once(self, django_capture_on_commit_callbacks):
        seller = make_user("seller")
        entity = make_legal_entity(make_client(owner=seller))
        today = timezone.localdate()
        invoice = make_invoice(entity=entity, on=today)
        with django_capture_on_commit_callbacks(execute=True):
            payment = make_payment("120.00", account=make_account(invoice.branch), entity=entity, on=today)
            allocate(invoice_id=invoice.pk, payment_id=payment.pk, amount=D("120.00"), on=today, by=SYSTEM)
        kinds = set(Notice.objects.filter(user=seller).values_list("kind", flat=True))
        assert kinds == {"finance.money_in", "finance.invoice_paid"}


class TestBudgets:
    @pytest.mark.parametrize(
        "address", ["/money/invoices/", "/money/payments/", "/money/to-invoice/", "/money/journal/"]
    )
    def test_lists_cost_the_same_with_few_and_many(self, client, accountant, address, django_assert_max_num_queries):
        entity = make_legal_entity()
        invoice = make_invoice(entity=entity)
        account = make_account(invoice.branch)
        for _number in range(10):
            make_invoice(entity=entity, branch=invoice.branch)
            make_payment("1.00", account=account, entity=entity, on=timezone.localdate())
        client.get(address)
        with django_assert_max_num_queries(22):
            client.get(address)
