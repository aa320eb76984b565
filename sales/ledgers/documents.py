"""I8: a document's lines, tax rows and total agree under the one rounding rule (core.tax)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from core.ledgers import Finding, checks

# Net is rounded per line; tax once per rate, halves away from zero, as PostgreSQL rounds numerics.
BROKEN = """
WITH rates AS (
    SELECT {document}_id AS id, percent, sum(net) AS net, sum(stored_net) AS stored_net, sum(tax) AS tax FROM (
        SELECT {document}_id, tax_percent AS percent, net_amount AS net, 0 AS stored_net, 0 AS tax FROM {lines}
        UNION ALL
        SELECT {document}_id, percent, 0, net_amount, tax_amount FROM {taxes}
    ) part GROUP BY {document}_id, percent
), sums AS (
    SELECT id, sum(net) AS net, sum(tax) AS tax,
           bool_and(net = stored_net AND tax = round(net * percent / 100, 2)) AS rates_agree
    FROM rates GROUP BY id
)
SELECT d.id, d.net_amount, sums.net, d.tax_amount, sums.tax, sums.rates_agree
FROM {table} d JOIN sums USING (id)
WHERE {own} AND (d.net_amount <> sums.net OR d.tax_amount <> sums.tax
                 OR d.gross_amount <> sums.net + sums.tax + {freight} OR NOT sums.rates_agree)
ORDER BY d.id
"""
QUOTES = BROKEN.format(
    document="quote", table="sales_quote",
    lines="(SELECT * FROM sales_quoteline WHERE NOT is_optional) counted",
    taxes="sales_quotetax", own="true", freight="0",
)  # fmt: skip
ORDERS = BROKEN.format(
    document="order", table="sales_salesorder", lines="sales_orderline", taxes="sales_ordertax",
    own="d.origin = 'own'", freight="d.freight_amount",
)  # fmt: skip


@checks("I8", "sales: quotes add up under the document rule")
def quotes_add_up() -> Iterable[Finding]:
    yield from _broken("quote", QUOTES)


@checks("I8", "sales: orders add up under the document rule")
def orders_add_up() -> Iterable[Finding]:
    yield from _broken("order", ORDERS)


def _broken(kind: str, sql: str) -> Iterable[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        for pk, net, line_net, tax, rate_tax, rates_agree in cursor.fetchall():
            problem = f"net {net}, lines {line_net}; tax {tax}, tax rows {rate_tax}; rates agree: {rates_agree}"
            yield Finding("I8", f"{kind} totals", f"{kind} {pk}", problem)
