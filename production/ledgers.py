"""Checks of production's promises: cost in equals cost out, quantities agree, work lies inside working time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection

from core.ledgers import Check, Finding, checks

Broken = tuple[str, str]  # place, problem


def _check(invariant: str, name: str) -> Callable[[Callable[[], Iterable[Broken]]], Check]:
    """Register a check that says where something is broken, and how."""

    def register(find: Callable[[], Iterable[Broken]]) -> Check:
        @checks(invariant, name)
        def check() -> Iterable[Finding]:
            return [Finding(invariant, name, place, problem) for place, problem in find()]

        return check

    return register


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


@_check("I2", "work in progress is never below zero, and zero when closed")
def work_in_progress() -> Iterable[Broken]:
    """Cost that went into a work order less what came out; a closed or cancelled order holds none."""
    rows = _rows(
        """
        SELECT w.number, w.status, sum(e.amount)
        FROM production_wipentry e JOIN production_workorder w ON w.id = e.work_order_id
        GROUP BY w.id HAVING sum(e.amount) < 0 OR (w.status IN ('closed', 'cancelled') AND sum(e.amount) <> 0)
        """
    )
    for number, status, left in rows:
        yield number, f"{status}, work in progress is {left}"


@_check("I2", "work in progress agrees with the moves of goods")
def entries_and_moves() -> Iterable[Broken]:
    """Material costs what its issue took from stock; output is worth what came into stock."""
    rows = _rows(
        """
        SELECT w.number, e.kind, e.amount, m.value
        FROM production_wipentry e
        JOIN inventory_stockmove m ON m.id = e.move_id
        JOIN production_workorder w ON w.id = e.work_order_id
        WHERE (e.kind = 'material' AND (abs(e.amount) <> m.value OR abs(e.qty) <> m.qty))
           OR (e.kind = 'output' AND (-e.amount <> m.value OR e.qty <> m.qty))
        """
    )
    for number, kind, amount, value in rows:
        yield number, f"{kind} of {amount}, its move is worth {value}"


@_check("I2", "every issue and output is in a work order's books")
def moves_without_entry() -> Iterable[Broken]:
    rows = _rows(
        """
        SELECT m.source_key, m.value FROM inventory_stockmove m
        WHERE m.source_key LIKE 'production.%' AND m.kind IN ('issue', 'output')
          AND NOT EXISTS (SELECT 1 FROM production_wipentry e WHERE e.move_id = m.id)
        """
    )
    for key, value in rows:
        yield key, f"a move worth {value} is in no work order"


@_check("I2", "cost handed on to products reached them")
def settlements() -> Iterable[Broken]:
    """What left a finished work order as late or settled cost is what its products were adjusted by."""
    rows = _rows(
        """
        WITH gone AS (
            SELECT work_order_id, -sum(amount) AS amount FROM production_wipentry
            WHERE kind = 'settlement' GROUP BY work_order_id
        ), came AS (
            SELECT e.work_order_id, sum(a.amount) AS amount
            FROM inventory_valueadjustment a
            JOIN production_wipentry e ON e.move_id = a.receipt_move_id AND e.kind = 'output'
            WHERE a.source_key LIKE 'production.%' GROUP BY e.work_order_id
        )
        SELECT w.number, coalesce(g.amount, 0), coalesce(c.amount, 0)
        FROM gone g FULL JOIN came c USING (work_order_id) JOIN production_workorder w ON w.id = work_order_id
        WHERE coalesce(g.amount, 0) <> coalesce(c.amount, 0)
        """
    )
    for number, gone, came in rows:
        yield number, f"{gone} handed on, the products got {came}"


@_check("I5", "made and scrapped goods are what was reported")
def outputs() -> Iterable[Broken]:
    """A work order's counters and its goods to come agree with its output and scrap entries."""
    rows = _rows(
        """
        SELECT w.number, w.made_qty, w.scrapped_qty, coalesce(s.made, 0), coalesce(s.scrapped, 0), p.received_qty
        FROM production_workorder w
        LEFT JOIN (
            SELECT work_order_id, sum(qty) FILTER (WHERE kind = 'output') AS made,
                   sum(qty) FILTER (WHERE kind = 'scrap') AS scrapped
            FROM production_wipentry WHERE kind IN ('output', 'scrap') GROUP BY work_order_id
        ) s ON s.work_order_id = w.id
        LEFT JOIN inventory_supply p ON p.id = w.supply_id
        WHERE w.origin <> 'imported' AND (
            w.made_qty <> coalesce(s.made, 0) OR w.scrapped_qty <> coalesce(s.scrapped, 0)
            OR p.received_qty <> w.made_qty)
        """
    )
    for number, made, scrapped, made_there, scrapped_there, received in rows:
        problem = f"says {made} made, {scrapped} scrapped; reported {made_there}, {scrapped_there}; received {received}"
        yield number, problem


@_check("I5", "issued material is what was posted")
def issued_material() -> Iterable[Broken]:
    rows = _rows(
        """
        SELECT w.number, m.position, m.issued_qty, coalesce(e.qty, 0)
        FROM production_workordermaterial m
        JOIN production_workorder w ON w.id = m.work_order_id AND w.origin <> 'imported'
        LEFT JOIN (
            SELECT material_id, sum(qty) AS qty FROM production_wipentry WHERE kind = 'material' GROUP BY material_id
        ) e ON e.material_id = m.id
        WHERE m.issued_qty <> coalesce(e.qty, 0)
        """
    )
    for number, position, kept, posted in rows:
        yield f"{number}/{position}", f"says {kept} issued, posted are {posted}"


@_check("I5", "work orders need what their recipe says")
def needs_by_recipe() -> Iterable[Broken]:
    """Component quantity = recipe × quantity × (1 + scrap), in four places; a recipe in force never changes."""
    rows = _rows(
        """
        SELECT w.number, m.position, m.qty, round(l.qty * w.qty * (1 + l.scrap_pct / 100) / b.batch_qty, 4)
        FROM production_workordermaterial m
        JOIN production_workorder w ON w.id = m.work_order_id AND w.origin <> 'imported'
        JOIN production_bom b ON b.id = w.bom_id
        LEFT JOIN production_bomline l ON l.bom_id = b.id AND l.position = m.position AND l.item_id = m.item_id
        WHERE l.id IS NULL
           OR abs(m.qty - round(l.qty * w.qty * (1 + l.scrap_pct / 100) / b.batch_qty, 4)) > 0.0001
        """
    )
    for number, position, kept, wanted in rows:
        yield f"{number}/{position}", f"needs {kept}, by the recipe {wanted}"


@_check("I5", "no recipe contains its own product")
def recipe_cycles() -> Iterable[Broken]:
    """Followed through all recipes in force, where their periods have a day in common."""
    rows = _rows(
        """
        WITH RECURSIVE edges AS (
            SELECT b.item_id AS parent, l.item_id AS child, b.valid * coalesce(l.valid, daterange(NULL, NULL)) AS valid
            FROM production_bom b JOIN production_bomline l ON l.bom_id = b.id WHERE b.status = 'active'
        ), reach AS (
            SELECT parent, child, valid FROM edges WHERE NOT isempty(valid)
            UNION
            SELECT r.parent, e.child, r.valid * e.valid
            FROM reach r JOIN edges e ON e.parent = r.child
            WHERE r.parent <> r.child AND NOT isempty(r.valid * e.valid)
        )
        SELECT DISTINCT i.sku FROM reach JOIN inventory_item i ON i.id = parent WHERE parent = child
        """
    )
    for (sku,) in rows:
        yield sku, "contains itself"


@_check("I5", "planned work lies inside the calendar and the capacity")
def slots_in_calendar() -> Iterable[Broken]:
    """Every slot of an operation that is not done lies within one shift, on no holiday, in an existing lane."""
    rows = _rows(
        """
        WITH planned AS (
            SELECT s.lane, s.period, c.code, c.capacity, c.calendar_id, k.time_zone, w.number, o.sequence,
                   timezone(k.time_zone, lower(s.period))::date AS day
            FROM production_centerslot s
            JOIN production_operation o ON o.id = s.operation_id AND o.status IN ('waiting', 'ready')
            JOIN production_workorder w ON w.id = o.work_order_id AND w.status IN ('planned', 'released', 'started')
            JOIN production_workcenter c ON c.id = s.center_id
            JOIN core_workcalendar k ON k.id = c.calendar_id
        )
        SELECT number, sequence, code, lane, lower(period), upper(period) FROM planned p
        WHERE lane > capacity
           OR EXISTS (SELECT 1 FROM core_holiday h WHERE h.calendar_id = p.calendar_id AND h."on" = p.day)
           OR NOT coalesce((
               SELECT range_agg(tstzrange(
                   timezone(p.time_zone, p.day + h.starts),
                   timezone(p.time_zone, CASE WHEN h.ends = '00:00' THEN p.day + 1 + h.ends ELSE p.day + h.ends END)))
               FROM core_workshift h
               WHERE h.calendar_id = p.calendar_id AND h.weekday = extract(isodow FROM p.day) - 1) @> p.period, false)
        """
    )
    for number, sequence, code, lane, since, until in rows:
        problem = f"{code} lane {lane} from {since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M} is no working time"
        yield f"{number}/{sequence}", problem


@_check("I5", "operations follow each other")
def sequence_of_operations() -> Iterable[Broken]:
    """A planned operation begins when the one before it has ended (by plan, or in fact if that was earlier)."""
    rows = _rows(
        """
        SELECT number, sequence, starts_at, before FROM (
            SELECT w.number, o.sequence, o.status, o.starts_at,
                   lag(least(o.ends_at, o.done_at)) OVER (PARTITION BY o.work_order_id ORDER BY o.sequence) AS before
            FROM production_operation o JOIN production_workorder w ON w.id = o.work_order_id
            WHERE w.origin <> 'imported' AND w.status IN ('planned', 'released', 'started')
        ) planned
        WHERE status IN ('waiting', 'ready') AND starts_at < before
        """
    )
    for number, sequence, starts_at, before in rows:
        problem = f"begins {starts_at:%Y-%m-%d %H:%M}, the one before ends {before:%Y-%m-%d %H:%M}"
        yield f"{number}/{sequence}", problem


@_check("I5", "operations have the time they need")
def time_of_operations() -> Iterable[Broken]:
    """The slots of a planned operation run from its start to its end and are as long as its minutes."""
    rows = _rows(
        """
        SELECT w.number, o.sequence, o.minutes, coalesce(s.minutes, 0)
        FROM production_operation o
        JOIN production_workorder w ON w.id = o.work_order_id AND w.status IN ('planned', 'released', 'started')
        LEFT JOIN (
            SELECT operation_id, min(lower(period)) AS since, max(upper(period)) AS until,
                   sum(extract(epoch FROM upper(period) - lower(period))) / 60 AS minutes
            FROM production_centerslot GROUP BY operation_id
        ) s ON s.operation_id = o.id
        WHERE o.status IN ('waiting', 'ready') AND o.starts_at IS NOT NULL AND o.minutes > 0 AND w.origin <> 'imported'
          AND (s.since IS DISTINCT FROM o.starts_at OR s.until IS DISTINCT FROM o.ends_at
               OR abs(s.minutes - o.minutes) > 0.001)
        """
    )
    for number, sequence, wanted, booked in rows:
        yield f"{number}/{sequence}", f"needs {wanted} minutes, booked are {booked}"


@_check("I5", "counted pieces are in the operation's figures")
def counted_pieces() -> Iterable[Broken]:
    """What was counted at the machine is never more than the operation says it made and scrapped."""
    rows = _rows(
        """
        SELECT w.number, o.sequence, o.good_qty, o.scrap_qty, sum(c.good), sum(c.scrap)
        FROM production_piececount c
        JOIN production_operation o ON o.id = c.operation_id
        JOIN production_workorder w ON w.id = o.work_order_id
        GROUP BY w.number, o.id HAVING sum(c.good) > o.good_qty OR sum(c.scrap) > o.scrap_qty
        """
    )
    for number, sequence, good, scrap, counted_good, counted_scrap in rows:
        yield f"{number}/{sequence}", f"says {good} good, {scrap} scrap; counted {counted_good}, {counted_scrap}"
