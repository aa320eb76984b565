"""The warehouse as it stands today: shelves and lots, orders to pick, deliveries on their way, a count half done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from core.actors import SYSTEM
from core.models import User
from crm.models import LegalEntity
from inventory.choices import PurchaseStatus
from inventory.models import Item, Peg, PurchaseOrder, StockBalance, SupplierItem, Unit, Warehouse
from inventory.selectors import stock
from inventory.services import items, purchasing, receipts
from inventory.services.adjusting import write_off
from inventory.services.counts import note_counts, start_count
from inventory.services.moves import Shift, transfer_goods
from inventory.services.places import add_location
from sales.selectors.picking import pick_tasks
from sales.services.confirming import confirm_order
from sales.services.lines import LineDraft
from sales.services.orders import create_order
from sales.services.picking import note_pick

SHELVES = ("A-01", "A-03", "B-04", "C-11")
ON_SHELF = {"ALU-P": "A-01", "HWK": "B-04", "HNG": "B-04", "LEG": "C-11", "SEAL": "C-11", "PLY-18": "A-03"}
LOTS = (("L-2609-14", "18", 64), ("L-2610-02", "46", 41))
# What came in lately beyond what anybody waits for.
RESTOCKED = {
    "ALU-P": 140, "GLS-10": 14, "HWK": 16, "HNG": 30, "SEAL": 120, "OAK-24": 34, "PLY-18": 46, "EDGE": 210,
    "LAQ": 24, "LEG": 48, "SCR": 26,
}  # fmt: skip
SOLD = (
    (("HNG", 2, "48.00"), ("SCR", 1, "14.50"), ("SEAL", 12, "7.90")),
    (("LEG", 4, "36.00"), ("HNG", 1, "48.00")),
    (("HWK", 3, "62.00"), ("SEAL", 18, "7.90"), ("HNG", 3, "48.00"), ("LEG", 8, "36.00"), ("SCR", 2, "14.50")),
    (("EDGE", 40, "1.90"), ("SCR", 2, "14.50")),
    (("HWK", 2, "62.00"), ("LEG", 12, "36.00")),
)
PICKED = 2  # places of the third order that were visited by now
SPOILED = ("SCR", "LAQ")
# The safety stock of these was raised for the winter, to so much more than lies there and comes.
RAISED = {"EDGE": 60, "HNG": 8, "PLY-18": 20}


def stand_today(users: Mapping[str, User], warehouse: Warehouse, clients: list[LegalEntity], now: datetime) -> None:
    """Bring the present day's work into the warehouse; every step through the service a person would use."""
    shelves = {code: add_location(warehouse_id=warehouse.pk, code=code, by=SYSTEM) for code in SHELVES}
    _restock(users, warehouse, now)
    _fill_shelves(users, warehouse, shelves, now)
    _veneer(users, warehouse, shelves["B-04"].pk, now)
    _late_delivery(users, warehouse, now)
    _orders_to_pick(users, warehouse, clients, now)
    _spoil(users, warehouse, now)
    _raise_minimums(users, warehouse)
    _refused(users, warehouse, now)
    _half_a_count(users, warehouse, shelves["B-04"].pk, now)


def _restock(users: Mapping[str, User], warehouse: Warehouse, now: datetime) -> None:
    """Last week's deliveries, one from each supplier: there is something on the shelves that is still free."""
    offers = SupplierItem.objects.filter(item__sku__in=RESTOCKED, rank=1).select_related("item").order_by("pk")
    lines: dict[int, list[purchasing.OrderedLine]] = defaultdict(list)
    for offer in offers:
        lines[offer.supplier_id].append(purchasing.OrderedLine(offer.item_id, Decimal(RESTOCKED[offer.item.sku])))
    for supplier, ordered in lines.items():
        order = purchasing.draft_purchase_order(
            warehouse_id=warehouse.pk, supplier_id=supplier, by=users["purchaser"], lines=ordered,
            at=now - timedelta(days=13), reason="For stock",
        )  # fmt: skip
        purchasing.place_purchase_order(order_id=order.pk, at=now - timedelta(days=13), by=users["purchaser"])
        receipts.post_goods_receipt(
            order_id=order.pk, at=now - timedelta(days=2), by=users["storekeeper"], key=f"demo-restock-{supplier}",
            lines=[receipts.ReceivedLine(line.pk, line.qty) for line in order.lines.all()],
        )  # fmt: skip


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
        sku="VEN-OAK-06", name="Oak veneer 0.6 mm, crown cut", unit_id=Unit.objects.get(code="m²").pk,
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
        for task in pick_tasks(order)[:PICKED] if number == 2 else ():
            note_pick(
                order_id=order.pk, line_id=task.line.pk, location_id=task.location.pk,
                lot_id=task.lot.pk if task.lot else None, qty=task.wanted, at=now, by=users["storekeeper"],
            )  # fmt: skip


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


def _raise_minimums(users: Mapping[str, User], warehouse: Warehouse) -> None:
    """Before the winter the purchaser keeps more of some goods than lies there and comes."""
    found = Item.objects.in_bulk(list(RAISED), field_name="sku")
    there = stock.availability(warehouse.pk, [item.pk for item in found.values()])
    for sku, more in RAISED.items():
        item = found[sku]
        known = there[item.pk]
        least = (max(known.free, Decimal(0)) + known.free_incoming + more).quantize(Decimal(1))
        items.change_item(item_id=item.pk, min_stock=least, by=users["purchaser"])


def _refused(users: Mapping[str, User], warehouse: Warehouse, now: datetime) -> None:
    """A supplier cannot deliver: what work orders count on has to come from somewhere else."""
    wanted = Peg.objects.filter(status="open", supply__isnull=False).values("supply")
    waited_for = PurchaseOrder.objects.filter(
        warehouse=warehouse, status=PurchaseStatus.ORDERED, lines__supply__in=wanted
    )
    scarce = waited_for.exclude(lines__item__sku__in=RESTOCKED)
    for order in scarce.distinct().order_by("-pk")[:2]:
        purchasing.cancel_purchase_order(
            order_id=order.pk, at=now, by=users["purchaser"], reason="The supplier cannot deliver"
        )


def _half_a_count(users: Mapping[str, User], warehouse: Warehouse, shelf: int, now: datetime) -> None:
    count = start_count(
        warehouse_id=warehouse.pk, location_id=shelf, at=now, by=users["storekeeper"], note="Monthly check"
    )
    lines = list(count.lines.order_by("pk")[:2])
    found = {lines[0].pk: lines[0].expected, **({lines[1].pk: lines[1].expected - 1} if len(lines) > 1 else {})}
    note_counts(stocktake_id=count.pk, counts=found, at=now, by=users["storekeeper"])
