# ruff: noqa: S608 - the statements are put together from constants of `statements.py`
"""Cost: layers, values and adjustments agree with the moves, to the cent."""

from __future__ import annotations

from inventory.ledgers.statements import ENDS, IN_WAREHOUSE, register

register(
    "I2",
    "cost layers hold what lies in the warehouse",
    f"""
    SELECT {IN_WAREHOUSE}, 'on hand ' || s.held || ', layers say ' || s.laid FROM (
      SELECT item_id, warehouse_id, lot_id, sum(held) AS held, sum(laid) AS laid FROM (
        SELECT b.item_id, l.warehouse_id, b.lot_id, b.qty AS held, 0 AS laid
        FROM inventory_stockbalance b JOIN inventory_location l ON l.id = b.location_id
        UNION ALL SELECT item_id, warehouse_id, lot_id, 0, left_qty FROM inventory_costlayer
      ) both_sides GROUP BY item_id, warehouse_id, lot_id HAVING sum(held) <> sum(laid)
    ) s JOIN inventory_item i ON i.id = s.item_id JOIN inventory_warehouse w ON w.id = s.warehouse_id
    """,
)
register(
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
register(
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
register(
    "I2",
    "stock value is what came in less what went out",
    f"""
    SELECT {IN_WAREHOUSE}, 'layers are worth ' || s.laid || ', moves say ' || s.moved FROM (
      SELECT item_id, warehouse_id, lot_id, sum(laid) AS laid, sum(moved) AS moved FROM (
        SELECT item_id, warehouse_id, lot_id, left_value AS laid, 0 AS moved FROM inventory_costlayer
        UNION ALL SELECT item_id, warehouse_id, lot_id, 0, value FROM ({ENDS}) e
        UNION ALL SELECT c.item_id, c.warehouse_id, c.lot_id, 0, t.amount
        FROM inventory_valueadjustmentpart t JOIN inventory_valueadjustment a ON a.id = t.adjustment_id
        JOIN inventory_costlayer c ON c.id = a.layer_id WHERE t.target = 'stock'
      ) both_sides GROUP BY item_id, warehouse_id, lot_id HAVING sum(laid) <> sum(moved)
    ) s JOIN inventory_item i ON i.id = s.item_id JOIN inventory_warehouse w ON w.id = s.warehouse_id
    """,
)
register(
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
register(
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
register(
    "I2",
    "a move inside a warehouse has no value",
    """
    SELECT 'move ' || m.id, 'is worth ' || m.value
    FROM inventory_stockmove m JOIN inventory_location f ON f.id = m.from_location_id
    JOIN inventory_location t ON t.id = m.to_location_id WHERE f.warehouse_id = t.warehouse_id AND m.value <> 0
    """,
)
register(
    "I2",
    "parts of a value adjustment add up",
    """
    SELECT 'adjustment ' || a.id, a.amount || ', parts say ' || coalesce(sum(t.amount), 0)
    FROM inventory_valueadjustment a LEFT JOIN inventory_valueadjustmentpart t ON t.adjustment_id = a.id
    GROUP BY a.id, a.amount HAVING a.amount <> coalesce(sum(t.amount), 0)
    """,
)
register(
    "I2",
    "freight is shared out to the cent",
    """
    SELECT c.label || ' on ' || r.number, c.amount || ', shares say ' || coalesce(sum(s.amount), 0)
    FROM inventory_landedcost c JOIN inventory_goodsreceipt r ON r.id = c.receipt_id
    LEFT JOIN inventory_landedcostshare s ON s.cost_id = c.id
    GROUP BY c.id, c.label, c.amount, r.number HAVING c.amount <> coalesce(sum(s.amount), 0)
    """,
)
register(
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
