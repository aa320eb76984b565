"""From the won order to money in the bank: buying, making, shipping, installing, invoicing, paying."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.db.models import F

from finance.choices import PaymentDirection
from finance.models import Invoice
from finance.services import allocations, invoices, payments
from inventory.choices import PurchaseStatus
from inventory.models import GoodsReceipt, Peg, PurchaseOrder
from inventory.services import purchasing, receipts
from production.models import WorkOrder
from production.services import work
from sales.models import OrderLine, SalesOrder
from sales.services import shipments
from samples.demo import service
from samples.demo.company import Company
from samples.demo.timeline import Happening
from support.services import tickets


def fulfil(company: Company, order_id: int) -> Happening:
    """Everything after the client's yes, until the order is paid."""
    line = company.timeline
    order = SalesOrder.objects.get(pk=order_id)
    if line.chance(35):
        _advance(company, order)
    yield line.morning()
    place_drafts(company)
    for work_order in WorkOrder.objects.filter(order_line__order=order):
        line.add(line.now, make(company, work_order.pk))
    while OrderLine.objects.filter(order=order, item__replenishment="make", made_qty__lt=F("qty")).exists():
        yield line.morning()
    yield line.after(hours=5)
    shipments.ship_order(
        order_id=order.pk,
        at=line.now,
        by=company.users["storekeeper"],
        carrier=line.random.choice(["Norlink", "Hansa Cargo"]),
        carrier_cost=Decimal(line.random.randrange(38, 95)),
        key=f"demo-ship-{order.pk}",
    )
    yield from service.install(company, order)
    yield line.morning()
    yield from _collect(company, order)


def place_drafts(company: Company) -> None:
    """The purchaser's morning: order what was proposed; each order comes in when it comes in."""
    line = company.timeline
    for draft in PurchaseOrder.objects.filter(status=PurchaseStatus.DRAFT, origin="own"):
        purchasing.place_purchase_order(order_id=draft.pk, at=line.now, by=company.users["purchaser"])
        line.add(line.now + timedelta(minutes=5), receive(company, draft.pk))


def receive(company: Company, purchase_id: int) -> Happening:
    """Goods of a purchase order: in on the due day or a little late; billed, and paid a month on."""
    line = company.timeline
    purchase = PurchaseOrder.objects.get(pk=purchase_id)
    rows = list(purchase.lines.all())
    late = line.random.choice([0, 0, 0, 0, 1, 2])
    due = max(row.due_on for row in rows if row.due_on)
    yield line.calendar.opening(line.calendar.add_working_days(due, late) if late else due) + timedelta(hours=1)
    freight = Decimal(line.random.randrange(8, 40))
    receipt = receipts.post_goods_receipt(
        order_id=purchase.pk,
        lines=[receipts.ReceivedLine(order_line_id=row.pk, qty=row.qty) for row in rows],
        landed=[receipts.Landed(label="Freight", amount=freight)],
        at=line.now,
        by=company.users["storekeeper"],
        key=f"demo-receipt-{purchase.pk}",
    )
    yield line.after(days=2)
    bill = invoices.enter_bill(
        purchase_order_id=purchase.pk,
        number=f"{purchase.supplier_id}-{purchase.number}",
        issued_on=line.now.date(),
        at=line.now,
        by=company.users["accountant"],
    )
    if line.chance(6):
        yield line.after(days=5)
        _late_freight(company, receipt)
    yield line.after(days=25)
    _pay(company, bill, PaymentDirection.OUT)


def _late_freight(company: Company, receipt: GoodsReceipt) -> None:
    receipts.add_late_cost(
        receipt_id=receipt.pk,
        label="Freight billed later",
        amount=Decimal(company.timeline.random.randrange(2, 12)),
        at=company.timeline.now,
        by=company.users["purchaser"],
        source_key=f"demo-late-{receipt.pk}",
    )


def make(company: Company, work_order_id: int) -> Happening:
    """A work order: waits for its material, is worked on step by step, and put out."""
    line, lead = company.timeline, company.users["production_lead"]
    on_the_way = Peg.objects.filter(demand__material__work_order=work_order_id, supply__isnull=False, status="open")
    while on_the_way.exists():
        yield line.morning()
    work.issue_materials(work_order_id=work_order_id, at=line.now, by=lead, key=f"demo-issue-{work_order_id}")
    order = WorkOrder.objects.get(pk=work_order_id)
    for operation in order.operations.order_by("sequence"):
        minutes = (operation.minutes * Decimal(line.random.randrange(92, 118)) / 100).quantize(Decimal("1"))
        yield line.after(hours=min(float(minutes) / 60, 7), spread=0.1)
        work.report_time(
            operation_id=operation.pk,
            minutes=minutes,
            at=line.now,
            by=company.users["operator"],
            key=f"demo-time-{operation.pk}",
            good_qty=order.qty,
        )
    work.report_output(
        work_order_id=order.pk, qty=order.qty, at=line.now, by=company.users["operator"], key=f"demo-output-{order.pk}"
    )


def _advance(company: Company, order: SalesOrder) -> None:
    payments.record_payment(
        account_id=company.world.account.pk,
        direction=PaymentDirection.IN,
        amount=(order.gross_amount * Decimal("0.4")).quantize(Decimal("1.00")),
        paid_on=company.timeline.now.date(),
        by=company.users["accountant"],
        legal_entity_id=order.legal_entity_id,
        order_id=order.pk,
        text="Advance",
        key=f"demo-advance-{order.pk}",
    )


def _collect(company: Company, order: SalesOrder) -> Happening:
    line, accountant = company.timeline, company.users["accountant"]
    invoice = invoices.invoice_order(
        order_id=order.pk, issued_on=line.now.date(), at=line.now, by=accountant, key=f"demo-invoice-{order.pk}"
    )
    yield line.after(days=line.random.choice([6, 10, 13, 13, 20, 34]))
    if line.chance(94):
        _pay(company, invoice, PaymentDirection.IN)
    if line.chance(7):
        yield line.after(days=4)
        _complain(company, order, invoice)
    elif line.chance(30):
        yield from service.complain(company, order)


def _pay(company: Company, invoice: Invoice, direction: PaymentDirection) -> None:
    invoice.refresh_from_db()
    amount = invoice.gross_amount - invoice.allocated
    if not amount:
        return
    on = company.timeline.now.date()
    payment = payments.record_payment(
        account_id=company.world.account.pk,
        direction=direction,
        amount=amount,
        paid_on=on,
        by=company.users["accountant"],
        legal_entity_id=invoice.legal_entity_id,
        text=invoice.number,
        key=f"demo-pay-{invoice.pk}",
    )
    allocations.allocate(
        invoice_id=invoice.pk, payment_id=payment.pk, amount=amount, on=on, by=company.users["accountant"]
    )


def _complain(company: Company, order: SalesOrder, invoice: Invoice) -> None:
    line = company.timeline
    goods = order.lines.filter(item__type="goods").first()
    ticket = tickets.open_ticket(
        order_id=order.pk, order_line_id=goods.pk, subject="Scratched surface", at=line.now, by=order.owner
    )
    tickets.resolve_ticket(
        ticket_id=ticket.pk, decision="credit", cause="Packing", at=line.now, by=company.users["head_of_sales"]
    )
    invoices.credit_invoice(
        invoice_id=invoice.pk,
        lines=[invoices.CreditDraft(order_line_id=goods.pk, net=Decimal("50.00"))],
        reason="Scratched surface",
        issued_on=line.now.date(),
        at=line.now,
        by=company.users["accountant"],
        key=f"demo-credit-{order.pk}",
    )
