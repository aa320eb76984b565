"""Purchase orders as imported history: they count for suppliers' figures, never as goods on the way."""

from __future__ import annotations

from inventory.models import PurchaseOrder, PurchaseOrderLine
from samples.adventureworks.keys import joined, key
from samples.loading.runner import Load
from samples.loading.upsert import Outcome, Upsert

# 1 pending, 2 approved, 3 rejected, 4 complete
STATUS = "CASE s.status WHEN 1 THEN 'draft' WHEN 2 THEN 'ordered' WHEN 3 THEN 'cancelled' ELSE 'received' END"


def purchase_orders(load: Load) -> dict[str, Outcome]:
    ordered = "s.orderdate::timestamp AT TIME ZONE 'UTC'"
    orders = Upsert(
        model=PurchaseOrder,
        source=(
            f"src_purchaseorderheader s {joined('crm_legalentity', 'e', 'vendor', 's.vendorid')}"
            f" {joined('core_user', 'u', 'employee', 's.employeeid', left=True)}"
        ),
        values={
            "external_key": key("purchase_order", "s.purchaseorderid"),
            "organization": "%(organization)s",
            "branch": "%(branch)s",
            "warehouse": "%(warehouse)s",
            "supplier": "e.id",
            "number": "'PO' || s.purchaseorderid",
            "status": STATUS,
            "origin": "'imported'",
            "currency": "%(currency)s",
            "owner": "u.id",
            "drafted_at": ordered,
            "ordered_at": f"CASE WHEN s.status IN (2, 4) THEN {ordered} END",
            "net_amount": "s.subtotal",
            "tax_amount": "s.taxamt",
            "freight_amount": "s.freight",
            "gross_amount": "s.totaldue",
        },
    )
    lines = Upsert(
        model=PurchaseOrderLine,
        source=(
            f"src_purchaseorderdetail s {joined('inventory_purchaseorder', 'o', 'purchase_order', 's.purchaseorderid')}"
            f" {joined('inventory_item', 'i', 'product', 's.productid')}"
        ),
        values={
            "external_key": key("purchase_line", "s.purchaseorderdetailid"),
            "order": "o.id",
            "position": "row_number() OVER (PARTITION BY o.id ORDER BY s.purchaseorderdetailid)",
            "item": "i.id",
            "qty": "s.orderqty",
            "price": "s.unitprice",
            "net_amount": "s.linetotal",
            "due_on": "s.duedate",
            "received_qty": "s.receivedqty",
            "rejected_qty": "s.rejectedqty",
        },
    )
    return {"orders": orders.run(load.params), "lines": lines.run(load.params)}
