"""What suppliers have delivered and not billed yet."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from core.actors import Actor
from core.choices import Origin
from core.money import ZERO
from finance.models import InvoiceLine
from inventory.choices import ReceiptStatus
from inventory.models import GoodsReceiptLine, LandedCostShare, PurchaseOrder, PurchaseOrderLine


def purchases_to_bill(user: Actor) -> QuerySet[PurchaseOrder]:
    """Purchase orders with goods received and not billed, oldest first; `waiting` is their value without freight."""
    lines = PurchaseOrderLine.objects.filter(order=OuterRef("pk"), received_qty__gt=F("billed_qty"))
    received = GoodsReceiptLine.objects.filter(
        receipt__order=OuterRef("pk"), receipt__status=ReceiptStatus.POSTED, bill_lines=None
    )
    value = received.order_by().values("receipt__order").annotate(total=Sum("value")).values("total")
    return (
        PurchaseOrder.objects.visible_to(user)
        .filter(Exists(lines), origin=Origin.OWN)
        .annotate(waiting=Coalesce(Subquery(value), ZERO))
        .select_related("supplier", "currency")
        .order_by("ordered_at", "pk")
    )


def lines_from_receipts(order: PurchaseOrder, receipt_id: int | None = None) -> list[InvoiceLine]:
    """The lines of a bill for what was received and not billed, each at its value, with the costs that came along."""
    received = GoodsReceiptLine.objects.filter(
        receipt__order=order, receipt__status=ReceiptStatus.POSTED, bill_lines=None
    ).select_related("order_line__item__unit")
    shares = LandedCostShare.objects.filter(
        line__receipt__order=order, cost__is_late=False, amount__gt=0
    ).select_related("cost", "line__order_line__item__unit")
    if receipt_id is not None:
        received, shares = received.filter(receipt=receipt_id), shares.filter(line__receipt=receipt_id)
    goods = list(received.order_by("receipt_id", "pk"))
    fresh = {line.pk for line in goods}
    made = [
        InvoiceLine(
            item_id=line.order_line.item_id,
            purchase_line=line.order_line,
            receipt_line=line,
            qty=line.qty,
            unit_price=line.order_line.price,
            tax_percent=line.order_line.tax_percent,
            net_amount=line.value,
        )
        for line in goods
    ]
    return made + [
        InvoiceLine(
            purchase_line=share.line.order_line,
            receipt_line_id=share.line_id,
            landed_cost=share.cost,
            text=share.cost.label,
            qty=Decimal(1),
            unit_price=share.amount,
            tax_percent=share.line.order_line.tax_percent,
            net_amount=share.amount,
        )
        for share in shares.order_by("pk")
        if share.line_id in fresh
    ]
