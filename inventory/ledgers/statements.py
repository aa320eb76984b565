"""How a check is run: one statement over whole tables.

Each query answers (place, problem) rows, one per broken promise, both values in words.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction

from core.ledgers import Finding, checks

_LIMIT = 1000  # a broken ledger shows its pattern in a thousand rows

_LOT = "coalesce(' lot ' || {0}.lot_id, '')"
AT_PLACE = f"i.sku || ' at ' || p.code || {_LOT.format('s')}"
IN_WAREHOUSE = f"i.sku || ' in ' || w.code || {_LOT.format('s')}"

# Into and out of places inside warehouses; one row per end of a move.
ENDS = """
  SELECT m.item_id, l.id AS location_id, l.warehouse_id, m.lot_id, m.qty, m.value, o.warehouse_id AS other
  FROM inventory_stockmove m JOIN inventory_location l ON l.id = m.to_location_id
  JOIN inventory_location o ON o.id = m.from_location_id WHERE l.warehouse_id IS NOT NULL
  UNION ALL
  SELECT m.item_id, l.id, l.warehouse_id, m.lot_id, -m.qty, -m.value, o.warehouse_id
  FROM inventory_stockmove m JOIN inventory_location l ON l.id = m.from_location_id
  JOIN inventory_location o ON o.id = m.to_location_id WHERE l.warehouse_id IS NOT NULL
"""


def _run(invariant: str, check: str, sql: str) -> Iterable[Finding]:
    with transaction.atomic(), connection.cursor() as cursor:
        # Whole tables are compared: a plan made for a few rows (stale statistics) would take hours.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(f"{sql} LIMIT {_LIMIT}")
        found = [Finding(invariant, check, place, problem) for place, problem in cursor.fetchall()]
        cursor.execute("SET LOCAL enable_nestloop = on")
    return found


def register(invariant: str, name: str, sql: str) -> None:
    """Declare a check; its query answers with (place, problem)."""

    @checks(invariant, name)
    def check() -> Iterable[Finding]:
        return _run(invariant, name, sql)
