"""Orders, revenue, items, ABC and XYZ, offers, quotas."""

from __future__ import annotations

from typing import Any

from core.models import User
from inventory.models import Item
from reports.selectors import abc, plans, sales, xyz
from reports.selectors.sales import OrderSums
from sales.models import SalesOrder
from samples.adventureworks.steps.sales import NO_OFFER
from samples.truths.aw import TERRITORIES, scope, source_ids
from samples.truths.registry import answers

XYZ_YEAR = 2013


def _amounts(row: OrderSums) -> dict[str, Any]:
    return {
        "orders": row.orders, "subtotal": row.net, "tax": row.tax, "freight": row.freight, "total_due": row.gross,
    }  # fmt: skip


@answers("aw.orders_total")
def orders_total() -> dict[str, Any]:
    return _amounts(sales.order_sums(scope=scope())[0])


@answers("aw.orders_per_year")
def orders_per_year() -> list[dict[str, Any]]:
    return [{"year": row.key[0], **_amounts(row)} for row in sales.order_sums("year", scope=scope())]


@answers("aw.orders_by_channel")
def orders_by_channel() -> list[dict[str, Any]]:
    rows = [
        {"online": int(row.key[0] == "online"), "orders": row.orders, "subtotal": row.net}
        for row in sales.order_sums("channel", scope=scope())
    ]
    return sorted(rows, key=lambda row: row["online"])


@answers("aw.line_total")
def line_total() -> dict[str, Any]:
    found = sales.line_sums(scope())
    return {"lines": found.lines, "units": found.units, "line_total": found.net, "discount": found.discount}


@answers("aw.orders_with_line_gap")
def orders_with_line_gap() -> list[dict[str, Any]]:
    ids = source_ids(SalesOrder, "sales_order")
    rows = [{"order": ids[order.pk], "gap": order.line_gap} for order in sales.orders_with_gap(scope())]
    return sorted(rows, key=lambda row: row["order"])


@answers("aw.revenue_per_territory_year")
def revenue_per_territory_year() -> list[dict[str, Any]]:
    rows = [
        {"territory": TERRITORIES.get(str(row.key[0]), 0), "year": row.key[1], "subtotal": row.net}
        for row in sales.order_sums("territory", "year", scope=scope())
    ]
    return sorted(rows, key=lambda row: (row["territory"], row["year"]))


@answers("aw.salesperson_quota_year")
def salesperson_quota_year() -> list[dict[str, Any]]:
    ids = source_ids(User, "employee")
    rows = [
        {
            "salesperson": ids[row.person_id],
            "year": row.year,
            "quota": row.target,
            "actual": row.actual,
            "attainment_pct": row.pct,
        }
        for row in plans.revenue_attainment(scope())
        if row.person_id in ids
    ]
    return sorted(rows, key=lambda row: (row["salesperson"], row["year"]))


@answers("aw.top10_products_revenue")
def top_products_by_revenue() -> list[dict[str, Any]]:
    ids = source_ids(Item, "product")
    return [
        {"product_id": ids[row.item_id], "name": row.name, "revenue": row.revenue, "units": row.units}
        for row in sales.top_items(scope())
    ]


@answers("aw.top10_products_units")
def top_products_by_units() -> list[dict[str, Any]]:
    ids = source_ids(Item, "product")
    return [
        {"product_id": ids[row.item_id], "name": row.name, "units": row.units}
        for row in sales.top_items(scope(), by="units")
    ]


def _abc(including: bool) -> list[abc.AbcRow]:
    ids = source_ids(Item, "product")
    return abc.classify([(ids[row.item_id], row.revenue) for row in sales.item_sales(scope())], including=including)


@answers("aw.abc_products")
def abc_products() -> list[dict[str, Any]]:
    rows = _abc(including=False)
    return [
        {
            "class": letter,
            "products": sum(row.letter == letter for row in rows),
            "revenue": sum(row.amount for row in rows if row.letter == letter),
        }
        for letter in "ABC"
    ]


@answers("aw.abc_products_alt")
def abc_products_including() -> list[dict[str, Any]]:
    rows = _abc(including=True)
    return [{"class": letter, "products": sum(row.letter == letter for row in rows)} for letter in "ABC"]


@answers("aw.abc_boundary")
def abc_boundary() -> list[dict[str, Any]]:
    rows = _abc(including=False)
    last = {row.letter: row for row in rows}
    return [
        {"class": letter, "product_id": last[letter].key, "cum_pct": last[letter].cumulated_pct}
        for letter in "AB"
        if letter in last
    ]


def _xyz(sample: bool) -> dict[int, xyz.XyzRow]:
    ids = source_ids(Item, "product")
    series = sales.monthly_units(XYZ_YEAR, scope())
    return {ids[item]: xyz.classify_series(values, sample=sample) for item, values in series.items()}


@answers("aw.xyz_products_2013")
def xyz_products() -> list[dict[str, Any]]:
    letters = [row.letter for row in _xyz(sample=False).values()]
    return [{"class": letter, "products": letters.count(letter)} for letter in "XYZ" if letter in letters]


@answers("aw.xyz_lowest10_2013")
def xyz_steadiest() -> list[dict[str, Any]]:
    population, sample = _xyz(sample=False), _xyz(sample=True)
    steadiest = sorted(population, key=lambda item: (population[item].cv_pct, item))[:10]
    return [
        {"product_id": item, "cv_pop": population[item].cv_pct, "cv_sample": sample[item].cv_pct} for item in steadiest
    ]


@answers("aw.special_offers", without=("offer",))
def special_offers() -> list[dict[str, Any]]:
    rows = [
        {"description": row.label or NO_OFFER, "lines": row.lines, "units": row.units, "discount": row.discount}
        for row in sales.lines_by_offer(scope())
    ]
    return sorted(rows, key=lambda row: row["description"])
