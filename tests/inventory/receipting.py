"""Orders and receipts of goods for their tests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core.actors import SYSTEM
from inventory.models import GoodsReceipt, PurchaseOrder
from inventory.services.purchasing import OrderedLine, draft_purchase_order, place_purchase_order
from inventory.services.receipts import ReceivedLine, post_goods_receipt
from tests.factories.inventory import NOON, make_supplier, make_warehouse


def ordered(*lines: tuple[Any, Any, Any], currency_id: str | None = None, place: bool = True) -> PurchaseOrder:
    """An order placed with lines (item, quantity, price)."""
    order = draft_purchase_order(
        warehouse_id=make_warehouse().pk,
        supplier_id=make_supplier().pk,
        lines=[OrderedLine(item.pk, Decimal(qty), Decimal(price)) for item, qty, price in lines],
        at=NOON,
        by=SYSTEM,
        currency_id=currency_id,
    )
    return place_purchase_order(order_id=order.pk, at=NOON, by=SYSTEM) if place else order


def receive(order: PurchaseOrder, *qtys: Any, by: Any = SYSTEM, **fields: Any) -> GoodsReceipt:
    lines = [
        ReceivedLine(line.pk, Decimal(qty))
        for line, qty in zip(order.lines.order_by("position"), qtys, strict=False)
        if qty
    ]
    return post_goods_receipt(order_id=order.pk, lines=fields.pop("lines", lines), at=NOON, by=by, **fields)
