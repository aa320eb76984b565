from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core.actors import SYSTEM
from core.errors import KeyReused, NotAllowed, PeriodClosed
from core.ledgers import run_all
from core.money import ZERO, cents
from finance.choices import InvoiceStatus
from finance.errors import (
    InvoicedMoreThanOrdered,
    NoSuchLine,
    NothingToInvoice,
    NotYetDelivered,
    OrderNotInvoiceable,
)
from finance.models import Invoice, InvoiceLine, InvoiceTax
from finance.services.invoices import invoice_order
from finance.services.periods import close_period
from inventory.choices import ServiceRole
from sales.models import SalesOrder
from sales.services.confirming import confirm_order
from sales.services.fulfilment import record_installation
from sales.services.shipments import ship_order
from tests.factories.core import make_tax, make_user
from tests.factories.finance import make_account, make_payment
from tests.factories.inventory import make_warehouse, stock_up
from tests.factories.sales import NOON, make_order, make_service, make_sold_item, price

pytestmark = pytest.mark.django_db

D = Decimal
ISSUED = date(2026, 3, 26)
AT = datetime(2026, 3, 26, 12, tzinfo=UTC)


def confirmed(lines, *, stock=100, **fields) -> SalesOrder:
    """A confirmed order with its goods in stock."""
    warehouse = fields.pop("warehouse", None) or make_warehouse()
    for item, *_rest in lines:
        if item.type == "goods":
            stock_up(item, warehouse, stock, 1000)
    order = make_order(lines, warehouse=warehouse, **fields)
    return confirm_order(order_id=order.pk, at=NOON, by=SYSTEM)


def delivered(lines, **fields) -> SalesOrder:
    order = confirmed(lines, **fields)
    ship_order(order_id=order.pk, at=NOON, by=SYSTEM)
    record_installation(order_id=order.pk, data={}, at=NOON, by=SYSTEM)
    return order


def invoiced(order: SalesOrder, **fields) -> Invoice:
    return invoice_order(**{"order_id": order.pk, "issued_on": ISSUED, "at": AT, "by": SYSTEM, **fields})


def main_job_order() -> SalesOrder:
    product = make_sold_item("549.90")
    crew, van = make_service(role=ServiceRole.INSTALLATION, tax=make_tax(10)), make_service(role=ServiceRole.TRANSPORT)
    van.tax = make_tax(20)
    van.save()
    price(crew, "389.50")
    price(van, "64.37")
    return delivered([(product, 3, "7.5"), (crew, 1), (van, 1)])


def test_step_19_the_whole_order_with_its_advance():
    order = main_job_order()
    advance = make_payment("900.00", account=make_account(order.branch), entity=order.legal_entity,
                           on=date(2026, 3, 12), order_id=order.pk)  # fmt: skip
    invoice = invoiced(order)
    assert (invoice.number, invoice.due_on) == ("INV-2026-00001", date(2026, 4, 9))
    assert (invoice.net_amount, invoice.tax_amount, invoice.gross_amount) == (D("1979.84"), D("357.02"), D("2336.86"))
    taxes = invoice.taxes.order_by("-percent").values_list("percent", "net_amount", "tax_amount")
    assert list(taxes) == [(20, D("1590.34"), D("318.07")), (10, D("389.50"), D("38.95"))]
    assert (invoice.allocated, invoice.open_amount) == (D("900.00"), D("1436.86"))
    settled = invoice.allocations.get()
    assert (settled.payment, settled.allocated_on) == (advance, ISSUED)
    assert set(order.lines.values_list("invoiced_qty", "qty")) == {(3, 3), (1, 1)}


def test_several_advances_pay_oldest_first_and_only_what_is_due():
    order = delivered([(make_sold_item("100.00"), 1)])
    account = make_account(order.branch)
    paid = [
        make_payment(amount, account=account, entity=order.legal_entity, on=date(2026, 3, day), order_id=order.pk)
        for amount, day in (("100.00", 20), ("15.00", 10), ("50.00", 21))
    ]
    invoice = invoiced(order)
    rows = invoice.allocations.order_by("pk").values_list("payment", "amount")
    assert list(rows) == [(paid[1].pk, D("15.00")), (paid[0].pk, D("100.00")), (paid[2].pk, D("5.00"))]
    assert invoice.open_amount == ZERO


def test_parts_are_invoiced_as_they_are_delivered_and_make_the_order_to_the_cent():
    item = make_sold_item("33.333333")
    order = confirmed([(item, 3)])
    line = order.lines.get()
    nets = []
    for _ in range(3):
        ship_order(order_id=order.pk, lines={line.pk: D(1)}, at=NOON, by=SYSTEM)
        nets.append(invoiced(order).net_amount)
    assert nets == [D("33.33"), D("33.33"), D("33.34")]
    assert sum(nets) == order.net_amount
    assert [row.number for row in Invoice.objects.order_by("pk")] == [f"INV-2026-0000{n}" for n in (1, 2, 3)]


def test_prepaid_invoices_go_before_delivery():
    order = confirmed([(make_sold_item("10.00"), 4)])
    invoice = invoiced(order, prepaid=True, qtys={order.lines.get().pk: D(1)})
    assert invoice.net_amount == D("10.00")


def test_a_service_that_nobody_reports_on_counts_as_delivered():
    service = make_service(tax=make_tax(20))
    price(service, "70.00")
    assert invoiced(confirmed([(service, 1)])).net_amount == D("70.00")


class TestRefusal:
    def refused(self, error, order, **changes):
        before = [Invoice.objects.count(), *order.lines.values_list("invoiced_qty", flat=True)]
        with pytest.raises(error), transaction.atomic():
            invoiced(order, **changes)
        assert before == [Invoice.objects.count(), *order.lines.values_list("invoiced_qty", flat=True)]

    def test_nothing_left(self):
        order = delivered([(make_sold_item(), 1)])
        invoiced(order)
        self.refused(NothingToInvoice, order)

    def test_more_than_delivered_or_ordered(self):
        order = confirmed([(make_sold_item(), 2)])
        line = order.lines.get()
        self.refused(NotYetDelivered, order, qtys={line.pk: D(1)})
        self.refused(InvoicedMoreThanOrdered, order, qtys={line.pk: D(3)}, prepaid=True)
        self.refused(NoSuchLine, order, qtys={line.pk + 1000: D(1)})

    def test_a_draft_a_closed_month_and_a_seller(self):
        self.refused(OrderNotInvoiceable, make_order())
        order = delivered([(make_sold_item(), 1)])
        self.refused(NotAllowed, order, by=make_user("seller"))
        close_period(branch_id=order.branch_id, month=ISSUED, at=AT, by=SYSTEM)
        self.refused(PeriodClosed, order)


def test_the_same_key_returns_the_first_invoice_and_a_rollback_leaves_no_gap():
    order = delivered([(make_sold_item(), 1)])
    with pytest.raises(RuntimeError), transaction.atomic():
        invoiced(order)
        raise RuntimeError("power cut")
    first = invoiced(order, key="k")
    assert invoiced(order, key="k") == first
    assert first.number == "INV-2026-00001"
    other = delivered([(make_sold_item(), 1)])
    with pytest.raises(KeyReused):
        invoiced(other, key="k")


def statements_for(lines: int) -> int:
    order = delivered([(make_sold_item(), 1) for _ in range(lines)])
    make_payment("1.00", account=make_account(order.branch), entity=order.legal_entity, on=ISSUED, order_id=order.pk)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        invoiced(order)
    return len(captured)


def test_statements_do_not_grow_with_the_lines():
    statements_for(1)
    assert statements_for(40) <= statements_for(4) <= 40


class TestDatabaseGuards:
    @pytest.fixture
    def invoice(self):
        return invoiced(delivered([(make_sold_item(), 1)]))

    def test_a_posted_invoice_and_its_rows_stay_as_they_are(self, invoice):
        line = invoice.lines.get()
        for change in (
            lambda: Invoice.objects.update(gross_amount=D("1.00")),
            lambda: Invoice.objects.update(status=InvoiceStatus.DRAFT, number=""),
            lambda: invoice.delete(),
            lambda: InvoiceLine.objects.update(net_amount=D("1.00")),
            lambda: line.delete(),
            lambda: InvoiceTax.objects.update(tax_amount=D("1.00")),
            lambda: InvoiceLine.objects.create(invoice=invoice, position=9, qty=1, unit_price=1, net_amount=1),
        ):
            with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
                change()

    def test_numbers_are_unique_and_totals_add_up(self, invoice):
        twin = {
            "organization": invoice.organization, "branch": invoice.branch, "client": invoice.client,
            "legal_entity": invoice.legal_entity, "currency": invoice.currency, "issued_on": ISSUED, "posted_at": AT,
        }  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Invoice.objects.create(**twin, number=invoice.number, status="posted")
        with pytest.raises(IntegrityError), transaction.atomic():
            Invoice.objects.create(**twin, number="X-1", net_amount=1, tax_amount=1, gross_amount=1)
        with pytest.raises(IntegrityError), transaction.atomic():
            Invoice.objects.create(**twin, number="X-1", status="posted", net_amount=1, gross_amount=1)
            connection.check_constraints()

    def test_drafts_have_no_legal_number(self, invoice):
        with pytest.raises(IntegrityError), transaction.atomic():
            Invoice.objects.create(
                organization=invoice.organization, branch=invoice.branch, client=invoice.client,
                legal_entity=invoice.legal_entity, currency=invoice.currency, number="INV-2026-00002",
            )  # fmt: skip


class TestAnyOrder(TestCase):
    @settings(max_examples=8, deadline=None)
    @given(
        lines=st.lists(
            st.tuples(
                st.integers(1, 5),
                st.decimals("0.01", "999.99", places=4),
                st.sampled_from(["0", "3", "7.5", "33.33"]),
                st.sampled_from([20, 10, 7]),
            ),
            min_size=1,
            max_size=4,
        ),
        parts=st.integers(1, 3),
    )
    def test_invoices_in_parts_make_the_order_and_their_own_tax(self, lines, parts):
        order = confirmed([(make_sold_item(amount, tax=tax), qty, discount) for qty, amount, discount, tax in lines])
        for _ in range(parts):
            half = {row.pk: (row.qty - row.invoiced_qty) / 2 for row in order.lines.all()}
            invoiced(order, qtys={pk: D(int(qty)) for pk, qty in half.items()} | _first(order), prepaid=True)
            if not _left(order):
                break
        if _left(order):
            invoiced(order, prepaid=True)
        documents = Invoice.objects.filter(order=order)
        assert sum(row.net_amount for row in documents) == order.net_amount
        for document in documents:
            expected = {}
            for line in document.lines.all():
                expected[line.tax_percent] = expected.get(line.tax_percent, ZERO) + line.net_amount
            assert document.tax_amount == sum(cents(net * percent / 100) for percent, net in expected.items())
            assert document.due_on == ISSUED + timedelta(days=order.payment_days)
        assert run_all() == []


def _left(order: SalesOrder) -> bool:
    return any(row.invoiced_qty < row.qty for row in order.lines.all())


def _first(order: SalesOrder) -> dict:
    """One piece of the first line that has any left, so that a part is never empty."""
    line = next(row for row in order.lines.order_by("pk") if row.invoiced_qty < row.qty)
    return {line.pk: D(1)}
