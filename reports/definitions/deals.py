"""Deals: how far they came, what was won and lost, and what is open at the end of a day."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Round
from django.utils.translation import gettext_lazy as _

from core.money import ZERO, cents
from reports.definitions.parts import MONEY, NONE, ONE, one_where, parts
from reports.indicators import Indicator, Params, Rows, register
from reports.selectors import funnel
from sales.choices import DealStatus, StageCategory
from sales.models import Deal, Stage, StageChange
from sales.selectors import funnel as sales_funnel

WEIGHTED = Round(F("amount") * F("probability") / Value(Decimal(100)), 2, output_field=MONEY)
WON = Q(status=DealStatus.WON)


def pipeline_of(params: Params) -> int | None:
    """The pipeline asked about, by default the main one."""
    if params.pipeline_id or params.main_id:
        return params.pipeline_id or params.main_id
    main = funnel.main_pipeline()
    return main.pk if main else None


def _deals(params: Params) -> QuerySet[Deal]:
    return params.of_owner(params.ever.within(Deal.objects.filter(pipeline=pipeline_of(params)), "opened_at"))


def cohort(params: Params) -> QuerySet[Deal]:
    """Deals opened in the period."""
    deals = params.scope.within(Deal.objects.filter(pipeline=pipeline_of(params)), "opened_at")
    return params.of_owner(deals)


def closed(params: Params, *, everywhere: bool = False) -> QuerySet[Deal]:
    """Deals won or lost in the period; of one pipeline, or of all unless one is named."""
    deals = Deal.objects.filter(status__in=[DealStatus.WON, DealStatus.LOST])
    if not everywhere or params.pipeline_id:
        deals = deals.filter(pipeline=pipeline_of(params))
    return params.of_owner(params.scope.within(deals, "closed_at"))


def won(params: Params) -> QuerySet[Deal]:
    return closed(params, everywhere=True).filter(WON)


def _reached(params: Params) -> Decimal:
    pipeline = pipeline_of(params)
    rows = sales_funnel.funnel(pipeline, deals=cohort(params)) if pipeline else []
    return Decimal(next((row.reached for row in rows if row.code == params.stage), 0))


def _reached_records(params: Params) -> Sequence[Rows]:
    """Deals that ever stood in the stage, or in one behind it."""
    stages = Stage.objects.filter(pipeline=pipeline_of(params)).exclude(category=StageCategory.LOST)
    ways = sorted(stages, key=lambda stage: (stage.category == StageCategory.WON, stage.position))
    codes = [stage.code for stage in ways]
    behind = [stage.pk for stage in ways[codes.index(params.stage) :]] if params.stage in codes else []
    came = StageChange.objects.filter(to_stage__in=behind).values("deal")
    return [parts(cohort(params).filter(pk__in=came), ONE)]


def _rate(params: Params) -> sales_funnel.WinRate:
    return sales_funnel.win_rate(closed(params))


def _win_value_records(params: Params) -> Sequence[Rows]:
    amount = Case(When(WON, then=F("amount")), default=NONE, output_field=MONEY)
    return [parts(closed(params), amount, F("amount"))]


def _total(rows: QuerySet[Any], column: str = "amount") -> Decimal:
    return rows.order_by().aggregate(total=Sum(column))["total"] or ZERO


# Open at the end of a day: the deals as they are, or for a day that is over as the history of stages knows them.


def open_deals(params: Params) -> QuerySet[Any]:
    deals = _deals(params)
    if params.is_now:
        rows: QuerySet[Any] = deals.filter(status=DealStatus.OPEN)
        return rows.filter(stage__code=params.stage) if params.stage else rows
    at = params.evening
    last = StageChange.objects.filter(deal=OuterRef("deal"), at__lte=at).order_by("-seq").values("pk")[:1]
    rows = StageChange.objects.filter(
        at__lte=at, pk=Subquery(last), deal__in=deals, to_stage__category=StageCategory.OPEN
    )
    return rows.filter(to_stage__code=params.stage) if params.stage else rows


def _open_records(part: Combinable) -> Any:
    return lambda params: [parts(open_deals(params), part)]


def _open_weighted(params: Params) -> Decimal:
    if params.is_now or params.stage:
        return cents(open_deals(params).order_by().aggregate(total=Sum(WEIGHTED))["total"] or ZERO)
    return sales_funnel.pipeline_value_at(params.evening, deals=_deals(params))


register(
    Indicator(
        "deals_reached", _("Deals that reached a stage"), "count", "sales.view_deal", _reached, _reached_records,
        help=_("Deals opened in the period that ever stood in this stage or in one behind it."),
    ),
    Indicator(
        "win_rate_count", _("Win rate by count, %"), "percent", "sales.view_deal",
        lambda p: _rate(p).by_count_pct, lambda p: [parts(closed(p), one_where(WON), ONE)],
        part_label=_("Won"), help=_("Deals won in the period, of all deals won or lost in it."),
    ),
    Indicator(
        "win_rate_value", _("Win rate by value, %"), "percent", "sales.view_deal",
        lambda p: _rate(p).by_value_pct, _win_value_records,
        part_label=_("Won"), help=_("The amount won in the period, of the amount won or lost in it."),
    ),
    Indicator(
        "won_amount", _("Won"), "money", "sales.view_deal",
        lambda p: _total(won(p)), lambda p: [parts(won(p), F("amount"))],
        help=_("The amounts of the deals won in the period."),
    ),
    Indicator(
        "won_deals", _("Deals won"), "count", "sales.view_deal",
        lambda p: Decimal(won(p).count()), lambda p: [parts(won(p), ONE)],
        help=_("How many deals were won in the period."),
    ),
    Indicator(
        "lost_amount", _("Lost"), "money", "sales.view_deal",
        lambda p: _total(closed(p, everywhere=True).exclude(WON)),
        lambda p: [parts(closed(p, everywhere=True).exclude(WON), F("amount"))],
        help=_("The amounts of the deals lost in the period."),
    ),
    Indicator(
        "open_weighted", _("Open pipeline, weighted"), "money", "sales.view_deal", _open_weighted,
        _open_records(WEIGHTED), help=_("Amount × probability of the deals open at the end of the last day."),
    ),
    Indicator(
        "open_amount", _("Open pipeline"), "money", "sales.view_deal",
        lambda p: _total(open_deals(p)), _open_records(F("amount")),
        help=_("The amounts of the deals open at the end of the last day."),
    ),
    Indicator(
        "open_deals", _("Open deals"), "count", "sales.view_deal",
        lambda p: Decimal(open_deals(p).count()), _open_records(ONE),
        help=_("Deals open at the end of the last day."),
    ),
)  # fmt: skip
