# ruff: noqa: S608 - the statements are put together from constants of `statements.py`
"""Promises: pegs, demands and supplies agree with each other and with what is there."""

from __future__ import annotations

from inventory.ledgers.statements import AT_PLACE, register

register(
    "I1",
    "reserved is the open rest of stock pegs, and not more than is there",
    f"""
    SELECT {AT_PLACE}, 'on hand ' || s.qty || ', reserved ' || s.reserved || ', pegs say ' || coalesce(g.pegged, 0)
    FROM inventory_stockbalance s LEFT JOIN (
      SELECT balance_id, sum(qty - used_qty) AS pegged FROM inventory_peg
      WHERE status = 'open' AND balance_id IS NOT NULL GROUP BY balance_id
    ) g ON g.balance_id = s.id
    JOIN inventory_item i ON i.id = s.item_id JOIN inventory_location p ON p.id = s.location_id
    WHERE s.reserved <> coalesce(g.pegged, 0) OR s.reserved < 0 OR s.reserved > s.qty OR s.qty < 0
    """,
)
register(
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
register(
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
register(
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
