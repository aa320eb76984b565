"""Recipes and routings: what an assembly consists of, and how long its steps take."""

from __future__ import annotations

from django.db import connection

from production.models import BOM, BOMLine, BOMOperation, WorkCenter
from samples.adventureworks.keys import joined, key
from samples.loading import issues
from samples.loading.runner import Load
from samples.loading.upsert import Outcome, Upsert

WEEK_HOURS = 40  # a Location states its availability in hours a week; our calendar works 40


def work_centers(load: Load) -> dict[str, Outcome]:
    """A work centre per Location that has a cost rate or a step of a routing; capacity in whole lanes."""
    centers = Upsert(
        model=WorkCenter,
        source=(
            "src_location s WHERE s.costrate > 0"
            " OR EXISTS (SELECT 1 FROM src_workorderrouting r WHERE r.locationid = s.locationid)"
        ),
        values={
            "external_key": key("center", "s.locationid"),
            "branch": "%(branch)s",
            "code": "'aw-' || s.locationid",
            "name": "s.name",
            "calendar": "%(calendar)s",
            "rate_per_hour": "s.costrate",
            "capacity": f"greatest(1, floor(s.availability / {WEEK_HOURS}))::smallint",
        },
    )
    return {"work centres": centers.run(load.params)}


def _leave_out_circles() -> None:
    """Report the lines by which an assembly would contain itself, and take them out of the staged rows."""
    circle = (
        "src_billofmaterials s WHERE s.enddate IS NULL AND s.productassemblyid IS NOT NULL AND EXISTS"
        " (WITH RECURSIVE below(part) AS (SELECT s.componentid UNION SELECT b.componentid FROM below"
        " JOIN src_billofmaterials b ON b.productassemblyid = below.part AND b.enddate IS NULL)"
        " SELECT 1 FROM below WHERE part = s.productassemblyid)"
    )
    found = issues.note(
        "BillOfMaterials", "closes a circle: the assembly would contain itself", circle, kept=False,
        key="s.billofmaterialsid::text",
    )  # fmt: skip
    if found:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {circle}")


def _make_heads() -> None:
    """`src_recipe`: the heads of recipes.

    A row without an assembly stands for the finished item itself: its days are those of a recipe of that item.
    Lines that have ended belong to a retired recipe, so that the active one holds open lines only.
    """
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS src_recipe")
        cursor.execute(
            "CREATE TEMP TABLE src_recipe AS"
            " WITH roots AS (SELECT componentid AS product, enddate IS NULL AS is_open, startdate, enddate,"
            "   'aw.bom:' || billofmaterialsid AS external_key,"
            "   row_number() OVER (PARTITION BY componentid, enddate IS NULL "
            "   ORDER BY startdate, billofmaterialsid) AS nth"
            "   FROM src_billofmaterials WHERE productassemblyid IS NULL),"
            " parts AS (SELECT productassemblyid AS product, enddate IS NULL AS is_open, min(startdate) AS startdate,"
            "   CASE WHEN enddate IS NULL THEN NULL ELSE max(enddate) END AS enddate"
            "   FROM src_billofmaterials WHERE productassemblyid IS NOT NULL GROUP BY 1, 2, enddate IS NULL, enddate),"
            " merged AS (SELECT product, is_open, min(startdate) AS startdate, max(enddate) AS enddate"
            "   FROM parts GROUP BY 1, 2),"
            " heads AS (SELECT external_key, product, is_open, startdate, enddate, nth = 1 AS takes_lines FROM roots"
            "   UNION ALL SELECT 'aw.assembly:' || m.product || CASE WHEN m.is_open THEN '' ELSE '/ended' END,"
            "   m.product,"
            "   m.is_open, m.startdate, m.enddate, true FROM merged m"
            "   WHERE NOT EXISTS (SELECT 1 FROM roots r WHERE r.product = m.product AND r.is_open = m.is_open))"
            " SELECT heads.*, row_number() OVER (PARTITION BY product ORDER BY is_open, startdate, external_key)"
            " AS revision"
            " FROM heads"
        )
        cursor.execute("ANALYZE src_recipe")


def recipes(load: Load) -> dict[str, Outcome]:
    """The active recipe of an assembly with its open lines; ended lines keep their days in a retired one."""
    _leave_out_circles()
    _make_heads()
    heads = Upsert(
        model=BOM,
        source=f"src_recipe s {joined('inventory_item', 'i', 'product', 's.product')}",
        values={
            "external_key": "s.external_key",
            "item": "i.id",
            "revision": "s.revision",
            "status": "CASE WHEN s.is_open THEN 'active' ELSE 'retired' END",
            "valid": "daterange(s.startdate, s.enddate + 1)",
        },
        keep=("revision", "status", "valid"),  # a recipe that was replaced here stays replaced
    )
    lines = Upsert(
        model=BOMLine,
        key=("bom", "position"),
        source=(
            "src_billofmaterials s JOIN src_recipe h ON h.product = s.productassemblyid AND h.takes_lines"
            " AND h.is_open = (s.enddate IS NULL) JOIN production_bom b ON b.external_key = h.external_key"
            f" {joined('inventory_item', 'i', 'product', 's.componentid')}"
        ),
        values={
            "bom": "b.id",
            "position": "row_number() OVER (PARTITION BY b.id ORDER BY s.billofmaterialsid)",
            "item": "i.id",
            "qty": "s.perassemblyqty",
            "valid": "daterange(s.startdate, s.enddate + 1)",
        },
    )
    return {"recipes": heads.run(), "lines": lines.run()}


def routings(load: Load) -> dict[str, Outcome]:
    """Steps of the active recipe, from the work orders of the item: mean minutes per unit at the usual centre."""
    steps = (
        "(SELECT r.productid, r.operationsequence, mode() WITHIN GROUP (ORDER BY r.locationid) AS locationid,"
        " round(sum(r.actualresourcehrs) * 60 / sum(w.orderqty), 4) AS minutes, min(r.line_no) AS line_no"
        " FROM src_workorderrouting r JOIN src_workorder w USING (workorderid) GROUP BY 1, 2) s"
    )
    source = (
        f"{steps} {joined('inventory_item', 'i', 'product', 's.productid')}"
        " JOIN src_recipe h ON h.product = s.productid AND h.is_open AND h.takes_lines"
        " JOIN production_bom b ON b.external_key = h.external_key"
        f" {joined('production_workcenter', 'c', 'center', 's.locationid')}"
    )
    operations = Upsert(
        model=BOMOperation,
        key=("bom", "sequence"),
        source=source,
        values={
            "bom": "b.id",
            "sequence": "s.operationsequence",
            "name": "c.name",
            "center": "c.id",
            "run_minutes": "coalesce(s.minutes, 0)",
        },
    )
    issues.note(
        "WorkOrderRouting",
        "is a step of an item without a recipe: it is on the work order, but in no routing",
        f"{steps} WHERE NOT EXISTS (SELECT 1 FROM src_recipe h WHERE h.product = s.productid AND h.is_open)",
        kept=True,
        key="s.productid || '/' || s.operationsequence",
    )
    return {"steps": operations.run()}
