"""Items with units and categories, their price and cost history, and the terms of their suppliers."""

from __future__ import annotations

from django.db import connection

from inventory.models import Item, ItemCategory, ItemUnit, StandardCost, SupplierItem, Unit
from sales.models import PriceList, PriceRule
from samples.adventureworks import keys
from samples.adventureworks.keys import joined, key
from samples.loading import issues
from samples.loading.runner import Load
from samples.loading.sql import execute
from samples.loading.upsert import Outcome, Upsert

# What one purchase unit holds in base units, where that is known everywhere: US gallon to ounces, dozen to pieces.
KNOWN_UNITS = "(VALUES ('GAL', 'OZ', 128), ('DZ', 'EA', 12)) f(bought, base, factor)"
PIECE = "EA"
# A period of the source ends with the day named; ours is half-open.
PERIOD = "daterange(s.startdate, s.enddate + 1)"


def catalogue(load: Load) -> dict[str, Outcome]:
    units = Upsert(
        model=Unit, key=("code",), source="src_unitmeasure s", update=False,
        values={"code": "trim(s.unitmeasurecode)", "name": "s.name"},
    )  # fmt: skip
    tops = Upsert(
        model=ItemCategory,
        key=("parent", "name"),
        source="src_productcategory s",
        values={"parent": "NULL", "name": "s.name"},
    )
    subs = Upsert(
        model=ItemCategory,
        key=("parent", "name"),
        source=(
            "src_productsubcategory s JOIN src_productcategory t USING (productcategoryid)"
            " JOIN inventory_itemcategory c ON c.name = t.name AND c.parent_id IS NULL"
        ),
        values={"parent": "c.id", "name": "s.name"},
    )
    return {"units": units.run(), "categories": tops.run() + subs.run()}


def items(load: Load) -> dict[str, Outcome]:
    """The base unit is the one recipes count the item in, else the piece. Made or bought by MakeFlag."""
    found = Upsert(
        model=Item,
        source=(
            "src_product s"
            " LEFT JOIN src_productsubcategory b USING (productsubcategoryid)"
            " LEFT JOIN src_productcategory t ON t.productcategoryid = b.productcategoryid"
            " LEFT JOIN inventory_itemcategory top ON top.name = t.name AND top.parent_id IS NULL"
            " LEFT JOIN inventory_itemcategory c ON c.name = b.name AND c.parent_id = top.id"
            " LEFT JOIN (SELECT componentid, min(trim(unitmeasurecode)) AS code FROM src_billofmaterials"
            " GROUP BY 1) r ON r.componentid = s.productid "
            f" JOIN inventory_unit u ON u.code = coalesce(r.code, '{PIECE}')"
        ),
        values={
            "external_key": key("product", "s.productid"),
            "sku": "s.productnumber",
            "name": "s.name",
            "status": "CASE WHEN coalesce(s.sellenddate, s.discontinueddate) IS NULL THEN 'active'"
            " ELSE 'phased_out' END",
            "category": "c.id",
            "unit": "u.id",
            "replenishment": "CASE WHEN s.makeflag THEN 'make' ELSE 'buy' END",
            "is_sold": "s.finishedgoodsflag",
            "standard_cost": "s.standardcost",
            "min_stock": "s.safetystocklevel",
            "reorder_point": "s.reorderpoint",
            "lead_days": "s.daystomanufacture",
            "weight_kg": "round(coalesce(s.weight, 0) * CASE trim(s.weightunitmeasurecode)"
            " WHEN 'LB' THEN 0.45359237 WHEN 'G' THEN 0.001 ELSE 1 END, 4)",
        },
    )
    issues.note(
        "Product",
        "is bought, but no supplier is named in ProductVendor",
        "src_product s WHERE NOT s.makeflag AND NOT EXISTS"
        " (SELECT 1 FROM src_productvendor v WHERE v.productid = s.productid)",
        kept=True,
        key="s.productid::text",
    )
    return {"items": found.run(load.params)}


def prices(load: Load) -> dict[str, Outcome]:
    """List prices and standard costs with their days; a list price without history holds at any time."""
    price_list, _created = PriceList.objects.get_or_create(
        code=keys.PRICE_LIST, defaults={"name": "List prices", "currency_id": "USD"}
    )
    load.params["price_list"] = price_list.pk
    rules = (
        f"(SELECT s.productid, {PERIOD} AS valid, s.listprice FROM src_productlistpricehistory s UNION ALL"
        " SELECT p.productid, NULL, p.listprice FROM src_product p WHERE p.listprice > 0 AND NOT EXISTS"
        " (SELECT 1 FROM src_productlistpricehistory h WHERE h.productid = p.productid)) s"
    )
    cost = Upsert(
        model=StandardCost,
        key=(),
        source=f"src_productcosthistory s {joined('inventory_item', 'i', 'product', 's.productid')}",
        values={"item": "i.id", "cost": "s.standardcost", "valid": PERIOD},
    )
    return {"prices": _put_rules(load, rules), "costs": _put_costs(cost)}


def _put_rules(load: Load, rules: str) -> Outcome:
    """Price rules have no key of their own: one is known by its list, item and first day."""
    known = (
        "r.price_list_id = %(price_list)s AND r.item_id = i.id AND r.min_qty = 0"
        " AND lower(r.valid) IS NOT DISTINCT FROM lower(s.valid)"
    )
    source = f"{rules} {joined('inventory_item', 'i', 'product', 's.productid')}"
    with connection.cursor() as cursor:
        execute(
            cursor,
            f"UPDATE sales_pricerule r SET price = s.listprice, valid = s.valid FROM {source} WHERE {known}"
            " AND ROW(r.price, r.valid) IS DISTINCT FROM ROW(s.listprice, s.valid)",
            load.params,
        )
        changed = cursor.rowcount
    inserted = Upsert(
        model=PriceRule,
        key=(),
        source=f"{source} WHERE NOT EXISTS (SELECT 1 FROM sales_pricerule r WHERE {known})",
        values={"price_list": "%(price_list)s", "item": "i.id", "price": "s.listprice", "valid": "s.valid"},
    ).run(load.params)
    return Outcome(new=inserted.new, changed=changed)


def _put_costs(cost: Upsert) -> Outcome:
    """Standard costs are known by item and first day."""
    known = "k.item_id = i.id AND lower(k.valid) = s.startdate"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE inventory_standardcost k SET cost = s.standardcost, valid = {PERIOD} FROM {cost.source}"
            f" WHERE {known} AND ROW(k.cost, k.valid) IS DISTINCT FROM ROW(s.standardcost, {PERIOD})"
        )
        changed = cursor.rowcount
    fresh = Upsert(
        model=cost.model,
        key=(),
        source=f"{cost.source} WHERE NOT EXISTS (SELECT 1 FROM inventory_standardcost k WHERE {known})",
        values=cost.values,
    ).run()
    return Outcome(new=fresh.new, changed=changed)


def suppliers(load: Load) -> dict[str, Outcome]:
    """Terms per base unit. Preferred vendors come first, inactive ones last; lead times as the source states them."""
    source = (
        f"src_productvendor s {joined('inventory_item', 'i', 'product', 's.productid')}"
        f" {joined('crm_legalentity', 'e', 'vendor', 's.businessentityid')}"
        " JOIN src_vendor v ON v.businessentityid = s.businessentityid JOIN inventory_unit b ON b.id = i.unit_id"
        f" LEFT JOIN {KNOWN_UNITS} ON f.bought = trim(s.unitmeasurecode) AND f.base = b.code"
    )
    units = Upsert(
        model=ItemUnit,
        key=("item", "unit"),
        source=f"(SELECT DISTINCT i.id, u.id AS unit, f.factor FROM {source}"
        " JOIN inventory_unit u ON u.code = f.bought) s",
        values={"item": "s.id", "unit": "s.unit", "factor": "s.factor"},
    )
    terms = Upsert(
        model=SupplierItem,
        key=("supplier", "item"),
        source=source,
        values={
            "supplier": "e.id",
            "item": "i.id",
            "price": "round(s.standardprice / coalesce(f.factor, 1), 6)",
            "currency": "%(currency)s",
            "pack_qty": "coalesce(f.factor, 0)",
            "moq": "s.minorderqty * coalesce(f.factor, 1)",
            "lead_days": "s.averageleadtime",
            "rank": "CASE WHEN NOT v.activeflag THEN 9 WHEN v.preferredvendorstatus THEN 1 ELSE 2 END",
        },
    )
    issues.note(
        "ProductVendor",
        "sells in a unit of unknown content: price and minimum are taken per base unit",
        f"{source} WHERE f.factor IS NULL AND trim(s.unitmeasurecode) <> b.code",
        kept=True,
        key="s.productid || '/' || s.businessentityid || ' ' || s.unitmeasurecode",
    )
    return {"units of items": units.run(load.params), "terms": terms.run(load.params)}
