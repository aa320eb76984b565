from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.actors import SYSTEM
from core.errors import NotAllowed, PeriodClosed
from core.ledgers import run_all
from finance.errors import BilledMoreThanReceived, BillNumberTaken, NoSuchLine, NothingToBill
from finance.models import Invoice, InvoiceLine
from finance.selectors.balances import payables_as_of
from finance.services.allocations import allocate
from finance.services.invoices import BillDraft, enter_bill
from finance.services.periods import close_period
from inventory.models import PurchaseOrder, PurchaseOrderLine
from inventory.services.receipts import Landed, ReceivedLine, post_goods_receipt
from tests.factories.core import make_user
from tests.factories.finance import make_payment
from tests.factories.inventory import make_item, make_purchase_order

pytestmark = pytest.mark.django_db

D = Decimal
ON = date(2026, 3, 19)
AT = datetime(2026, 3, 19, 12, tzinfo=UTC)


def purchase(*lines) -> PurchaseOrder:
    """An order of (quantity, price) lines at 20 % tax."""
    order = make_purchase_order([(make_item(), qty, price) for qty, price in lines])
    order.lines.update(tax_percent=20)
    return order


def received(order: PurchaseOrder, *qtys, freight: str = "", key: str = ""):
    return post_goods_receipt(
        order_id=order.pk,
        lines=[
            ReceivedLine(order_line_id=line.pk, qty=D(qty))
            for line, qty in zip(order.lines.order_by("position"), qtys, strict=True)
            if qty
        ],
        landed=[Landed(label="Freight", amount=D(freight))] if freight else [],
        at=AT,
        by=SYSTEM,
        key=key or None,
    )


def billed(order: PurchaseOrder, **fields) -> Invoice:
    wish = {"purchase_order_id": order.pk, "number": "CP-4471", "issued_on": ON, "at": AT, "by": SYSTEM}
    return enter_bill(**{**wish, **fields})


def test_step_20_bills_from_receipts_with_freight_and_what_is_left_to_pay():
    glass, hardware, profile = purchase(("4", "41.25")), purchase(("5", "52.80")), purchase(("6", "12.10"))
    received(glass, "4", freight="18.00")
    received(hardware, "5")
    received(profile, "6")
    bill = billed(glass)
    others = [billed(order, number=f"B-{order.pk}").gross_amount for order in (hardware, profile)]
    assert (bill.net_amount, bill.gross_amount, others) == (D("183.00"), D("219.60"), [D("316.80"), D("87.12")])
    assert list(bill.lines.values_list("net_amount", flat=True).order_by("position")) == [D("165.00"), D("18.00")]
    payment = make_payment("219.60", entity=glass.supplier, direction="out", on=date(2026, 4, 1))
    allocate(invoice_id=bill.pk, payment_id=payment.pk, amount=D("219.60"), on=date(2026, 4, 1), by=SYSTEM)
    assert payables_as_of(ON) == D("623.52")
    assert payables_as_of(date(2026, 4, 1)) == D("403.92")
    assert run_all() == []


def test_receipts_are_billed_once_each_or_all_together():
    order = purchase(("10", "2.00"))
    first = received(order, "4", key="one")
    received(order, "6", key="two")
    assert billed(order, number="A", receipt_id=first.pk).net_amount == D("8.00")
    assert billed(order, number="B").net_amount == D("12.00")
    with pytest.raises(NothingToBill):
        billed(order, number="C")
    assert order.lines.get().billed_qty == D("10")


def test_lines_as_the_supplier_wrote_them():
    order = purchase(("10", "2.00"))
    received(order, "4")
    line = order.lines.get()
    bill = billed(order, lines=[BillDraft(purchase_line_id=line.pk, qty=D(3), net=D("6.60"), text="dearer")])
    assert (bill.net_amount, bill.lines.get().unit_price) == (D("6.60"), D("2.200000"))
    for error, draft in (
        (BilledMoreThanReceived, BillDraft(purchase_line_id=line.pk, qty=D(2), net=D(4))),
        (NoSuchLine, BillDraft(purchase_line_id=line.pk + 999, qty=D(1), net=D(2))),
    ):
        with pytest.raises(error), transaction.atomic():
            billed(order, number="next", lines=[draft])
    assert PurchaseOrderLine.objects.get(pk=line.pk).billed_qty == D(3)


def test_the_same_number_returns_the_bill_and_another_content_is_refused():
    order, other = purchase(("1", "10.00")), purchase(("1", "10.00"))
    received(order, "1")
    assert billed(order) == billed(order)
    PurchaseOrder.objects.filter(pk=other.pk).update(supplier=order.supplier)
    with pytest.raises(BillNumberTaken):
        billed(other)
    assert Invoice.objects.count() == 1


def test_rights_and_closed_months():
    order = purchase(("1", "10.00"))
    received(order, "1")
    with pytest.raises(NotAllowed):
        billed(order, by=make_user("seller"))
    close_period(branch_id=order.branch_id, month=ON, at=AT, by=SYSTEM)
    with pytest.raises(PeriodClosed), transaction.atomic():
        billed(order, by=make_user("purchaser"))
    assert not Invoice.objects.exists()


def test_a_receipt_line_cannot_be_billed_twice_even_past_the_service():
    order = purchase(("1", "10.00"))
    received(order, "1")
    line = billed(order).lines.get()
    draft = Invoice.objects.create(
        organization=order.organization, branch=order.branch, kind="bill", client=order.supplier.client,
        legal_entity=order.supplier, currency=order.currency, number="twin",
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        InvoiceLine.objects.create(
            invoice=draft, position=1, qty=1, unit_price=1, net_amount=1, receipt_line=line.receipt_line
        )


def statements_for(lines: int) -> int:
    order = purchase(*[("1", "10.00")] * lines)
    received(order, *["1"] * lines, freight="9.00")
    with CaptureQueriesContext(connection) as captured:
        billed(order, number=f"N-{lines}-{order.pk}")
    return len(captured)


def test_statements_do_not_grow_with_the_lines():
    statements_for(1)
    assert statements_for(40) <= statements_for(4) <= 30
