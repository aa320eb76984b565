"""Deals by the month in which they were opened, and how far each month's have come by now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, IntegerField, Max, QuerySet, When
from django.db.models.functions import TruncMonth

from reports.definitions.deals import cohort, pipeline_of
from reports.indicators import Params
from sales.choices import StageCategory
from sales.models import Stage, StageChange


@dataclass(frozen=True)
class Cohort:
    """The deals opened in a month: how many came at least to each stage, in the order of the stages."""

    month: date
    reached: tuple[int, ...]


def cohorts(params: Params) -> tuple[list[Stage], list[Cohort]]:
    """The stages (won last) and the months of the period (two statements, any number of deals)."""
    stages = list(Stage.objects.filter(pipeline=pipeline_of(params)).exclude(category=StageCategory.LOST))
    stages.sort(key=lambda stage: (stage.category == StageCategory.WON, stage.position))
    ranks = [When(to_stage=stage.pk, then=rank) for rank, stage in enumerate(stages)]
    if not stages:
        return [], []
    month = TruncMonth("deal__opened_at", tzinfo=params.scope.zone)
    changes: QuerySet[Any] = StageChange.objects.filter(deal__in=cohort(params).order_by().values("pk"))
    furthest = (
        changes.order_by()
        .annotate(month=month)
        .values("month", "deal")
        .annotate(rank=Max(Case(*ranks, default=-1, output_field=IntegerField())))
        .values_list("month", "rank")
    )
    counts: dict[date, list[int]] = {}
    for at, rank in furthest:
        row = counts.setdefault(at.date(), [0] * len(stages))
        if rank >= 0:
            row[rank] += 1
    return stages, [
        Cohort(at, tuple(sum(row[place:]) for place in range(len(stages)))) for at, row in sorted(counts.items())
    ]
