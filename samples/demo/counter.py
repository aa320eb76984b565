"""Goods sold from the shelf: every month ends with an order that was finished in it, whatever the large ones do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from crm.models import LegalEntity
from finance.services import invoices
from sales.choices import OrderStatus
from sales.models import SalesOrder
from sales.services.confirming import confirm_order
from sales.services.lines import LineDraft
from sales.services.orders import create_order
from sales.services.shipments import ship_order
from samples.demo.company import Company
from samples.demo.timeline import Happening, Timeline

# What customers come for, with prices; as many of them as lie free.
GOODS = (("LEG", 8, "36.00"), ("HNG", 3, "48.00"), ("SEAL", 18, "7.90"), ("SCR", 2, "14.50"))


def month_ends(since: datetime, until: datetime, line: Timeline) -> Iterator[datetime]:
    """A working moment at the end of each month from the second on; in the last month shortly before `until`."""
    first = _month_begins(_month_begins(since, line) + timedelta(days=62), line)
    while first < until:
        last_day = line.calendar.add_working_days(first.date(), -1)
        yield line.calendar.opening(last_day) + timedelta(hours=6)
        first = _month_begins(first + timedelta(days=32), line)
    yield min(max(until - timedelta(hours=2), _month_begins(until, line) + timedelta(minutes=1)), until)


def sell_from_stock(company: Company) -> Happening:
    """If no order was finished in this month, somebody buys from the shelf, takes it along and gets his invoice."""
    line = company.timeline
    done = SalesOrder.objects.filter(status=OrderStatus.DONE, done_at__gte=_month_begins(line.now, line))
    if not done.exists():
        _sell(company)
    yield from ()  # a happening of one part


def _sell(company: Company) -> None:
    line = company.timeline
    buyers = list(LegalEntity.objects.filter(client__is_customer=True).select_related("client").order_by("pk"))
    goods = [(sku, min(Decimal(qty), company.free(sku) // 1), price) for sku, qty, price in GOODS]
    lines = [LineDraft(company.item_id(sku), qty, unit_price=Decimal(price)) for sku, qty, price in goods if qty > 0]
    if not buyers or not lines:
        return
    buyer, head = buyers[line.now.month % len(buyers)], company.users["head_of_sales"]
    order = create_order(
        legal_entity_id=buyer.pk, lines=lines, at=line.now, by=head, branch_id=company.world.branch.pk,
        warehouse_id=company.world.warehouse.pk, owner_id=buyer.client.owner_id,
    )  # fmt: skip
    confirm_order(order_id=order.pk, at=line.now, by=head)
    ship_order(order_id=order.pk, at=line.now, by=company.users["storekeeper"], key=f"demo-ship-{order.pk}")
    invoices.invoice_order(
        order_id=order.pk, issued_on=line.now.date(), at=line.now, by=company.users["accountant"],
        key=f"demo-invoice-{order.pk}",
    )  # fmt: skip


def _month_begins(at: datetime, line: Timeline) -> datetime:
    return at.astimezone(line.calendar.zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
