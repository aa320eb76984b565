"""Pipelines with their stages, and price lists with their rules."""

from __future__ import annotations

from typing import Any

from core.api.fields import DAY, Computed, Nested
from core.api.filters import plain
from core.api.resources import Resource, add
from sales.models import Pipeline, PriceList, PriceRule, Stage


def _first(rule: Any) -> Any:
    return rule.valid.lower if rule.valid else None


def _end(rule: Any) -> Any:
    return rule.valid.upper if rule.valid else None


add(
    Resource(
        path="pipelines",
        model=Pipeline,
        doc="The ways deals go, with their stages.",
        fields=("code", "name", "is_default", "is_active"),
        nested=(
            Nested(
                "stages", Stage, ("id", "code", "name", "position", "category", "probability", "max_days", "is_active")
            ),
        ),
        filters=plain("code", "is_active"),
        sorts=("code",),
    ),
    Resource(
        path="stages",
        model=Stage,
        doc="The stages of all pipelines.",
        fields=("pipeline_id", "code", "name", "position", "category", "probability", "max_days", "is_active"),
        view_action="sales.view_pipeline",
        rows=lambda _user: Stage.objects.all(),
        filters=plain("pipeline_id", "code", "category", "is_active"),
    ),
    Resource(
        path="price-lists",
        model=PriceList,
        doc="Prices for everybody or for a segment, a branch, a client, a legal entity.",
        fields=(
            "code", "name", "currency_id", "tax_included", "segment", "branch_id", "client_id", "legal_entity_id",
            "is_active",
        ),
        nested=(
            Nested(
                "rules",
                PriceRule,
                ("id", "item_id", "category_id", "min_qty", "price", "percent_off"),
                order=("pk",),
                computed=(
                    Computed("valid_from", DAY | None, _first, "The first day."),
                    Computed("valid_until", DAY | None, _end, "The day after the last one."),
                ),
            ),
        ),
        filters=plain("code", "currency_id", "client_id", "segment", "is_active"),
        sorts=("code", "updated_at"),
    ),
)  # fmt: skip
