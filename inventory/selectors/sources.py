"""What the warehouse itself answers when somebody asks for the document behind a key."""

from __future__ import annotations

from collections.abc import Collection

from core import policy
from core.actors import Actor
from core.ui.shell import address
from inventory.models import GoodsReceipt, PurchaseOrderLine
from inventory.ports import Source, ids_of


def own_sources(keys: Collection[str], by: Actor) -> dict[str, Source]:
    """Receipts and purchase lines (at most two statements)."""
    return {**_receipts(keys, by), **_purchase_lines(keys, by)}


def _receipts(keys: Collection[str], by: Actor) -> dict[str, Source]:
    wanted = ids_of(keys, "inventory.receipt")
    if not wanted:
        return {}
    rows = GoodsReceipt.objects.select_related("order__supplier").in_bulk(set(wanted.values()))
    may_see = policy.allows(by, "inventory.view_goodsreceipt")
    return {
        key: Source(
            rows[pk].number, address("inventory:receipt_card", pk) if may_see else "", str(rows[pk].order.supplier)
        )
        for key, pk in wanted.items()
        if pk in rows
    }


def _purchase_lines(keys: Collection[str], by: Actor) -> dict[str, Source]:
    wanted = ids_of(keys, "inventory.purchase_line")
    if not wanted:
        return {}
    rows = PurchaseOrderLine.objects.select_related("order__supplier").in_bulk(set(wanted.values()))
    may_see = policy.allows(by, "inventory.view_purchaseorder")
    return {
        key: Source(
            rows[pk].order.number,
            address("inventory:purchase_card", rows[pk].order_id) if may_see else "",
            str(rows[pk].order.supplier),
        )
        for key, pk in wanted.items()
        if pk in rows
    }
