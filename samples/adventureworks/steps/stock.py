"""Places of the warehouse and the opening stock that lies there, at standard cost."""

from __future__ import annotations

from decimal import Decimal

from django.db import connection

from core.updating import add_to_rows
from inventory.models import CostLayer, Location, StockBalance, StockMove
from samples.adventureworks.keys import joined, key
from samples.loading import issues
from samples.loading.runner import Load
from samples.loading.upsert import Outcome, Upsert

DEFAULT_PLACE = "Finished Goods Storage"
SOURCE_KEY = "'aw.opening:' || s.productid || '/' || s.locationid"


def places(load: Load) -> dict[str, Outcome]:
    """Every Location is a place of stock; goods go to the store of finished goods when nobody says where."""
    found = Upsert(
        model=Location,
        source="src_location s",
        values={
            "external_key": key("location", "s.locationid"),
            "warehouse": "%(warehouse)s",
            "kind": "'stock'",
            "code": "s.locationid::text",
            "name": "s.name",
        },
    ).run(load.params)
    ours = Location.objects.filter(warehouse_id=load.params["warehouse"], external_key__startswith="aw.location:")
    if not Location.objects.filter(warehouse_id=load.params["warehouse"], is_default=True).exists():
        default = ours.filter(name=DEFAULT_PLACE).first() or ours.order_by("pk").first()
        if default is not None:
            ours.filter(pk=default.pk).update(is_default=True)
    return {"places": found}


def opening_stock(load: Load) -> dict[str, Outcome]:
    """One opening move with its cost layer per row of ProductInventory, worth quantity × standard cost to the cent.

    A move that was loaded before is never touched: a source that changed meanwhile is reported, and a count in
    the warehouse is the way to correct the stock.
    """
    source = (
        f"src_productinventory s {joined('inventory_item', 'i', 'product', 's.productid')}"
        f" {joined('inventory_location', 'l', 'location', 's.locationid')}"
    )
    moves = Upsert(
        model=StockMove,
        key=("source_key",),
        update=False,
        source=f"{source} WHERE s.quantity > 0",
        values={
            "source_key": SOURCE_KEY,
            "item": "i.id",
            "kind": "'opening'",
            "from_location": "%(opening_place)s",
            "to_location": "l.id",
            "branch": "%(branch)s",
            "qty": "s.quantity",
            "value": "round(s.quantity * i.standard_cost, 2)",
            "occurred_at": "s.modifieddate::timestamp AT TIME ZONE 'UTC'",
            "document": "'ProductInventory'",
        },
    ).run(load.params)
    balances = Upsert(
        model=StockBalance,
        key=("item", "location", "lot"),
        update=False,
        source=source,
        values={"item": "i.id", "location": "l.id", "lot": "NULL"},
    ).run(load.params)
    _fill_balances()
    Upsert(
        model=CostLayer,
        key=(),
        source=f"inventory_stockmove m WHERE {_WITHOUT_LAYER}",
        values={
            "item": "m.item_id",
            "warehouse": "%(warehouse)s",
            "move": "m.id",
            "received_at": "m.occurred_at",
            "qty": "m.qty",
            "value": "m.value",
            "left_qty": "m.qty",
            "left_value": "m.value",
        },
    ).run(load.params)
    issues.note(
        "ProductInventory",
        "differs from the opening stock loaded before, which stays as it is",
        f"{source} LEFT JOIN inventory_stockmove m ON m.source_key = {SOURCE_KEY} "
        " WHERE coalesce(m.qty, 0) <> s.quantity",
        kept=False,
        key="s.productid || '/' || s.locationid",
    )
    return {"opening moves": moves, "balances": balances}


_WITHOUT_LAYER = (
    "m.source_key LIKE 'aw.opening:%%' AND NOT EXISTS (SELECT 1 FROM inventory_costlayer c WHERE c.move_id = m.id)"
)


def _fill_balances() -> None:
    """Add the moves of this run (those that have no layer yet) to their balances."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT b.id, m.qty FROM inventory_stockmove m JOIN inventory_stockbalance b ON b.item_id = m.item_id"
            f" AND b.location_id = m.to_location_id AND b.lot_id IS NULL WHERE {_WITHOUT_LAYER}"
            " ORDER BY b.item_id, b.location_id FOR NO KEY UPDATE OF b",
            [],
        )
        deltas: dict[int, dict[str, Decimal]] = {balance: {"qty": qty} for balance, qty in cursor.fetchall()}
    add_to_rows(StockBalance, deltas)
