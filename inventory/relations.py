"""What the panels of items, orders, receipts and suppliers read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum

from core import policy
from crm.models import Client, LegalEntity
from inventory.models import GoodsReceipt, Item, PurchaseOrder, StockBalance, StockMove, SupplierItem, Warehouse
from inventory.ports import sources
from inventory.selectors.pegged import coming_of, pegs_of
from inventory.selectors.purchases import lines_of, receipts_of
from inventory.selectors.suppliers import SHOWN, supplier_records

LATEST = 10


def stock(item: Item, user: Any) -> dict[str, Any]:
    """On hand, reserved and available per warehouse the user may look into (one statement)."""
    rows = StockBalance.objects.visible_to(user).filter(item=item, location__warehouse__isnull=False)
    grouped = (
        rows.order_by("location__warehouse__name")
        .values("location__warehouse", "location__warehouse__name")
        .annotate(held=Sum("qty"), kept=Sum("reserved"))
    )
    places = [
        {
            "pk": row["location__warehouse"],
            "name": row["location__warehouse__name"],
            "held": row["held"],
            "kept": row["kept"],
            "free": row["held"] - row["kept"],
        }
        for row in grouped
    ]
    totals = {key: sum((place[key] for place in places), Decimal(0)) for key in ("held", "kept", "free")}
    return {"places": places, "totals": totals, "is_short": totals["held"] < item.min_stock}


def claims(item: Item, user: Any) -> dict[str, Any] | None:
    """Who reserved an item and what is coming of it; nothing where neither is so."""
    warehouses = list(Warehouse.objects.visible_to(user, "inventory.view_stockbalance").values_list("pk", flat=True))
    pegs, coming = pegs_of(item, warehouses, user), coming_of(item, warehouses, user)
    return {"pegs": pegs, "coming": coming} if pegs or coming else None


def moves(item: Item, user: Any) -> dict[str, Any] | None:
    """The latest moves of an item with their documents."""
    places = Warehouse.objects.visible_to(user, "inventory.view_stockbalance")
    there = Q(from_location__warehouse__in=places) | Q(to_location__warehouse__in=places)
    rows = StockMove.objects.visible_to(user).filter(there, item=item)
    rows = rows.select_related("from_location", "to_location", "lot")
    found = list(rows.order_by("-occurred_at", "-pk")[:LATEST])
    known = sources([move.source_key or "" for move in found], user)
    shown = [{"move": move, "source": known.get(move.source_key or "")} for move in found]
    return {"moves": shown, "sees_costs": policy.allows(user, "inventory.view_costs")} if found else None


def suppliers(item: Item, user: Any) -> dict[str, Any]:
    """The terms of an item's suppliers, and how each kept his word with it (two statements)."""
    rows = list(
        SupplierItem.objects.filter(item=item).select_related("supplier", "currency").order_by("rank", "pk")[:50]
    )
    records = supplier_records([row.supplier_id for row in rows], item_id=item.pk)
    return {
        "suppliers": [{"terms": row, "record": records[row.supplier_id]} for row in rows],
        "sees_prices": policy.allows(user, "inventory.view_costs"),
        "may_change": policy.allows(user, "inventory.manage_items"),
    }


def purchase_lines(order: PurchaseOrder, user: Any) -> dict[str, Any]:
    return {
        "lines": lines_of(order, user),
        "receipts": receipts_of(order) if policy.allows(user, "inventory.view_goodsreceipt") else [],
        "sees_costs": policy.allows(user, "inventory.view_costs"),
        "may_reschedule": order.status in ("draft", "ordered", "part_received")
        and policy.allows(user, "inventory.place_purchase_order", order),
    }


def receipt_lines(receipt: GoodsReceipt, user: Any) -> dict[str, Any]:
    lines = list(receipt.lines.select_related("order_line__item__unit", "location", "lot", "move").order_by("pk"))
    return {
        "lines": lines,
        "costs": list(receipt.landed_costs.order_by("occurred_at", "pk")),
        "sees_costs": policy.allows(user, "inventory.view_costs"),
        "item_ids": list(dict.fromkeys(line.order_line.item_id for line in lines)),
        "lot_ids": list(dict.fromkeys(line.lot_id for line in lines if line.lot_id)),
        "total": sum((line.value + line.landed_value for line in lines), Decimal(0)),
    }


def supplies(client: Client, user: Any) -> dict[str, Any] | None:
    """What a supplier delivered in a year: prices, times, what is late (two statements). None for others."""
    if not client.is_supplier:
        return None
    entities = list(LegalEntity.objects.filter(client=client).values_list("pk", flat=True))
    records = supplier_records(entities)
    found = sorted((one for record in records.values() for one in record.deliveries), key=lambda one: one.ordered_on)
    if not found:
        return None
    whole = type(next(iter(records.values())))(deliveries=found[::-1])
    return {
        "panel_record": whole,
        "deliveries": whole.deliveries[:SHOWN],
        "late": whole.late,
        "sees_prices": policy.allows(user, "inventory.view_costs"),
    }
