"""The way of deals in figures, always computed from the history of their stages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import (
    Case,
    Count,
    DecimalField,
    ExpressionWrapper,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
)
from django.utils import timezone

from core.money import ZERO, cents, percent_of
from sales.choices import DealStatus, StageCategory
from sales.models import Deal, Stage, StageChange

HOUR = Decimal(3600)
WEIGHTED = ExpressionWrapper(
    F("amount") * F("probability") / Decimal(100), output_field=DecimalField(max_digits=24, decimal_places=6)
)


@dataclass(frozen=True)
class Stay:
    """A stretch a deal spent in one stage: [since, until); until is None while it stands there."""

    stage_id: int
    code: str
    name: str
    category: str
    since: datetime
    until: datetime | None

    def hours(self, now: datetime) -> Decimal:
        seconds = ((self.until or max(now, self.since)) - self.since).total_seconds()
        return (Decimal(str(seconds)) / HOUR).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def stays(deal_id: int) -> list[Stay]:
    """The deal's stays in order, without gap or overlap; changes of amount alone end none (one statement)."""
    rows = list(StageChange.objects.filter(deal=deal_id).select_related("to_stage").order_by("seq"))
    begun = [row for row in rows if row.from_stage_id != row.to_stage_id]
    return [
        Stay(
            stage_id=row.to_stage_id, code=row.to_stage.code, name=row.to_stage.name,
            category=row.to_stage.category, since=row.at, until=begun[index + 1].at if index + 1 < len(begun) else None,
        )
        for index, row in enumerate(begun)
    ]  # fmt: skip


def stage_hours(deal_id: int, now: datetime | None = None) -> dict[str, Decimal]:
    """Hours in each open stage by its code, in order of first entry, to two places; returns to a stage add up.

    The present stage counts up to `now`. Their sum is the cycle of a closed deal.
    """
    now = now or timezone.now()
    found: dict[str, Decimal] = {}
    for stay in stays(deal_id):
        if stay.category == StageCategory.OPEN:
            found[stay.code] = found.get(stay.code, Decimal("0.00")) + stay.hours(now)
    return found


def _known_at(at: datetime) -> QuerySet[StageChange]:
    last = StageChange.objects.filter(deal=OuterRef("deal"), at__lte=at).order_by("-seq")
    return StageChange.objects.filter(at__lte=at, pk=Subquery(last.values("pk")[:1]))


def weighted_value(deal_id: int, at: datetime) -> Decimal:
    """Amount × probability of a deal as it stood at a moment, to the cent; zero before it was opened."""
    last = StageChange.objects.filter(deal=deal_id, at__lte=at).order_by("-seq").first()
    return cents(last.amount * last.probability / 100) if last else ZERO


def pipeline_value_at(at: datetime, *, deals: QuerySet[Deal] | None = None) -> Decimal:
    """Weighted value of the deals open at a moment, each to the cent, out of `deals` (one statement)."""
    known = _known_at(at).filter(to_stage__category=StageCategory.OPEN)
    if deals is not None:
        known = known.filter(deal__in=deals)
    return sum((cents(amount * chance / 100) for amount, chance in known.values_list("amount", "probability")), ZERO)


def open_pipeline(deals: QuerySet[Deal] | None = None) -> tuple[int, Decimal, Decimal]:
    """How many deals are open now, their amount and their weighted value (unrounded sum, then to the cent)."""
    found = (Deal.objects.all() if deals is None else deals).filter(status=DealStatus.OPEN)
    sums = found.aggregate(count=Count("pk"), total=Sum("amount"), weight=Sum(WEIGHTED))
    return sums["count"], sums["total"] or ZERO, cents(sums["weight"] or ZERO)


@dataclass(frozen=True)
class StageReach:
    """How many deals came at least to a stage, and how many per cent of those that came to the one before."""

    stage_id: int
    code: str
    name: str
    reached: int
    step_pct: Decimal | None


def way_of(pipeline_id: int | None) -> list[Stage]:
    """The stages of a pipeline that lead to the sale: the open ones in their order, then won (one statement)."""
    stages = Stage.objects.filter(pipeline=pipeline_id, category__in=[StageCategory.OPEN, StageCategory.WON])
    return sorted(stages, key=lambda stage: (stage.category == StageCategory.WON, stage.position))


def funnel(
    pipeline_id: int, *, deals: QuerySet[Deal] | None = None, stages: Sequence[Stage] | None = None
) -> list[StageReach]:
    """Reached stages of `deals` (all of the pipeline by default): its open stages in order, then won.

    A deal reached every stage up to the furthest it ever stood in, whatever it skipped; won lies behind all.
    Losing reaches nothing. Two statements for any number of deals, one with `stages` (see `way_of`).
    """
    stages = way_of(pipeline_id) if stages is None else stages
    ranks = {stage.pk: rank for rank, stage in enumerate(stages)}
    changes = StageChange.objects.filter(deal__pipeline=pipeline_id)
    if deals is not None:
        changes = changes.filter(deal__in=deals.order_by().values("pk"))
    furthest = (
        changes.values("deal")
        .annotate(rank=Max(_rank(ranks)))
        .values_list("rank", flat=True)
    )  # fmt: skip
    counts = [0] * len(stages)
    for rank in furthest:
        if rank is not None and rank >= 0:
            counts[rank] += 1
    return reach_of(stages, [sum(counts[place:]) for place in range(len(stages))])


def _rank(ranks: dict[int, int]) -> Case:
    whens = [When(to_stage=stage_id, then=rank) for stage_id, rank in ranks.items()]
    return Case(*whens, default=-1, output_field=IntegerField())


def reach_of(stages: Sequence[Stage], counts: Sequence[int]) -> list[StageReach]:
    """Stages with how many deals came at least to each."""
    rows: list[StageReach] = []
    for stage, reached in zip(stages, counts, strict=True):
        step = percent_of(Decimal(reached), Decimal(rows[-1].reached)) if rows else None
        rows.append(StageReach(stage.pk, stage.code, stage.name, reached, step))
    return rows


@dataclass(frozen=True)
class WinRate:
    """Closed deals: won and lost, by count and by net amount."""

    won: int
    lost: int
    won_amount: Decimal
    lost_amount: Decimal

    @property
    def by_count_pct(self) -> Decimal:
        return percent_of(Decimal(self.won), Decimal(self.won + self.lost))

    @property
    def by_value_pct(self) -> Decimal:
        return percent_of(self.won_amount, self.won_amount + self.lost_amount)


def closed_between(since: datetime, until: datetime, *, deals: QuerySet[Deal] | None = None) -> QuerySet[Deal]:
    """Deals closed in [since, until)."""
    found = Deal.objects.all() if deals is None else deals
    return found.filter(closed_at__gte=since, closed_at__lt=until)


def opened_between(since: datetime, until: datetime, *, deals: QuerySet[Deal] | None = None) -> QuerySet[Deal]:
    """Deals opened in [since, until)."""
    found = Deal.objects.all() if deals is None else deals
    return found.filter(opened_at__gte=since, opened_at__lt=until)


def win_rate(deals: QuerySet[Deal]) -> WinRate:
    """Win rate over the closed ones of `deals` (one statement)."""
    won, lost = Q(status=DealStatus.WON), Q(status=DealStatus.LOST)
    found = deals.order_by().aggregate(
        won=Count("pk", filter=won), lost=Count("pk", filter=lost),
        won_amount=Sum("amount", filter=won), lost_amount=Sum("amount", filter=lost),
    )  # fmt: skip
    return WinRate(found["won"], found["lost"], found["won_amount"] or ZERO, found["lost_amount"] or ZERO)


@dataclass(frozen=True)
class StageLoad:
    """Open deals that stand in a stage now."""

    stage_id: int
    code: str
    name: str
    count: int
    amount: Decimal
    weighted: Decimal


def stage_loads(pipeline_id: int, *, deals: QuerySet[Deal] | None = None) -> list[StageLoad]:
    """Count, amount and weighted value of the open deals per open stage, empty stages included (two statements)."""
    found = (Deal.objects.all() if deals is None else deals).filter(pipeline=pipeline_id, status=DealStatus.OPEN)
    rows = found.order_by().values("stage").annotate(n=Count("pk"), total=Sum("amount"), weight=Sum(WEIGHTED))
    sums: dict[int, dict[str, Any]] = {row["stage"]: dict(row) for row in rows}
    loads = []
    for stage in Stage.objects.filter(pipeline=pipeline_id, category=StageCategory.OPEN).order_by("position"):
        row = sums.get(stage.pk, {"n": 0, "total": ZERO, "weight": ZERO})
        loads.append(StageLoad(stage.pk, stage.code, stage.name, row["n"], row["total"], cents(row["weight"])))
    return loads
