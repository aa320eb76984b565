"""The confirms of the warehouse: receipts and their late costs, purchase orders, counts, moves by hand."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from inventory.models import PurchaseOrder
from inventory.services import counts, purchasing, receipts
from inventory.services.places import add_location
from inventory.services.receipts import ReceivedLine
from tests.e2e.twice import Act, Scene
from tests.factories.inventory import (
    make_item,
    make_purchase_order,
    make_supplier,
    make_terms,
    make_warehouse,
    stock_up,
)


def _now() -> Any:
    return timezone.now()


def _purchase(status: str = "ordered") -> PurchaseOrder:
    return make_purchase_order([(make_item(), 10, "5.00")], status=status)


def _received(order: PurchaseOrder, qty: int) -> Any:
    line = ReceivedLine(order_line_id=order.lines.get().pk, qty=Decimal(qty))
    return receipts.post_goods_receipt(order_id=order.pk, lines=[line], at=_now(), by=SYSTEM)


def receive(_user: Any) -> Scene:
    order = _purchase()
    return Scene(
        reverse("inventory:receipt_of", args=[order.pk]), {f"qty-{order.lines.get().pk}": "10"},
        lambda: _received(order, 3),
    )  # fmt: skip


def receive_a_part(_user: Any) -> Scene:
    order = _purchase()
    return Scene(
        reverse("inventory:receipt_of", args=[order.pk]), {f"qty-{order.lines.get().pk}": "10"},
        lambda: purchasing.cancel_purchase_order(order_id=order.pk, at=_now(), by=SYSTEM, reason="Called off"),
    )  # fmt: skip


def late_cost(_user: Any) -> Scene:
    receipt = _received(_purchase(), 10)
    return Scene(
        reverse("inventory:receipt_cost", args=[receipt.pk]), {"label": "Freight", "amount": "12.00"},
        lambda: receipts.add_late_cost(
            receipt_id=receipt.pk, label="Freight", amount=Decimal("12.00"), at=_now(), by=SYSTEM,
            source_key="somebody-else",
        ),
    )  # fmt: skip


def take_back(_user: Any) -> Scene:
    receipt = _received(_purchase(), 10)
    return Scene(reverse("inventory:receipt_back", args=[receipt.pk]), {"reason": "Wrong truck"})


def suggest(_user: Any) -> Scene:
    warehouse = make_warehouse()
    make_terms(make_item(min_stock=10), supplier=make_supplier())
    return Scene(
        reverse("inventory:purchase_proposals"), {},
        lambda: purchasing.propose_purchases(warehouse_id=warehouse.pk, at=_now(), by=SYSTEM),
    )  # fmt: skip


def place(_user: Any) -> Scene:
    order = _purchase("draft")
    return Scene(
        reverse("inventory:purchase_place", args=[order.pk]), {"to": "", "text": "Please deliver"},
        lambda: purchasing.cancel_purchase_order(order_id=order.pk, at=_now(), by=SYSTEM, reason="Not needed"),
    )  # fmt: skip


def call_off(_user: Any) -> Scene:
    order = _purchase("draft")
    return Scene(
        reverse("inventory:purchase_cancel", args=[order.pk]), {"reason": "Not needed"},
        lambda: purchasing.place_purchase_order(order_id=order.pk, at=_now(), by=SYSTEM),
    )  # fmt: skip


def _count() -> Any:
    item, warehouse = make_item(), make_warehouse()
    stock_up(item, warehouse, 10, "50.00", at=_now() - timedelta(days=1))
    count = counts.start_count(warehouse_id=warehouse.pk, at=_now(), by=SYSTEM)
    counts.note_counts(stocktake_id=count.pk, counts={count.lines.get().pk: Decimal(8)}, at=_now(), by=SYSTEM)
    return count


def post_count(_user: Any) -> Scene:
    count = _count()
    line = count.lines.get().pk
    return Scene(
        reverse("inventory:count_post", args=[count.pk]), {},
        lambda: counts.note_counts(stocktake_id=count.pk, counts={line: Decimal(9)}, at=_now(), by=SYSTEM),
    )  # fmt: skip


def give_up_count(_user: Any) -> Scene:
    count = _count()
    return Scene(
        reverse("inventory:count_cancel", args=[count.pk]), {"reason": "Too late"},
        lambda: counts.post_count(stocktake_id=count.pk, at=_now(), by=SYSTEM),
    )  # fmt: skip


def reverse_move(_user: Any) -> Scene:
    move = stock_up(make_item(), make_warehouse(), 3, 30, at=_now() - timedelta(days=1))
    return Scene(reverse("inventory:move_reverse", args=[move.pk]), {"reason": "Wrong item"})


def write_off(_user: Any) -> Scene:
    item, warehouse = make_item(), make_warehouse()
    move = stock_up(item, warehouse, 10, "50.00", at=_now() - timedelta(days=1))
    typed = {"direction": "out", "item": item.pk, "qty": "2", "place": move.to_location_id, "reason": "Broken"}
    return Scene(reverse("inventory:adjust_new"), typed)


def transfer(_user: Any) -> Scene:
    item, warehouse = make_item(), make_warehouse()
    move = stock_up(item, warehouse, 10, "50.00", at=_now() - timedelta(days=1))
    shelf = add_location(warehouse_id=warehouse.pk, code="B-04", by=SYSTEM)
    typed = {"item": item.pk, "qty": "2", "source": move.to_location_id, "target": shelf.pk}
    return Scene(reverse("inventory:transfer_new"), typed)


ACTS = [
    Act("receipt: post all", "storekeeper", receive),
    Act("receipt: post after a call-off", "storekeeper", receive_a_part),
    Act("receipt: late cost", "purchaser", late_cost),
    Act("receipt: take back", "storekeeper", take_back, again="same"),
    Act("purchase: order what is suggested", "purchaser", suggest, form="proposals"),
    Act("purchase: place", "purchaser", place),
    Act("purchase: call off", "purchaser", call_off),
    Act("count: post", "storekeeper", post_count),
    Act("count: give up", "storekeeper", give_up_count),
    Act("stock: write off", "storekeeper", write_off, again="another"),
    Act("stock: transfer", "storekeeper", transfer, again="another"),
    Act("move: reverse", "storekeeper", reverse_move, again="same"),
]
