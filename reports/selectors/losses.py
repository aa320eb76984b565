"""Where deals are lost: by the stage they stood in and by the reason given."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from psycopg2.sql import SQL

from core.money import ZERO
from reports.definitions.deals import closed, pipeline_of
from reports.indicators import Params
from sales.choices import DealStatus, LossReason, StageCategory
from sales.models import StageChange


@dataclass(frozen=True)
class Loss:
    """Deals lost from one stage for one reason."""

    stage: str
    reason: str
    deals: int
    amount: Decimal


_GROUPED = SQL(
    "SELECT stage.name, reason, COUNT(*), SUM(lost_amount)"
    " FROM ({}) lost LEFT JOIN sales_stage stage ON stage.id = lost.came_from GROUP BY 1, 2"
)


def losses(params: Params) -> list[Loss]:
    """Deals lost in the period, the most first (one statement).

    A lost deal stands where its last change into a lost stage of its pipeline brought it, so all deals are found with
    their changes at once.
    """
    deals = closed(params).filter(status=DealStatus.LOST)
    here = StageChange.objects.filter(to_stage__category=StageCategory.LOST, to_stage__pipeline=pipeline_of(params))
    last = here.filter(deal__in=deals.order_by().values("pk")).order_by("deal_id", "-seq").distinct("deal_id")
    rows = last.values(came_from=F("from_stage"), reason=F("deal__lost_reason"), lost_amount=F("deal__amount"))
    words = dict(LossReason.choices)
    return sorted(
        (
            Loss(stage or "", str(words.get(reason, "")), number, total or ZERO)
            for stage, reason, number, total in _by_stage_and_reason(rows)
        ),
        key=lambda loss: (-loss.deals, -loss.amount, loss.stage),
    )


def _by_stage_and_reason(rows: QuerySet[Any, Any]) -> list[tuple[str | None, str, int, Decimal]]:
    sql, values = rows.query.sql_with_params()  # the inner statement is the ORM's own, its values travel beside it
    with connection.cursor() as cursor:
        cursor.execute(_GROUPED.format(SQL(sql)).as_string(cursor.cursor), values)
        return cursor.fetchall()
