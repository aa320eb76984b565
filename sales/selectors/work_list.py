"""Which open deals need somebody: those without a next step, with a late one, or too long in their stage."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, ExpressionWrapper, F, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from core.remembered import remembered_for_all
from crm.selectors.steps import has_step
from sales.choices import DealStatus
from sales.models import Deal, StageChange

DAY = timedelta(days=1)


@remembered_for_all
def _last_moves(keys: Any) -> QuerySet[Any, Any]:
    moves = StageChange.objects.filter(deal__in=keys.each).exclude(from_stage=F("to_stage"))
    return moves.order_by().values("deal").annotate(last=Max("at")).values_list("deal", "last")


def entered(ids: Iterable[int]) -> dict[int, datetime]:
    """Since when each deal stands in its present stage (one statement); a change of amount begins no new stay."""
    keys = set(ids)
    return dict(_last_moves(keys)) if keys else {}


def with_stay(deals: QuerySet[Deal]) -> QuerySet[Any]:
    """Deals with `stage_since`."""
    moves = StageChange.objects.filter(deal=OuterRef("pk")).exclude(from_stage=F("to_stage")).order_by("-seq")
    return deals.annotate(stage_since=Coalesce(Subquery(moves.values("at")[:1]), "opened_at"))


def over_time(deals: QuerySet[Deal], now: datetime) -> QuerySet[Any]:
    """Open deals that stand in their stage longer than it allows."""
    latest = ExpressionWrapper(Value(now) - F("stage__max_days") * Value(DAY), output_field=DateTimeField())
    allowed = deals.filter(status=DealStatus.OPEN, stage__max_days__isnull=False)
    return with_stay(allowed).filter(stage_since__lt=latest)


def without_step(deals: QuerySet[Deal]) -> QuerySet[Deal]:
    """Open deals with nothing planned."""
    return deals.filter(~has_step(Deal), status=DealStatus.OPEN)


def with_late_step(deals: QuerySet[Deal], now: datetime) -> QuerySet[Deal]:
    return deals.filter(has_step(Deal, due_at__lt=now), status=DealStatus.OPEN)


def with_planned_step(deals: QuerySet[Deal], now: datetime) -> QuerySet[Deal]:
    """Open deals with a next step, none of them late."""
    return deals.filter(has_step(Deal), ~has_step(Deal, due_at__lt=now), status=DealStatus.OPEN)


def needing_attention(deals: QuerySet[Deal], now: datetime) -> QuerySet[Deal]:
    """Open deals without a next step, or with a late one."""
    return deals.filter(~has_step(Deal) | Q(has_step(Deal, due_at__lt=now)), status=DealStatus.OPEN)
