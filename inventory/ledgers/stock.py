# ruff: noqa: S608 - the statements are put together from constants of `statements.py`
"""Goods: what lies where is what was moved."""

from __future__ import annotations

from inventory.ledgers.statements import AT_PLACE, ENDS, register

register(
    "I1",
    "stock on hand is the sum of moves",
    f"""
    SELECT {AT_PLACE}, 'on hand ' || s.held || ', moves say ' || s.moved FROM (
      SELECT item_id, location_id, lot_id, sum(held) AS held, sum(moved) AS moved FROM (
        SELECT item_id, location_id, lot_id, qty AS held, 0 AS moved FROM inventory_stockbalance
        UNION ALL SELECT item_id, location_id, lot_id, 0, qty FROM ({ENDS}) e
      ) both_sides GROUP BY item_id, location_id, lot_id HAVING sum(held) <> sum(moved)
    ) s JOIN inventory_item i ON i.id = s.item_id JOIN inventory_location p ON p.id = s.location_id
    """,
)
register(
    "I1",
    "a reversal mirrors its move",
    """
    SELECT 'move ' || r.id, 'does not take back move ' || m.id
    FROM inventory_stockmove r JOIN inventory_stockmove m ON m.id = r.reversal_of_id
    WHERE r.item_id <> m.item_id OR r.qty <> m.qty OR r.lot_id IS DISTINCT FROM m.lot_id
      OR r.from_location_id <> m.to_location_id OR r.to_location_id <> m.from_location_id
    """,
)
register(
    "I1",
    "a serial number lies in one place once",
    """
    SELECT i.sku || ' ' || t.code, sum(b.qty) || ' pieces in stock'
    FROM inventory_stockbalance b JOIN inventory_lot t ON t.id = b.lot_id JOIN inventory_item i ON i.id = b.item_id
    WHERE i.tracking = 'serial' GROUP BY i.sku, t.code HAVING sum(b.qty) NOT IN (0, 1)
    """,
)
register(
    "I1",
    "tracked goods lie under a lot of their own",
    """
    SELECT i.sku, b.qty || ' lie without their own lot'
    FROM inventory_stockbalance b JOIN inventory_item i ON i.id = b.item_id LEFT JOIN inventory_lot t ON t.id = b.lot_id
    WHERE (b.qty > 0 AND i.tracking <> 'none' AND t.id IS NULL) OR t.item_id <> b.item_id
    """,
)
register(
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
