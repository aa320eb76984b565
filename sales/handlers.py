"""What sales does when something happened in its own house or below."""

from __future__ import annotations

from core.actors import SYSTEM
from core.events import handles
from crm.choices import TaskKind, TaskStatus
from crm.models import Task
from crm.services.tasks import create_task
from inventory.choices import ServiceRole
from inventory.events import GoodsReceived
from inventory.models import GoodsReceiptLine
from sales.events import ApprovalAsked, ClientAnswered, DiscountDecided, OrderConfirmed
from sales.models import OrderLine, SalesOrder
from sales.selectors.orders import has_role, is_fulfilled, is_goods, lines_of
from sales.services.fulfilment import OPEN, check_readiness
from sales.services.orders import task_key
from sales.services.telling import tell_of_answer, tell_of_decision, tell_of_request


@handles(ApprovalAsked)
def tell_deciders(event: ApprovalAsked) -> None:
    tell_of_request(approval_id=event.approval_id)


@handles(DiscountDecided)
def tell_asker(event: DiscountDecided) -> None:
    tell_of_decision(approval_id=event.approval_id)


@handles(ClientAnswered)
def tell_seller(event: ClientAnswered) -> None:
    tell_of_answer(quote_id=event.quote_id)


@handles(OrderConfirmed)
def ask_for_packing_and_installation(event: OrderConfirmed) -> None:
    """Goods are packed when they stand ready; the crew comes when they have left."""
    order = SalesOrder.objects.select_related("deal").get(pk=event.order_id)
    if order.status not in OPEN:
        return
    lines = lines_of(order)
    links = [order, order.deal] if order.deal else [order]
    needs: list[int] = []
    if any(is_goods(line) and not is_fulfilled(line) for line in lines):
        pack = create_task(
            title=f"{order.number}: pack and ship", kind=TaskKind.PACK, key=task_key(order.pk, "pack"),
            branch_id=order.branch_id, status=TaskStatus.TODO, links=links, by=SYSTEM,
        )  # fmt: skip
        needs = [pack.pk]
    if any(has_role(line, ServiceRole.INSTALLATION) and not is_fulfilled(line) for line in lines):
        create_task(
            title=f"{order.number}: install", kind=TaskKind.INSTALL, key=task_key(order.pk, "install"),
            branch_id=order.branch_id, status=TaskStatus.TODO if needs else TaskStatus.READY, needs=needs,
            links=links, by=SYSTEM,
        )  # fmt: skip
    check_readiness(order_id=order.pk, by=SYSTEM)


@handles(GoodsReceived)
def look_for_orders_that_can_be_packed(event: GoodsReceived) -> None:
    """Bought goods came in: orders that wait for these items may be complete now."""
    receipt_lines = GoodsReceiptLine.objects.filter(receipt=event.receipt_id)
    waiting = OrderLine.objects.filter(
        item__in=receipt_lines.values("order_line__item"),
        order__status__in=OPEN,
        order__warehouse__in=receipt_lines.values("receipt__order__warehouse"),
    )
    orders = set(waiting.values_list("order_id", flat=True))
    keys = {task_key(order_id, "pack"): order_id for order_id in orders}
    packing = Task.objects.filter(key__in=list(keys), status=TaskStatus.TODO).order_by("pk")
    for key in packing.values_list("key", flat=True):
        check_readiness(order_id=keys[str(key)], by=SYSTEM)
