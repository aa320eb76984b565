"""Sales orders with their lines as imported history, and the sellers' quotas."""

from __future__ import annotations

from reports.models import KPIPlan
from sales.models import OrderLine, SalesOrder
from samples.adventureworks.keys import joined, key
from samples.loading import issues
from samples.loading.runner import Load
from samples.loading.upsert import Outcome, Upsert

NO_OFFER = "No Discount"  # the source's name for a line without a special offer
GAP = (
    "s.subtotal - coalesce("
    "(SELECT sum(d.linetotal) FROM src_salesorderdetail d WHERE d.salesorderid = s.salesorderid), 0)"
)


def sales_orders(load: Load) -> dict[str, Outcome]:
    """Done orders in US dollars, exact to four places. They move no stock; the client's currency is a remark."""
    orders = Upsert(
        model=SalesOrder,
        source=(
            f"src_salesorderheader s {joined('crm_legalentity', 'e', 'customer', 's.customerid')}"
            f" {joined('core_user', 'u', 'employee', 's.salespersonid', left=True)}"
            " LEFT JOIN src_salesterritory t USING (territoryid) LEFT JOIN src_shipmethod m USING (shipmethodid)"
        ),
        values={
            "external_key": key("sales_order", "s.salesorderid"),
            "organization": "%(organization)s",
            "branch": "%(branch)s",
            "number": "s.salesordernumber",
            "status": "'done'",
            "origin": "'imported'",
            "channel": "CASE WHEN s.onlineorderflag THEN 'online' ELSE 'seller' END",
            "client": "e.client_id",
            "legal_entity": "e.id",
            "owner": "u.id",
            "territory": "coalesce(t.name, '')",
            "client_reference": "coalesce(s.purchaseordernumber, '')",
            "currency": "%(currency)s",
            "ordered_at": "s.orderdate::timestamp AT TIME ZONE 'UTC'",
            "confirmed_at": "s.orderdate::timestamp AT TIME ZONE 'UTC'",
            "done_at": "coalesce(s.shipdate, s.duedate)::timestamp AT TIME ZONE 'UTC'",
            "wished_on": "s.duedate",
            "terms": "concat_ws(E'\\n', 'Shipped by ' || m.name,"
            " CASE WHEN trim(s.currencycode) <> 'USD' THEN 'Currency of the client: ' || trim(s.currencycode) END)",
            "net_amount": "s.subtotal",
            "tax_amount": "s.taxamt",
            "freight_amount": "s.freight",
            "gross_amount": "s.totaldue",
            "line_gap": f"round({GAP}, 4)",
        },
    )
    issues.note(
        "SalesOrderHeader",
        "SubTotal is not the sum of its lines: the difference is kept on the order",
        f"src_salesorderheader s WHERE abs({GAP}) > 0.01",
        kept=True,
        key="s.salesorderid::text",
    )
    return {"orders": orders.run(load.params)}


def order_lines(load: Load) -> dict[str, Outcome]:
    """Shipped and invoiced as ordered: the source ends with all orders shipped."""
    lines = Upsert(
        model=OrderLine,
        key=("order", "position"),
        source=(
            f"src_salesorderdetail s {joined('sales_salesorder', 'o', 'sales_order', 's.salesorderid')}"
            f" {joined('inventory_item', 'i', 'product', 's.productid')}"
            " LEFT JOIN src_specialoffer f USING (specialofferid)"
        ),
        values={
            "order": "o.id",
            "position": "s.linenumber",
            "item": "i.id",
            "text": "i.name",
            "qty": "s.orderqty",
            "unit_price": "s.unitprice",
            "discount_pct": "s.unitpricediscount * 100",
            "net_amount": "s.linetotal",
            "shipped_qty": "s.orderqty",
            "invoiced_qty": "s.orderqty",
            "offer": f"CASE WHEN f.type = '{NO_OFFER}' THEN '' ELSE coalesce(f.description, '') END",
        },
    )
    return {"lines": lines.run(load.params)}


def quotas(load: Load) -> dict[str, Outcome]:
    """A seller's quota of a quarter stands in the month in which the quarter begins."""
    plans = Upsert(
        model=KPIPlan,
        source=(
            "(SELECT businessentityid, date_trunc('month', quotadate)::date AS month, sum(salesquota) AS quota"
            " FROM src_salespersonquotahistory GROUP BY 1, 2) s"
            f" {joined('core_user', 'u', 'employee', 's.businessentityid')}"
        ),
        values={
            "external_key": key("quota", "s.businessentityid || '/' || to_char(s.month, 'YYYY-MM')"),
            "person": "u.id",
            "indicator": "'revenue'",
            "month": "s.month",
            "target": "s.quota",
            "status": "'fixed'",
        },
    )
    return {"quotas": plans.run(load.params)}
