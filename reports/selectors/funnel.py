"""From leads to won deals: the month at a glance, and deals by any side of theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from core.actors import SYSTEM, Actor
from core.money import percent_of
from core.remembered import remembered_for_all
from crm.models import Lead
from reports.selectors.period import Scope, bounds, business_zone, evening
from sales.models import Deal, Pipeline
from sales.selectors import funnel as sales_funnel
from sales.selectors.funnel import StageReach


@dataclass(frozen=True)
class MonthFunnel:
    """Leads of a period and what they became; the way of the deals opened in it; those closed in it.

    Percentages have two places. `open_weighted` is the weighted value of the deals open at the end of the
    last day. `stages` are the open stages and won, with how many came at least so far.
    """

    leads: int
    converted: int
    stages: list[StageReach]
    won: int
    lost: int
    won_amount: Decimal
    lost_amount: Decimal
    open_weighted: Decimal

    @property
    def conversion_pct(self) -> Decimal:
        return percent_of(Decimal(self.converted), Decimal(self.leads))

    @property
    def win_rate_count_pct(self) -> Decimal:
        return percent_of(Decimal(self.won), Decimal(self.won + self.lost))

    @property
    def win_rate_value_pct(self) -> Decimal:
        return percent_of(self.won_amount, self.won_amount + self.lost_amount)


@remembered_for_all
def active_pipelines() -> QuerySet[Pipeline]:
    """The pipelines in use: the default one, then by age."""
    return Pipeline.objects.filter(is_active=True).order_by("-is_default", "pk")


def main_pipeline() -> Pipeline | None:
    """The pipeline a report means when none is named: the default one, else the first active."""
    return next(iter(active_pipelines(limit=1)), None)


def leads_received(first: date, last: date, *, reader: Actor = SYSTEM) -> QuerySet[Lead]:
    """Leads that came on the days from `first` to `last`."""
    return Scope(first, last, reader=reader).within(Lead.objects.all(), "received_at")


def leads_converted(first: date, last: date, *, reader: Actor = SYSTEM) -> QuerySet[Lead]:
    """Those of them that have become a deal by now."""
    return leads_received(first, last, reader=reader).filter(deal__isnull=False)


def deals_opened(first: date, last: date, *, reader: Actor = SYSTEM) -> QuerySet[Deal]:
    return Scope(first, last, reader=reader).within(Deal.objects.all(), "opened_at")


def deals_closed(first: date, last: date, *, reader: Actor = SYSTEM) -> QuerySet[Deal]:
    return Scope(first, last, reader=reader).within(
        Deal.objects.filter(Q(status="won") | Q(status="lost")), "closed_at"
    )


def month_funnel(first: date, last: date, *, pipeline_id: int | None = None, reader: Actor = SYSTEM) -> MonthFunnel:
    """The funnel of a period (any days, usually a month) in one pipeline, the main one by default.

    Always computed from the history of stages. Seven statements for any number of deals.
    """
    pipeline = Pipeline.objects.get(pk=pipeline_id) if pipeline_id else main_pipeline()
    visible = Scope(reader=reader).within(Deal.objects.filter(pipeline=pipeline), "opened_at")
    zone = business_zone()
    since, until = bounds(first, last, zone)
    rate = sales_funnel.win_rate(sales_funnel.closed_between(since, until, deals=visible))
    cohort = sales_funnel.opened_between(since, until, deals=visible)
    return MonthFunnel(
        leads=leads_received(first, last, reader=reader).count(),
        converted=leads_converted(first, last, reader=reader).count(),
        stages=sales_funnel.funnel(pipeline.pk, deals=cohort) if pipeline else [],
        won=rate.won,
        lost=rate.lost,
        won_amount=rate.won_amount,
        lost_amount=rate.lost_amount,
        open_weighted=sales_funnel.pipeline_value_at(evening(last, zone), deals=visible),
    )
