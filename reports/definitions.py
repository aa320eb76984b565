"""The indicators of the product."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Case, DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Round
from django.utils.translation import gettext_lazy as _

from core.money import ZERO, percent_of
from finance.choices import InvoiceKind
from finance.models import Allocation, Invoice
from finance.selectors import balances
from finance.selectors.results import order_results
from inventory.choices import AdjustmentTarget
from inventory.models import StockMove, ValueAdjustmentPart
from inventory.selectors import stock
from reports.indicators import Indicator, Params, Rows, register
from reports.selectors import campaigns, funnel, sales
from reports.selectors.period import Scope, evening
from sales.choices import StageCategory
from sales.models import Deal, OrderCost, SalesOrder, Stage, StageChange
from sales.selectors import funnel as sales_funnel

MONEY = DecimalField(max_digits=24, decimal_places=6)
ONE, NONE = Value(Decimal(1), output_field=MONEY), Value(Decimal(0), output_field=MONEY)


def _parts(rows: QuerySet[Any], part: Combinable, whole: Combinable | None = None) -> Rows:
    return rows.annotate(part=part) if whole is None else rows.annotate(part=part, whole=whole)


def _one_where(condition: Q) -> Combinable:
    return Case(When(condition, then=ONE), default=NONE, output_field=MONEY)


# Leads


def _leads(params: Params) -> QuerySet[Any]:
    return funnel.leads_received(params.first, params.last, reader=params.reader)


def _lead_records(params: Params) -> Sequence[Rows]:
    return [_parts(_leads(params), ONE)]


def _converted_records(params: Params) -> Sequence[Rows]:
    return [_parts(funnel.leads_converted(params.first, params.last, reader=params.reader), ONE)]


def _conversion(params: Params) -> Decimal:
    converted = funnel.leads_converted(params.first, params.last, reader=params.reader).count()
    return percent_of(Decimal(converted), Decimal(_leads(params).count()))


def _conversion_records(params: Params) -> Sequence[Rows]:
    return [_parts(_leads(params), _one_where(Q(deal__isnull=False)), ONE)]


# Deals


def _pipeline(params: Params) -> int | None:
    if params.pipeline_id:
        return params.pipeline_id
    main = funnel.main_pipeline()
    return main.pk if main else None


def _cohort(params: Params) -> QuerySet[Deal]:
    deals = funnel.deals_opened(params.first, params.last, reader=params.reader)
    return deals.filter(pipeline=_pipeline(params))


def _closed(params: Params) -> QuerySet[Deal]:
    deals = funnel.deals_closed(params.first, params.last, reader=params.reader)
    return deals.filter(pipeline=_pipeline(params))


def _reached(params: Params) -> Decimal:
    pipeline = _pipeline(params)
    rows = sales_funnel.funnel(pipeline, deals=_cohort(params)) if pipeline else []
    return Decimal(next((row.reached for row in rows if row.code == params.stage), 0))


def _reached_records(params: Params) -> Sequence[Rows]:
    """Deals that ever stood in the stage, or in one behind it."""
    stages = Stage.objects.filter(pipeline=_pipeline(params)).exclude(category=StageCategory.LOST)
    ways = sorted(stages, key=lambda stage: (stage.category == StageCategory.WON, stage.position))
    codes = [stage.code for stage in ways]
    behind = [stage.pk for stage in ways[codes.index(params.stage) :]] if params.stage in codes else []
    came = StageChange.objects.filter(to_stage__in=behind).values("deal")
    return [_parts(_cohort(params).filter(pk__in=came), ONE)]


def _win_rate(params: Params) -> sales_funnel.WinRate:
    return sales_funnel.win_rate(_closed(params))


def _win_count_records(params: Params) -> Sequence[Rows]:
    return [_parts(_closed(params), _one_where(Q(status="won")), ONE)]


def _win_value_records(params: Params) -> Sequence[Rows]:
    won = Case(When(status="won", then=F("amount")), default=NONE, output_field=MONEY)
    return [_parts(_closed(params), won, F("amount"))]


def _open_weighted(params: Params) -> Decimal:
    deals = Scope(reader=params.reader).within(Deal.objects.filter(pipeline=_pipeline(params)), "opened_at")
    return sales_funnel.pipeline_value_at(evening(params.last), deals=deals)


def _open_weighted_records(params: Params) -> Sequence[Rows]:
    at = evening(params.last)
    last = StageChange.objects.filter(deal=OuterRef("deal"), at__lte=at).order_by("-seq").values("pk")[:1]
    deals = Scope(reader=params.reader).within(Deal.objects.filter(pipeline=_pipeline(params)), "opened_at")
    rows = StageChange.objects.filter(
        at__lte=at, pk=Subquery(last), deal__in=deals, to_stage__category=StageCategory.OPEN
    )
    weighted = Round(F("amount") * F("probability") / Value(Decimal(100)), 2, output_field=MONEY)
    return [_parts(rows, weighted)]


# Orders


def _orders(params: Params) -> QuerySet[SalesOrder]:
    return sales.orders(Scope(params.first, params.last, reader=params.reader))


def _revenue(params: Params) -> Decimal:
    return sales.order_sums(scope=Scope(params.first, params.last, reader=params.reader))[0].net


def _revenue_records(params: Params) -> Sequence[Rows]:
    return [_parts(_orders(params), F("net_amount"))]


def _order_count(params: Params) -> Decimal:
    return Decimal(sales.order_sums(scope=Scope(params.first, params.last, reader=params.reader))[0].orders)


def _order_count_records(params: Params) -> Sequence[Rows]:
    return [_parts(_orders(params), ONE)]


# Campaigns


def _campaign(params: Params) -> int:
    if params.campaign_id is None:
        raise ValueError("this indicator is about a campaign")
    return params.campaign_id


def _result(params: Params) -> campaigns.CampaignResult:
    return campaigns.campaign_result(_campaign(params), evening(params.last))


def _campaign_lead_records(params: Params) -> Sequence[Rows]:
    return [_parts(campaigns.campaign_leads(_campaign(params), at=evening(params.last)), ONE)]


def _campaign_cost_records(params: Params) -> Sequence[Rows]:
    return [_parts(campaigns.campaign_costs(_campaign(params), at=evening(params.last)), F("amount"))]


def _campaign_margin_records(params: Params) -> Sequence[Rows]:
    """Orders with their margin: revenue less credit notes and cost. Base currency."""
    at = evening(params.last)
    orders = campaigns.campaign_orders(_campaign(params), at=at)
    results = order_results(list(orders.values_list("pk", flat=True)), at)
    whens = [When(pk=pk, then=Value(result.margin, output_field=MONEY)) for pk, result in results.items()]
    return [_parts(orders, Case(*whens, default=NONE, output_field=MONEY) if whens else NONE)]


# As of a day


def _receivables(params: Params) -> Decimal:
    return sum((debt.amount for debt in balances.open_on(params.last, user=params.reader)), ZERO)


def _receivable_records(params: Params) -> Sequence[Rows]:
    """Invoices that were open then, with what was left of them: the total less what had settled them by the day."""
    settled = Allocation.objects.filter(invoice=OuterRef("pk"), allocated_on__lte=params.last).order_by()
    rows = (
        Invoice.objects.posted()
        .visible_to(params.reader)
        .filter(kind=InvoiceKind.INVOICE, issued_on__lte=params.last)
        .annotate(
            settled=Coalesce(
                Subquery(settled.values("invoice").annotate(total=Sum("amount")).values("total")),
                NONE,
                output_field=MONEY,
            )
        )
        .filter(gross_amount__gt=F("settled"))
    )
    return [_parts(rows, Round((F("gross_amount") - F("settled")) * F("rate"), 2, output_field=MONEY))]


def _stock_value(params: Params) -> Decimal:
    return stock.stock_value_as_of(evening(params.last))


def _stock_value_records(params: Params) -> Sequence[Rows]:
    """Moves into and out of warehouses, and what value adjustments left on the stock."""
    at = evening(params.last)
    came, went = Q(to_location__warehouse__isnull=False), Q(from_location__warehouse__isnull=False)
    signed = Case(
        When(came & ~went, then=F("value")), When(went & ~came, then=-F("value")), default=NONE, output_field=MONEY
    )
    moves = StockMove.objects.filter(occurred_at__lte=at).filter(came | went)
    parts = ValueAdjustmentPart.objects.filter(target=AdjustmentTarget.STOCK, adjustment__occurred_at__lte=at)
    return [_parts(moves, signed), _parts(parts, F("amount"))]


def _order_margin(params: Params) -> Decimal:
    orders = list(_orders(params).filter(origin="own").values_list("pk", flat=True))
    return sum((result.margin for result in order_results(orders).values()), ZERO)


def _order_margin_records(params: Params) -> Sequence[Rows]:
    own = _orders(params).filter(origin="own")
    results = order_results(list(own.values_list("pk", flat=True)))
    spent = OrderCost.objects.filter(order=OuterRef("pk")).order_by().values("order").annotate(total=Sum("amount"))
    whens = [When(pk=pk, then=Value(result.revenue, output_field=MONEY)) for pk, result in results.items()]
    revenue = Case(*whens, default=NONE, output_field=MONEY) if whens else NONE
    return [_parts(own, revenue - Coalesce(Subquery(spent.values("total")), NONE, output_field=MONEY))]


register(
    Indicator("leads", _("Leads"), "count", "crm.view_lead", lambda p: Decimal(_leads(p).count()), _lead_records),
    Indicator(
        "leads_converted", _("Leads converted"), "count", "crm.view_lead",
        lambda p: Decimal(funnel.leads_converted(p.first, p.last, reader=p.reader).count()), _converted_records,
    ),
    Indicator("lead_conversion", _("Leads converted, %"), "percent", "crm.view_lead", _conversion, _conversion_records),
    Indicator("deals_reached", _("Deals that reached a stage"), "count", "sales.view_deal", _reached, _reached_records),
    Indicator(
        "win_rate_count", _("Win rate by count, %"), "percent", "sales.view_deal",
        lambda p: _win_rate(p).by_count_pct, _win_count_records,
    ),
    Indicator(
        "win_rate_value", _("Win rate by value, %"), "percent", "sales.view_deal",
        lambda p: _win_rate(p).by_value_pct, _win_value_records,
    ),
    Indicator(
        "open_weighted", _("Open pipeline, weighted"), "money", "sales.view_deal", _open_weighted,
        _open_weighted_records,
    ),
    Indicator("revenue", _("Revenue ordered"), "money", "sales.view_salesorder", _revenue, _revenue_records),
    Indicator("orders", _("Orders"), "count", "sales.view_salesorder", _order_count, _order_count_records),
    Indicator(
        "order_margin", _("Margin of orders"), "money", "reports.view_costs", _order_margin, _order_margin_records
    ),
    Indicator(
        "campaign_leads", _("Leads of a campaign"), "count", "marketing.view_campaign",
        lambda p: Decimal(_result(p).leads), _campaign_lead_records,
    ),
    Indicator(
        "campaign_cost", _("Cost of a campaign"), "money", "marketing.view_campaign",
        lambda p: _result(p).cost, _campaign_cost_records,
    ),
    Indicator(
        "campaign_margin", _("Margin of a campaign's orders"), "money", "reports.view_costs",
        lambda p: _result(p).margin, _campaign_margin_records,
    ),
    Indicator("receivables", _("Receivables"), "money", "finance.view_invoice", _receivables, _receivable_records),
    Indicator("stock_value", _("Stock value"), "money", "reports.view_costs", _stock_value, _stock_value_records),
)  # fmt: skip
