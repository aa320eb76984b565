"""Open deals by stage: as they stand now, or as they stood at the end of a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from core.money import ZERO, cents
from reports.definitions.deals import WEIGHTED, open_deals, pipeline_of
from reports.indicators import Params
from sales.choices import StageCategory
from sales.models import Stage
from sales.selectors.funnel import way_of


@dataclass(frozen=True)
class StageLoad:
    """Open deals of a stage: how many, their amount, and amount × probability."""

    code: str
    name: str
    deals: int
    amount: Decimal
    weighted: Decimal


def loads(params: Params, stages: Sequence[Stage] | None = None) -> list[StageLoad]:
    """Every open stage of the pipeline in its order, empty ones included (two statements, one with `stages`)."""
    rows = open_deals(params)
    stage = "stage" if params.is_now else "to_stage"
    grouped = rows.order_by().values(stage).annotate(n=Count("pk"), total=Sum("amount"), weight=Sum(WEIGHTED))
    sums = {row[stage]: row for row in grouped}
    nothing = {"n": 0, "total": ZERO, "weight": ZERO}
    found = []
    for one in way_of(pipeline_of(params)) if stages is None else stages:
        if one.category != StageCategory.OPEN:
            continue
        row = sums.get(one.pk, nothing)
        found.append(StageLoad(one.code, one.name, row["n"], row["total"], cents(row["weight"])))
    return found
