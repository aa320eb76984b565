"""Purchasing: orders agree with their receipts."""

from __future__ import annotations

from inventory.ledgers.statements import register

register(
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
register(
    "I5",
    "coming goods of a purchase line count its receipts",
    """
    SELECT s.key, 'received ' || s.received_qty || ', the line says ' || (n.received_qty - n.rejected_qty)
    FROM inventory_purchaseorderline n JOIN inventory_supply s ON s.id = n.supply_id
    WHERE s.received_qty <> n.received_qty - n.rejected_qty OR s.item_id <> n.item_id
    """,
)
register(
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
