"""Recipes and work centres."""

from __future__ import annotations

from core.api.fields import DAY, Computed, Nested
from core.api.filters import plain
from core.api.resources import Resource, add
from production.models import BOM, BOMCheck, BOMLine, BOMOperation, WorkCenter

SEE_COSTS = "production.view_wip"

add(
    Resource(
        path="boms",
        model=BOM,
        doc="Recipes: what a batch of an item is made of, the steps it takes, and what each is checked for.",
        fields=("item_id", "revision", "status", "batch_qty"),
        computed=(
            Computed("valid_from", DAY | None, lambda bom: bom.valid.lower, "The first day."),
            Computed("valid_until", DAY | None, lambda bom: bom.valid.upper, "The day after the last one."),
        ),
        rows=lambda user: BOM.objects.visible_to(user, "production.view_bom"),
        nested=(
            Nested("lines", BOMLine, ("id", "position", "item_id", "qty", "scrap_pct")),
            Nested(
                "operations",
                BOMOperation,
                ("id", "sequence", "name", "center_id", "setup_minutes", "run_minutes"),
                order=("sequence",),
                # With a unit the check is measured; after how many good pieces it is due, null: at the end.
                nested=(Nested("checks", BOMCheck, ("id", "position", "text", "unit", "after_pieces")),),
            ),
        ),
        filters=plain("item_id", "status"),
        sorts=("updated_at",),
    ),
    Resource(
        path="work-centers",
        model=WorkCenter,
        doc="Machines or people that work by a calendar.",
        fields=("branch_id", "code", "name", "rate_per_hour", "capacity", "is_active"),
        guarded={"rate_per_hour": SEE_COSTS},
        filters=plain("branch_id", "is_active"),
        sorts=("code", "name"),
    ),
)
