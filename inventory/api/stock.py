"""Places, balances, the ledger of moves, cost layers, and who waits for what."""

from __future__ import annotations

from core.api.fields import Computed
from core.api.filters import Filter, between, plain
from core.api.resources import Resource, add
from inventory.models import CostLayer, Demand, Location, StockBalance, StockMove, Supply, Warehouse

SEE_STOCK, SEE_COSTS = "inventory.view_stockbalance", "inventory.view_costs"

add(
    Resource(
        path="warehouses",
        model=Warehouse,
        doc="Warehouses of the branches.",
        fields=("branch_id", "code", "name", "is_active"),
        filters=plain("branch_id", "is_active"),
        sorts=("code", "name"),
    ),
    Resource(
        path="locations",
        model=Location,
        doc="Places in warehouses, and those that stand for the world outside.",
        fields=("warehouse_id", "kind", "code", "name", "is_default", "is_active", "external_key"),
        view_action="inventory.view_warehouse",
        rows=lambda _user: Location.objects.all(),
        filters=plain("warehouse_id", "kind", "is_active"),
        sorts=("code",),
    ),
    Resource(
        path="balances",
        model=StockBalance,
        doc="What lies at a place now, and what of it is set aside.",
        fields=("item_id", "location_id", "lot_id", "qty", "reserved"),
        computed=(Computed("warehouse_id", int | None, lambda row: row.location.warehouse_id, "Where the place is."),),
        joins=("location",),
        filters=(*plain("item_id", "location_id", "lot_id"), Filter("warehouse_id", "location__warehouse_id")),
    ),
    Resource(
        path="moves",
        model=StockMove,
        doc="The stock ledger: what went from one place to another. Rows are never changed.",
        fields=(
            "item_id", "lot_id", "kind", "from_location_id", "to_location_id", "branch_id", "qty", "value",
            "occurred_at", "recorded_at", "document", "source_key", "reversal_of_id", "by_id",
        ),
        guarded={"value": SEE_COSTS},
        filters=(
            *plain("item_id", "lot_id", "kind", "from_location_id", "to_location_id", "branch_id", "document"),
            *between("occurred_at"), *between("recorded_at"),
        ),
        sorts=("occurred_at",),
    ),
    Resource(
        path="cost-layers",
        model=CostLayer,
        doc="Goods of one receipt with their value, and what is left of both.",
        fields=(
            "item_id", "warehouse_id", "lot_id", "move_id", "pooled", "received_at", "qty", "value", "left_qty",
            "left_value",
        ),
        view_action=SEE_COSTS,
        rows=lambda _user: CostLayer.objects.all(),
        filters=plain("item_id", "warehouse_id"),
        sorts=("received_at",),
    ),
    Resource(
        path="demands",
        model=Demand,
        doc="Lines of orders and work orders that need goods.",
        fields=("key", "item_id", "warehouse_id", "label", "qty", "done_qty", "pegged_qty", "due_on", "status"),
        view_action=SEE_STOCK,
        rows=lambda user: Demand.objects.filter(warehouse__in=Warehouse.objects.visible_to(user)),
        filters=(*plain("item_id", "warehouse_id", "status", "key"), *between("due_on")),
        sorts=("due_on",),
    ),
    Resource(
        path="supplies",
        model=Supply,
        doc="Goods that will come in.",
        fields=(
            "key", "kind", "item_id", "warehouse_id", "label", "qty", "received_qty", "pegged_qty", "due_on", "status",
        ),
        view_action=SEE_STOCK,
        rows=lambda user: Supply.objects.filter(warehouse__in=Warehouse.objects.visible_to(user)),
        filters=(*plain("item_id", "warehouse_id", "status", "kind", "key"), *between("due_on")),
        sorts=("due_on",),
    ),
)  # fmt: skip
