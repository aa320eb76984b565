"""Deals by the month in which they were opened, and how far each month's have come by now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from django.db import connection
from django.db.models import Case, F, IntegerField, Max, QuerySet, When

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
    everywhere = list(Stage.objects.filter(pipeline=pipeline_of(params)))
    stages = [stage for stage in everywhere if stage.category != StageCategory.LOST]
    stages.sort(key=lambda stage: (stage.category == StageCategory.WON, stage.position))
    ranks = [When(to_stage=stage.pk, then=rank) for rank, stage in enumerate(stages)]
    if not stages:
        return [], []
    # A deal stands in a stage of its pipeline: what it did in others before counts nothing and need not be read.
    here = StageChange.objects.filter(to_stage__in=[stage.pk for stage in everywhere])
    changes: QuerySet[Any] = here.filter(deal__in=cohort(params).order_by().values("pk"))
    furthest = (
        changes.order_by()
        .values("deal", opened=F("deal__opened_at"))
        .annotate(rank=Max(Case(*ranks, default=-1, output_field=IntegerField())))
        .values_list("opened", "rank")
    )
    counts: dict[date, list[int]] = {}
    for at, rank, deals in _counted(furthest, params.scope.zone):
        row = counts.setdefault(at.date(), [0] * len(stages))
        if rank >= 0:
            row[rank] += deals
    return stages, [
        Cohort(at, tuple(sum(row[place:]) for place in range(len(stages)))) for at, row in sorted(counts.items())
    ]


def _counted(furthest: QuerySet[Any], zone: tzinfo) -> list[tuple[datetime, int, int]]:
    """How many deals of a month came so far, counted where they lie: there may be hundreds of thousands.

    The month is worked out once for a deal, not for each of its changes.
    """
    sql, values = furthest.query.sql_with_params()
    with connection.cursor() as cursor:
        # The inner statement is the ORM's own, its values travel beside it.
        cursor.execute(
            f"SELECT date_trunc('month', opened AT TIME ZONE %s) AS month, rank, COUNT(*) FROM ({sql}) came"  # noqa: S608
            " GROUP BY month, rank",
            [str(zone), *values],
        )
        return cursor.fetchall()
