"""Orders to suppliers and the goods that came. What they cost is for those who may see costs."""

from __future__ import annotations

from core.api.fields import Nested
from core.api.filters import Filter, between, plain
from core.api.resources import Resource, add
from inventory.models import GoodsReceipt, GoodsReceiptLine, PurchaseOrder, PurchaseOrderLine

SEE_COSTS = "inventory.view_costs"
SUMS = ("net_amount", "tax_amount", "freight_amount", "gross_amount")

add(
    Resource(
        path="purchase-orders",
        model=PurchaseOrder,
        doc="Orders to suppliers with their lines.",
        fields=(
            "organization_id", "branch_id", "warehouse_id", "supplier_id", "number", "status", "origin", "currency_id",
            "owner_id", "drafted_at", "ordered_at", "reason", *SUMS,
        ),
        guarded=dict.fromkeys(SUMS, SEE_COSTS),
        nested=(
            Nested(
                "lines",
                PurchaseOrderLine,
                (
                    "id", "position", "item_id", "qty", "price", "tax_percent", "net_amount", "due_on", "received_qty",
                    "rejected_qty", "billed_qty",
                ),
                guarded={"price": SEE_COSTS, "net_amount": SEE_COSTS},
            ),
        ),
        filters=(
            *plain("number", "status", "supplier_id", "warehouse_id", "branch_id", "owner_id"), *between("ordered_at"),
        ),
        sorts=("number", "drafted_at", "updated_at"),
    ),
    Resource(
        path="goods-receipts",
        model=GoodsReceipt,
        doc="Goods that came in against a purchase order.",
        fields=("order_id", "number", "status", "received_at", "rate", "supplier_note"),
        nested=(
            Nested(
                "lines",
                GoodsReceiptLine,
                (
                    "id", "order_line_id", "location_id", "lot_id", "qty", "rejected_qty", "value", "landed_value",
                    "move_id",
                ),
                order=("pk",),
                guarded={"value": SEE_COSTS, "landed_value": SEE_COSTS},
            ),
        ),
        filters=(
            *plain("order_id", "number", "status"), Filter("supplier_id", "order__supplier_id"),
            *between("received_at"),
        ),
        sorts=("received_at", "updated_at"),
    ),
)  # fmt: skip
