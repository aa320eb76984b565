"""The warehouse as it stands today: shelves and lots, orders to pick, deliveries on their way, a count half done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from core.actors import SYSTEM
from core.models import User
from crm.models import LegalEntity
from inventory.models import Item, StockBalance, SupplierItem, Unit, Warehouse
from inventory.services import items, purchasing, receipts
from inventory.services.adjusting import write_off
from inventory.services.counts import note_counts, start_count
from inventory.services.moves import Shift, transfer_goods
from inventory.services.places import add_location
from sales.services.lines import LineDraft
from sales.services.orders import confirm_order, create_order

SHELVES = ("A-01", "A-03", "B-04", "C-11")
ON_SHELF = {"ALU-P": "A-01", "HWK": "B-04", "HNG": "B-04", "LEG": "C-11", "SEAL": "C-11", "PLY-18": "A-03"}
LOTS = (("L-2609-14", "18", 64), ("L-2610-02", "46", 41))
SOLD = ((("HNG", 2, "48.00"), ("SCR", 1, "14.50"), ("SEAL", 12, "7.90")), (("LEG", 4, "36.00"), ("HNG", 1, "48.00")))
SPOILED = ("SCR", "LAQ", "EDGE")


def stand_today(users: Mapping[str, User], warehouse: Warehouse, clients: list[LegalEntity], now: datetime) -> None:
    """Bring the present day's work into the warehouse; every step through the service a person would use."""
    shelves = {code: add_location(warehouse_id=warehouse.pk, code=code, by=SYSTEM) for code in SHELVES}
    _fill_shelves(users, warehouse, shelves, now)
    _veneer(users, warehouse, shelves["B-04"].pk, now)
    _orders_to_pick(users, warehouse, clients, now)
    _late_delivery(users, warehouse, now)
    _spoil(users, warehouse, now)
    _half_a_count(users, warehouse, shelves["B-04"].pk, now)


def _fill_shelves(users: Mapping[str, User], warehouse: Warehouse, shelves: Mapping[str, Any], now: datetime) -> None:
    shifts = []
    for row in StockBalance.objects.filter(location__warehouse=warehouse, item__sku__in=ON_SHELF, qty__gt=0):
        free = (row.qty - row.reserved).quantize(Decimal(1))
        if free > 0:
            shifts.append(
                Shift(
                    item_id=row.item_id, from_warehouse_id=warehouse.pk, to_warehouse_id=warehouse.pk,
                    qty=min(free, row.qty - row.reserved), from_location_id=row.location_id,
                    to_location_id=shelves[ON_SHELF[row.item.sku]].pk,
                    source_key=f"inventory.transfer:demo-{row.item.sku}", document="Put on the shelf",
                )
            )  # fmt: skip
    transfer_goods(shifts=shifts, at=now, by=users["storekeeper"], branch_id=warehouse.branch_id)


def _veneer(users: Mapping[str, User], warehouse: Warehouse, shelf: int, now: datetime) -> None:
    """Goods that come in lots, from two deliveries."""
    supplier = SupplierItem.objects.order_by("pk").first()
    if supplier is None:
        return
    veneer = items.create_item(
        sku="VEN-OAK-06", name="Oak veneer 0.6 mm, crown cut", unit_id=Unit.objects.get(code="m2").pk,
        by=users["purchaser"], tracking="lot", min_stock=Decimal(30), is_sold=False,
    )  # fmt: skip
    items.set_supplier_terms(
        supplier_id=supplier.supplier_id, item_id=veneer.pk, price=Decimal("28.20"), currency_id=supplier.currency_id,
        pack_qty=Decimal(25), lead_days=12, by=users["purchaser"],
    )  # fmt: skip
    for number, (lot, qty, days) in enumerate(LOTS):
        order = purchasing.draft_purchase_order(
            warehouse_id=warehouse.pk, supplier_id=supplier.supplier_id, by=users["purchaser"],
            lines=[purchasing.OrderedLine(veneer.pk, Decimal(qty), Decimal("27.40") + number * Decimal("0.80"))],
            at=now - timedelta(days=days + 14),
        )  # fmt: skip
        purchasing.place_purchase_order(order_id=order.pk, at=now - timedelta(days=days + 14), by=users["purchaser"])
        receipts.post_goods_receipt(
            order_id=order.pk, at=now - timedelta(days=days), by=users["storekeeper"], key=f"demo-veneer-{number}",
            lines=[receipts.ReceivedLine(order.lines.get().pk, Decimal(qty), location_id=shelf, lot_code=lot)],
        )  # fmt: skip


def _orders_to_pick(users: Mapping[str, User], warehouse: Warehouse, clients: list[LegalEntity], now: datetime) -> None:
    for number, lines in enumerate(SOLD):
        order = create_order(
            legal_entity_id=clients[number % len(clients)].pk, at=now, by=users["seller"],
            branch_id=warehouse.branch_id, warehouse_id=warehouse.pk, owner_id=users["seller"].pk,
            lines=[
                LineDraft(Item.objects.get(sku=sku).pk, Decimal(qty), unit_price=Decimal(price))
                for sku, qty, price in lines
            ],
        )  # fmt: skip
        confirm_order(order_id=order.pk, at=now, by=users["seller"])


def _late_delivery(users: Mapping[str, User], warehouse: Warehouse, now: datetime) -> None:
    """One order that should have come by now, and one that comes next week."""
    for sku, qty, days in (("GLS-10", 12, 25), ("OAK-24", 20, 1)):
        offer = SupplierItem.objects.filter(item__sku=sku).first()
        if offer is None:
            continue
        order = purchasing.draft_purchase_order(
            warehouse_id=warehouse.pk, supplier_id=offer.supplier_id, by=users["purchaser"],
            lines=[purchasing.OrderedLine(offer.item_id, Decimal(qty))], at=now - timedelta(days=days),
        )  # fmt: skip
        purchasing.place_purchase_order(order_id=order.pk, at=now - timedelta(days=days), by=users["purchaser"])


def _spoil(users: Mapping[str, User], warehouse: Warehouse, now: datetime) -> None:
    """Goods that got wet: they fall below their minimum, and the suggestions have something to say."""
    for sku in SPOILED:
        row = StockBalance.objects.filter(location__warehouse=warehouse, item__sku=sku, qty__gt=0).first()
        if row is None or row.qty - row.reserved < 2:
            continue
        write_off(
            item_id=row.item_id, location_id=row.location_id, qty=row.qty - row.reserved - 1,
            reason="Water damage", at=now, by=users["storekeeper"], key=f"demo-{sku}",
        )  # fmt: skip


def _half_a_count(users: Mapping[str, User], warehouse: Warehouse, shelf: int, now: datetime) -> None:
    count = start_count(
        warehouse_id=warehouse.pk, location_id=shelf, at=now, by=users["storekeeper"], note="Monthly check"
    )
    lines = list(count.lines.order_by("pk")[:2])
    found = {lines[0].pk: lines[0].expected, **({lines[1].pk: lines[1].expected - 1} if len(lines) > 1 else {})}
    note_counts(stocktake_id=count.pk, counts=found, at=now, by=users["storekeeper"])
