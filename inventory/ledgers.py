# ruff: noqa: S608 - the statements are put together from constants of this file
"""Invariants of stock, cost, pegs and purchasing. Each check is one statement over whole tables.

Each query answers (place, problem) rows, one per broken promise, both values in words.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction

from core.ledgers import Finding, checks

_LIMIT = 1000  # a broken ledger shows its pattern in a thousand rows

_LOT = "coalesce(' lot ' || {0}.lot_id, '')"
_AT_PLACE = f"i.sku || ' at ' || p.code || {_LOT.format('s')}"
_IN_WAREHOUSE = f"i.sku || ' in ' || w.code || {_LOT.format('s')}"

# Into and out of places inside warehouses; one row per end of a move.
_ENDS = """
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


def _register(invariant: str, name: str, sql: str) -> None:
    @checks(invariant, name)
    def check() -> Iterable[Finding]:
        return _run(invariant, name, sql)


_register(
    "I1",
    "stock on hand is the sum of moves",
    f"""
    SELECT {_AT_PLACE}, 'on hand ' || s.held || ', moves say ' || s.moved FROM (
      SELECT item_id, location_id, lot_id, sum(held) AS held, sum(moved) AS moved FROM (
        SELECT item_id, location_id, lot_id, qty AS held, 0 AS moved FROM inventory_stockbalance
        UNION ALL SELECT item_id, location_id, lot_id, 0, qty FROM ({_ENDS}) e
      ) both_sides GROUP BY item_id, location_id, lot_id HAVING sum(held) <> sum(moved)
    ) s JOIN inventory_item i ON i.id = s.item_id JOIN inventory_location p ON p.id = s.location_id
    """,
)
_register(
    "I1",
    "reserved is the open rest of stock pegs, and not more than is there",
    f"""
    SELECT {_AT_PLACE}, 'on hand ' || s.qty || ', reserved ' || s.reserved || ', pegs say ' || coalesce(g.pegged, 0)
    FROM inventory_stockbalance s LEFT JOIN (
      SELECT balance_id, sum(qty - used_qty) AS pegged FROM inventory_peg
      WHERE status = 'open' AND balance_id IS NOT NULL GROUP BY balance_id
    ) g ON g.balance_id = s.id
    JOIN inventory_item i ON i.id = s.item_id JOIN inventory_location p ON p.id = s.location_id
    WHERE s.reserved <> coalesce(g.pegged, 0) OR s.reserved < 0 OR s.reserved > s.qty OR s.qty < 0
    """,
)
_register(
    "I1",
    "demands count their pegs and never get more than they want",
    """
    SELECT d.key, 'wanted ' || d.qty || ', done ' || d.done_qty || ', pegged ' || d.pegged_qty
      || ', pegs say ' || coalesce(g.pegged, 0)
    FROM inventory_demand d LEFT JOIN (
      SELECT demand_id, sum(qty - used_qty) AS pegged FROM inventory_peg WHERE status = 'open' GROUP BY demand_id
    ) g ON g.demand_id = d.id
    WHERE d.pegged_qty <> coalesce(g.pegged, 0) OR d.done_qty + d.pegged_qty > d.qty OR d.done_qty < 0
      OR (d.status <> 'open' AND d.pegged_qty <> 0)
    """,
)
_register(
    "I1",
    "supplies count their pegs and promise no more than comes",
    """
    SELECT s.key, 'coming ' || s.qty || ', received ' || s.received_qty || ', pegged ' || s.pegged_qty
      || ', pegs say ' || coalesce(g.pegged, 0)
    FROM inventory_supply s LEFT JOIN (
      SELECT supply_id, sum(qty - used_qty) AS pegged FROM inventory_peg
      WHERE status = 'open' AND supply_id IS NOT NULL GROUP BY supply_id
    ) g ON g.supply_id = s.id
    WHERE s.pegged_qty <> coalesce(g.pegged, 0) OR s.pegged_qty > greatest(s.qty - s.received_qty, 0)
      OR (s.status <> 'open' AND s.pegged_qty <> 0)
    """,
)
_register(
    "I1",
    "pegs join the same goods in the same warehouse",
    """
    SELECT d.key, 'peg ' || p.id || ' is on other goods or another warehouse'
    FROM inventory_peg p JOIN inventory_demand d ON d.id = p.demand_id
    LEFT JOIN inventory_stockbalance b ON b.id = p.balance_id LEFT JOIN inventory_location l ON l.id = b.location_id
    LEFT JOIN inventory_supply s ON s.id = p.supply_id
    WHERE coalesce(b.item_id, s.item_id) <> d.item_id OR coalesce(l.warehouse_id, s.warehouse_id) <> d.warehouse_id
    """,
)
_register(
    "I1",
    "a reversal mirrors its move",
    """
    SELECT 'move ' || r.id, 'does not take back move ' || m.id
    FROM inventory_stockmove r JOIN inventory_stockmove m ON m.id = r.reversal_of_id
    WHERE r.item_id <> m.item_id OR r.qty <> m.qty OR r.lot_id IS DISTINCT FROM m.lot_id
      OR r.from_location_id <> m.to_location_id OR r.to_location_id <> m.from_location_id
    """,
)
_register(
    "I1",
    "a serial number lies in one place once",
    """
    SELECT i.sku || ' ' || t.code, sum(b.qty) || ' pieces in stock'
    FROM inventory_stockbalance b JOIN inventory_lot t ON t.id = b.lot_id JOIN inventory_item i ON i.id = b.item_id
    WHERE i.tracking = 'serial' GROUP BY i.sku, t.code HAVING sum(b.qty) NOT IN (0, 1)
    """,
)
_register(
    "I1",
    "tracked goods lie under a lot of their own",
    """
    SELECT i.sku, b.qty || ' lie without their own lot'
    FROM inventory_stockbalance b JOIN inventory_item i ON i.id = b.item_id LEFT JOIN inventory_lot t ON t.id = b.lot_id
    WHERE (b.qty > 0 AND i.tracking <> 'none' AND t.id IS NULL) OR t.item_id <> b.item_id
    """,
)
_register(
    "I2",
    "cost layers hold what lies in the warehouse",
    f"""
    SELECT {_IN_WAREHOUSE}, 'on hand ' || s.held || ', layers say ' || s.laid FROM (
      SELECT item_id, warehouse_id, lot_id, sum(held) AS held, sum(laid) AS laid FROM (
        SELECT b.item_id, l.warehouse_id, b.lot_id, b.qty AS held, 0 AS laid
        FROM inventory_stockbalance b JOIN inventory_location l ON l.id = b.location_id
        UNION ALL SELECT item_id, warehouse_id, lot_id, 0, left_qty FROM inventory_costlayer
      ) both_sides GROUP BY item_id, warehouse_id, lot_id HAVING sum(held) <> sum(laid)
    ) s JOIN inventory_item i ON i.id = s.item_id JOIN inventory_warehouse w ON w.id = s.warehouse_id
    """,
)
_register(
    "I2",
    "what came into a layer is what was used and what is left",
    """
    SELECT 'layer ' || c.id, 'came ' || c.qty || ' for ' || c.value || ', left ' || c.left_qty || ' for '
      || c.left_value || ', used ' || coalesce(u.qty, 0) || ' for ' || coalesce(u.value, 0)
    FROM inventory_costlayer c LEFT JOIN (
      SELECT layer_id, sum(qty) AS qty, sum(value) AS value FROM inventory_layeruse GROUP BY layer_id
    ) u ON u.layer_id = c.id
    WHERE c.qty <> c.left_qty + coalesce(u.qty, 0) OR c.value <> c.left_value + coalesce(u.value, 0)
      OR c.left_qty < 0 OR c.left_value < 0 OR (c.left_qty = 0 AND c.left_value <> 0)
    """,
)
_register(
    "I2",
    "the worth kept of a warehouse is that of its layers",
    """
    SELECT w.code, 'layers are worth ' || s.laid || ', kept is ' || s.kept FROM (
      SELECT warehouse_id, sum(laid) AS laid, sum(kept) AS kept FROM (
        SELECT warehouse_id, left_value AS laid, 0 AS kept FROM inventory_costlayer
        UNION ALL SELECT warehouse_id, 0, amount FROM inventory_worthchange
      ) both_sides GROUP BY warehouse_id HAVING sum(laid) <> sum(kept)
    ) s JOIN inventory_warehouse w ON w.id = s.warehouse_id
    """,
)
_register(
    "I2",
    "stock value is what came in less what went out",
    f"""
    SELECT {_IN_WAREHOUSE}, 'layers are worth ' || s.laid || ', moves say ' || s.moved FROM (
      SELECT item_id, warehouse_id, lot_id, sum(laid) AS laid, sum(moved) AS moved FROM (
        SELECT item_id, warehouse_id, lot_id, left_value AS laid, 0 AS moved FROM inventory_costlayer
        UNION ALL SELECT item_id, warehouse_id, lot_id, 0, value FROM ({_ENDS}) e
        UNION ALL SELECT c.item_id, c.warehouse_id, c.lot_id, 0, t.amount
        FROM inventory_valueadjustmentpart t JOIN inventory_valueadjustment a ON a.id = t.adjustment_id
        JOIN inventory_costlayer c ON c.id = a.layer_id WHERE t.target = 'stock'
      ) both_sides GROUP BY item_id, warehouse_id, lot_id HAVING sum(laid) <> sum(moved)
    ) s JOIN inventory_item i ON i.id = s.item_id JOIN inventory_warehouse w ON w.id = s.warehouse_id
    """,
)
_register(
    "I2",
    "goods that leave a warehouse cost what their layers gave",
    """
    SELECT 'move ' || m.id, m.qty || ' for ' || m.value || ', layers gave ' || coalesce(u.qty, 0) || ' for '
      || coalesce(u.value, 0)
    FROM inventory_stockmove m JOIN inventory_location f ON f.id = m.from_location_id
    JOIN inventory_location t ON t.id = m.to_location_id LEFT JOIN (
      SELECT move_id, sum(qty) AS qty, sum(value) AS value FROM inventory_layeruse WHERE qty > 0 GROUP BY move_id
    ) u ON u.move_id = m.id
    WHERE f.warehouse_id IS NOT NULL AND f.warehouse_id IS DISTINCT FROM t.warehouse_id
      AND (m.qty <> coalesce(u.qty, 0) OR m.value <> coalesce(u.value, 0))
    """,
)
_register(
    "I2",
    "a reversal gives back to the layers what was taken from them",
    """
    SELECT 'layer use ' || r.id, 'gives back ' || -r.qty || ' of layer ' || r.layer_id || ', taken were ' || u.qty
      || ' of layer ' || u.layer_id
    FROM inventory_layeruse r JOIN inventory_layeruse u ON u.id = r.reversal_of_id
    JOIN inventory_stockmove m ON m.id = r.move_id
    WHERE r.layer_id <> u.layer_id OR r.qty <> -u.qty OR m.reversal_of_id IS DISTINCT FROM u.move_id
    """,
)
_register(
    "I2",
    "a move inside a warehouse has no value",
    """
    SELECT 'move ' || m.id, 'is worth ' || m.value
    FROM inventory_stockmove m JOIN inventory_location f ON f.id = m.from_location_id
    JOIN inventory_location t ON t.id = m.to_location_id WHERE f.warehouse_id = t.warehouse_id AND m.value <> 0
    """,
)
_register(
    "I2",
    "parts of a value adjustment add up",
    """
    SELECT 'adjustment ' || a.id, a.amount || ', parts say ' || coalesce(sum(t.amount), 0)
    FROM inventory_valueadjustment a LEFT JOIN inventory_valueadjustmentpart t ON t.adjustment_id = a.id
    GROUP BY a.id, a.amount HAVING a.amount <> coalesce(sum(t.amount), 0)
    """,
)
_register(
    "I2",
    "freight is shared out to the cent",
    """
    SELECT c.label || ' on ' || r.number, c.amount || ', shares say ' || coalesce(sum(s.amount), 0)
    FROM inventory_landedcost c JOIN inventory_goodsreceipt r ON r.id = c.receipt_id
    LEFT JOIN inventory_landedcostshare s ON s.cost_id = c.id
    GROUP BY c.id, c.label, c.amount, r.number HAVING c.amount <> coalesce(sum(s.amount), 0)
    """,
)
_register(
    "I2",
    "a receipt's moves carry its values",
    """
    SELECT r.number || ', line ' || g.id, 'value ' || g.value || ' and ' || g.landed_value || ' freight, move says '
      || m.value || ' for ' || m.qty
    FROM inventory_goodsreceiptline g JOIN inventory_goodsreceipt r ON r.id = g.receipt_id
    JOIN inventory_stockmove m ON m.id = g.move_id
    WHERE m.value <> g.value + g.landed_value OR m.qty <> g.qty - g.rejected_qty
    """,
)
_register(
    "I5",
    "purchase lines count their receipts, within tolerance",
    """
    SELECT o.number || '/' || n.position, 'ordered ' || n.qty || ', received ' || n.received_qty || ', rejected '
      || n.rejected_qty || ', receipts say ' || coalesce(g.came, 0) || ' and ' || coalesce(g.rejected, 0)
    FROM inventory_purchaseorderline n JOIN inventory_purchaseorder o ON o.id = n.order_id
    JOIN inventory_item i ON i.id = n.item_id LEFT JOIN (
      SELECT g.order_line_id, sum(g.qty) AS came, sum(g.rejected_qty) AS rejected
      FROM inventory_goodsreceiptline g LEFT JOIN inventory_stockmove b ON b.reversal_of_id = g.move_id
      WHERE b.id IS NULL GROUP BY g.order_line_id
    ) g ON g.order_line_id = n.id
    WHERE o.origin = 'own' AND (
      n.received_qty <> coalesce(g.came, 0) OR n.rejected_qty <> coalesce(g.rejected, 0)
      OR n.received_qty - n.rejected_qty > n.qty * (1 + i.tolerance_pct / 100))
    """,
)
_register(
    "I5",
    "coming goods of a purchase line count its receipts",
    """
    SELECT s.key, 'received ' || s.received_qty || ', the line says ' || (n.received_qty - n.rejected_qty)
    FROM inventory_purchaseorderline n JOIN inventory_supply s ON s.id = n.supply_id
    WHERE s.received_qty <> n.received_qty - n.rejected_qty OR s.item_id <> n.item_id
    """,
)
_register(
    "I5",
    "a purchase order's status follows its lines",
    """
    SELECT o.number, 'is ' || o.status || ', ' || s.full_lines || ' of ' || s.all_lines || ' lines came in full'
    FROM inventory_purchaseorder o JOIN (
      SELECT order_id, count(*) AS all_lines, count(*) FILTER (WHERE received_qty - rejected_qty >= qty) AS full_lines,
        count(*) FILTER (WHERE received_qty > rejected_qty) AS begun
      FROM inventory_purchaseorderline GROUP BY order_id
    ) s ON s.order_id = o.id
    WHERE o.origin = 'own' AND (
      (o.status = 'received' AND s.full_lines < s.all_lines) OR (o.status = 'part_received' AND s.begun = 0
        AND NOT EXISTS (SELECT 1 FROM inventory_goodsreceipt r WHERE r.order_id = o.id))
      OR (o.status IN ('draft', 'ordered', 'cancelled') AND s.begun > 0))
    """,
)
_register(
    "I1",
    "a posted count moved its differences and no more",
    """
    SELECT t.number || ', line ' || n.id, 'expected ' || n.expected || ', counted ' || n.counted || ', moved '
      || coalesce(CASE WHEN l.warehouse_id IS NULL THEN m.qty ELSE -m.qty END, 0)
    FROM inventory_stocktakeline n JOIN inventory_stocktake t ON t.id = n.stocktake_id
    LEFT JOIN inventory_stockmove m ON m.id = n.move_id LEFT JOIN inventory_location l ON l.id = m.from_location_id
    WHERE (t.status = 'posted' AND n.counted IS NOT NULL AND n.counted - n.expected
        <> coalesce(CASE WHEN l.warehouse_id IS NULL THEN m.qty ELSE -m.qty END, 0))
      OR (t.status <> 'posted' AND n.move_id IS NOT NULL)
      OR (m.id IS NOT NULL AND (m.item_id <> n.item_id OR m.lot_id IS DISTINCT FROM n.lot_id))
    """,
)
