"""The main job on loaded data: ten bikes for a client who was found by a piece of his phone number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from core.actors import SYSTEM
from core.calendars import load
from crm.models import ContactPoint, LegalEntity
from crm.services.leads import answer_lead, receive_lead
from finance.choices import PaymentDirection
from finance.models import BankAccount
from finance.services.allocations import allocate
from finance.services.invoices import invoice_order
from finance.services.payments import record_payment
from inventory.choices import LocationKind, MoveKind
from inventory.models import Item, Location, Peg, PurchaseOrder, Warehouse
from inventory.selectors.stock import availability
from inventory.services import purchasing, receipts
from inventory.services.moves import Draw, draw_goods
from production.models import WorkOrder
from production.selectors.boms import explode
from production.services import work
from sales.models import SalesOrder
from sales.services.leads import qualify_lead
from sales.services.pipelines import create_pipeline
from sales.services.quote_drafts import draft_quote
from sales.services.quotes import LineDraft, accept_quote, send_quote
from sales.services.shipments import ship_order
from tests.factories.sales import STAGES

START = datetime(2014, 7, 7, 9, tzinfo=UTC)
BIKES = Decimal(10)
PRICE = Decimal("3578.27")


def find_number(piece: str) -> ContactPoint:
    """The first phone number with this piece in it of somebody at a company that buys."""
    found = ContactPoint.objects.filter(
        kind="phone", normalised__contains=piece, person__clients__is_person=False, person__clients__is_customer=True
    )
    return found.select_related("person").order_by("pk")[0]


def find_client(piece: str) -> LegalEntity:
    """The legal entity of the first company one of whose people has a phone number with this piece in it."""
    point = find_number(piece)
    return LegalEntity.objects.filter(client__persons=point.person, client__is_customer=True).order_by("pk")[0]


def empty_shelves(bike: Item, warehouse_id: int) -> None:
    """Take the bike and every part of it out of stock, so that all levels have to be made or bought."""
    items = [bike.pk, *{row.item_id for row in explode(bike.pk, Decimal(1), START.date())}]
    free = availability(warehouse_id, items)
    draw_goods(
        draws=[
            Draw(item_id=item, warehouse_id=warehouse_id, qty=row.free, source_key=f"bike-shelf-{item}")
            for item, row in free.items()
            if row.free > 0
        ],
        kind=MoveKind.COUNT,
        to_kind=LocationKind.LOSS,
        at=START,
        by=SYSTEM,
        branch_id=Warehouse.objects.get(pk=warehouse_id).branch_id,
    )


def walk(bike: Item) -> Iterator[tuple[str, object]]:
    """Yield after each step what was reached, so that the caller can check every ledger in between."""
    warehouse_id = Location.objects.filter(kind="stock").values_list("warehouse", flat=True)[0]
    empty_shelves(bike, warehouse_id)
    yield "shelves", warehouse_id
    entity = find_client("5550")
    create_pipeline(code="bikes", name="Bikes", stages=STAGES, by=SYSTEM)
    lead = receive_lead(payload={"wish": "ten bikes"}, received_at=START, by=SYSTEM, company=entity.client.name)
    answer_lead(lead_id=lead.pk, at=START + timedelta(minutes=10), by=SYSTEM, kind="call")
    deal = qualify_lead(
        lead_id=lead.pk, amount=PRICE * BIKES, at=START + timedelta(hours=1), by=SYSTEM, client_id=entity.client_id,
        pipeline_code="bikes",
    )  # fmt: skip
    yield "deal", deal
    quote = draft_quote(
        deal_id=deal.pk,
        legal_entity_id=entity.pk,
        lines=[LineDraft(item_id=bike.pk, qty=BIKES, unit_price=PRICE)],
        at=START + timedelta(hours=2),
        by=SYSTEM,
    )
    send_quote(quote_id=quote.pk, at=START + timedelta(hours=3), by=SYSTEM)
    order = accept_quote(quote_id=quote.pk, at=START + timedelta(hours=4), by=SYSTEM, warehouse_id=warehouse_id)
    order = SalesOrder.objects.get(pk=order.pk)
    yield "order", order
    at = START + timedelta(days=1)
    last = max(buy(one, at) for one in PurchaseOrder.objects.filter(origin="own").order_by("pk"))
    yield "received", None
    made_at = make_all(order, last)
    yield "made", made_at
    ship_order(order_id=order.pk, at=made_at + timedelta(days=1), by=SYSTEM, carrier="Norlink", key="bike-ship")
    yield "shipped", SalesOrder.objects.get(pk=order.pk)
    day = (made_at + timedelta(days=2)).date()
    invoice = invoice_order(order_id=order.pk, issued_on=day, at=made_at + timedelta(days=2), by=SYSTEM, key="bike-inv")
    yield "invoiced", invoice
    account = BankAccount.objects.create(
        organization=order.organization, branch=order.branch, name="Bikes", currency=invoice.currency
    )
    payment = record_payment(
        account_id=account.pk,
        direction=PaymentDirection.IN,
        amount=invoice.gross_amount,
        paid_on=day,
        by=SYSTEM,
        legal_entity_id=entity.pk,
        key="bike-pay",
    )
    allocate(invoice_id=invoice.pk, payment_id=payment.pk, amount=payment.amount, on=day, by=SYSTEM)
    invoice.refresh_from_db()
    yield "paid", invoice


def buy(purchase: PurchaseOrder, at: datetime) -> datetime:
    """Place a draft; everything comes on the day on which its last line was expected."""
    purchasing.place_purchase_order(order_id=purchase.pk, at=at, by=SYSTEM)
    lines = list(purchase.lines.all())
    received_at = datetime.combine(max(line.due_on for line in lines), at.timetz())
    receipts.post_goods_receipt(
        order_id=purchase.pk,
        lines=[receipts.ReceivedLine(order_line_id=line.pk, qty=line.qty) for line in lines],
        at=received_at,
        by=SYSTEM,
        key=f"bike-{purchase.pk}",
    )
    return received_at


def make(work_order: WorkOrder, at: datetime) -> None:
    """Issue what is planned, report the planned time of each step, and all pieces."""
    if work_order.materials.exists():
        work.issue_materials(work_order_id=work_order.pk, at=at, by=SYSTEM, key=f"bike-issue-{work_order.pk}")
    for operation in work_order.operations.order_by("sequence"):
        work.report_time(
            operation_id=operation.pk, minutes=operation.minutes, at=at, by=SYSTEM, key=f"bike-{operation.pk}"
        )
    work.report_output(
        work_order_id=work_order.pk, qty=work_order.qty, at=at, by=SYSTEM, key=f"bike-out-{work_order.pk}"
    )


def make_all(order: SalesOrder, since: datetime, by_hand: Callable[[WorkOrder, datetime], None] = make) -> datetime:
    """Work off every work order as soon as its material is there, level by level from the bottom."""
    calendar = load(order.branch.calendar_id)
    at = calendar.opening(calendar.next_working_day(since.date())) + timedelta(hours=1)
    waiting = list(WorkOrder.objects.filter(origin="own").order_by("pk"))
    while waiting:
        ready = [row for row in waiting if not _material_missing(row)]
        assert ready, "work orders wait for each other"
        for work_order in ready:
            by_hand(work_order, at)
        waiting = [row for row in waiting if row not in ready]
        at += timedelta(hours=1)
    return at


def _material_missing(work_order: WorkOrder) -> bool:
    return Peg.objects.filter(demand__material__work_order=work_order, supply__isnull=False, status="open").exists()
