"""Recipes and work centres."""

from __future__ import annotations

from core.api.fields import DAY, Computed, Nested
from core.api.filters import plain
from core.api.resources import Resource, add
from production.models import BOM, BOMLine, BOMOperation, WorkCenter

SEE_COSTS = "production.view_wip"

add(
    Resource(
        path="boms",
        model=BOM,
        doc="Recipes: what a batch of an item is made of, and the steps it takes.",
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
