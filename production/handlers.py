"""What production does when something happened below."""

from django.db.models import Q
from django.utils import timezone

from core.actors import SYSTEM
from core.events import handles
from inventory.choices import SupplyKind
from inventory.events import GoodsReceived, PurchaseOrderCancelled, ReceiptTakenBack, SupplyMoved
from inventory.models import GoodsReceipt, PurchaseOrderLine, Supply
from production.events import HelpWanted, JobBlocked
from production.models import WorkOrder
from production.services import planning, scheduling, telling
from production.services.work import cancel_work_order
from production.services.work.state import NOT_BEGUN
from sales.events import OrderCancelled, OrderConfirmed
from sales.models import SalesOrder


@handles(OrderConfirmed)
def plan_confirmed_order(event: OrderConfirmed) -> None:
    """Make and buy what the order lacks, and promise its date, as of the moment it was confirmed."""
    order = SalesOrder.objects.get(pk=event.order_id)
    planning.plan_order(order_id=order.pk, at=order.confirmed_at or timezone.now(), by=SYSTEM)


@handles(OrderCancelled)
def call_off_work(event: OrderCancelled) -> None:
    """Work for a cancelled order that has not begun is called off; what runs is finished for stock.

    From the product down to its parts, so that each part is free of its own product when its turn comes; what other
    orders count on meanwhile is made all the same.
    """
    works = WorkOrder.objects.filter(order_line__order_id=event.order_id, status__in=NOT_BEGUN).order_by("pk")
    for work_order_id in list(works.values_list("pk", flat=True)):
        if works.filter(pk=work_order_id, supply__pegged_qty=0).exists():
            cancel_work_order(work_order_id=work_order_id, at=timezone.now(), by=SYSTEM)


@handles(SupplyMoved)
def promise_again_after_a_move(event: SupplyMoved) -> None:
    """Purchased goods, or what is made for stock, come on another day. Work for an order has moved with its plan."""
    told = Q(kind=SupplyKind.PURCHASE) | Q(work_order__isnull=False, work_order__order_line=None)
    if Supply.objects.filter(told, pk=event.supply_id).exists():
        scheduling.follow_supplies(supply_ids=[event.supply_id], at=timezone.now(), by=SYSTEM)


@handles(GoodsReceived)
def promise_again_after_a_receipt(event: GoodsReceived) -> None:
    receipt = GoodsReceipt.objects.get(pk=event.receipt_id)
    scheduling.follow_supplies(supply_ids=_supplies_of(receipt.order_id), at=receipt.received_at, by=SYSTEM)


@handles(ReceiptTakenBack)
def promise_again_without_the_goods(event: ReceiptTakenBack) -> None:
    receipt = GoodsReceipt.objects.get(pk=event.receipt_id)
    scheduling.follow_supplies(supply_ids=_supplies_of(receipt.order_id), at=timezone.now(), by=SYSTEM)


@handles(PurchaseOrderCancelled)
def promise_again_without_the_purchase(event: PurchaseOrderCancelled) -> None:
    scheduling.follow_supplies(supply_ids=_supplies_of(event.order_id), at=timezone.now(), by=SYSTEM)


@handles(JobBlocked)
def tell_leads_of_blocked_job(event: JobBlocked) -> None:
    telling.tell_of_blockage(blockage_id=event.blockage_id)


@handles(HelpWanted)
def tell_leads_of_call(event: HelpWanted) -> None:
    telling.tell_of_call(call_id=event.call_id)


def _supplies_of(purchase_order_id: int) -> list[int]:
    lines = PurchaseOrderLine.objects.filter(order_id=purchase_order_id, supply__isnull=False)
    return list(lines.values_list("supply_id", flat=True))
