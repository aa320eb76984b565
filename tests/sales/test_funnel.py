"""The dashboard check of the main job, as far as sales answers it, and the figures' own rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.actors import SYSTEM
from crm.models import Lead
from crm.selectors.leads import lead_figures
from crm.services.leads import reject_lead
from sales.choices import LossReason
from sales.models import Deal, Pipeline
from sales.selectors.funnel import (
    closed_between,
    funnel,
    open_pipeline,
    opened_between,
    pipeline_value_at,
    stage_loads,
    weighted_value,
    win_rate,
)
from sales.services.deals import change_amount, lose_deal, move_deal, win_without_quote
from sales.services.leads import qualify_lead
from tests.factories.core import make_organization
from tests.factories.crm import MORNING, make_lead
from tests.factories.sales import NOON, make_deal, make_pipeline

pytestmark = pytest.mark.django_db
MARCH, APRIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def march() -> Pipeline:
    """Five leads: one won at 1,979.84, two rejected, one lost from Proposal at 2,640.00, one in Estimate."""
    make_organization()
    pipeline = make_pipeline()
    leads = [make_lead(received_at=MORNING + timedelta(hours=number)) for number in range(5)]
    for lead in leads[1:3]:
        reject_lead(lead_id=lead.pk, reason="No budget", at=NOON + timedelta(days=1), by=SYSTEM)

    def deal(number: int, amount: str, *stages: str) -> Deal:
        opened = qualify_lead(lead_id=leads[number].pk, amount=Decimal(amount), at=NOON, by=SYSTEM)
        for day, stage in enumerate(stages, start=1):
            move_deal(deal_id=opened.pk, stage_code=stage, at=NOON + timedelta(days=day), by=SYSTEM)
        return opened

    won = deal(0, "1800.00", "estimate", "proposal", "negotiation")
    change_amount(deal_id=won.pk, amount=Decimal("1979.84"), at=NOON + timedelta(days=7), by=SYSTEM)
    win_without_quote(deal_id=won.pk, reason="Test", at=NOON + timedelta(days=9), by=SYSTEM)
    lost = deal(3, "2640.00", "estimate", "proposal")
    lose_deal(deal_id=lost.pk, reason=LossReason.PRICE, at=NOON + timedelta(days=10), by=SYSTEM)
    deal(4, "1250.00", "estimate")
    return pipeline


def test_the_dashboard_of_march(march: Pipeline) -> None:
    leads = lead_figures(Lead.objects.all())
    assert (leads.received, leads.converted, leads.conversion_pct) == (5, 3, Decimal("60.00"))
    rows = funnel(march.pk, deals=opened_between(MARCH, APRIL))
    assert [row.code for row in rows] == ["qualified", "estimate", "proposal", "negotiation", "won"]
    assert [row.reached for row in rows] == [3, 3, 2, 1, 1]
    assert [str(row.step_pct) for row in rows[1:]] == ["100.00", "66.67", "50.00", "100.00"]
    rate = win_rate(closed_between(MARCH, APRIL))
    assert (rate.by_count_pct, rate.by_value_pct) == (Decimal("50.00"), Decimal("42.86"))
    assert rate.won_amount + rate.lost_amount == Decimal("4619.84")
    assert open_pipeline() == (1, Decimal("1250.00"), Decimal("500.00"))
    loads = {load.code: (load.count, load.amount, load.weighted) for load in stage_loads(march.pk)}
    assert loads["estimate"] == (1, Decimal("1250.00"), Decimal("500.00"))
    assert loads["proposal"] == (0, Decimal("0.00"), Decimal("0.00"))


def test_the_pipeline_as_of_a_moment_is_the_sum_of_its_deals(march: Pipeline) -> None:
    for hours in (-1, 0, 24, 50, 200, 300):
        at = NOON + timedelta(hours=hours)
        open_then = [pk for pk, closed in Deal.objects.values_list("pk", "closed_at") if closed is None or closed > at]
        assert pipeline_value_at(at) == sum(weighted_value(pk, at) for pk in open_then)
    assert pipeline_value_at(APRIL) == open_pipeline()[2]


def test_a_deal_that_skips_a_stage_or_goes_back_reached_what_lies_between() -> None:
    deal = make_deal()
    move_deal(deal_id=deal.pk, stage_code="negotiation", at=NOON, by=SYSTEM)
    move_deal(deal_id=deal.pk, stage_code="qualified", at=NOON, by=SYSTEM)
    assert [row.reached for row in funnel(deal.pipeline_id)] == [1, 1, 1, 1, 0]
    lose_deal(deal_id=deal.pk, reason=LossReason.TIME, at=NOON, by=SYSTEM)
    assert [row.reached for row in funnel(deal.pipeline_id)] == [1, 1, 1, 1, 0]


def test_an_empty_month_has_no_rates() -> None:
    pipeline = make_pipeline()
    assert [row.reached for row in funnel(pipeline.pk)] == [0] * 5
    rate = win_rate(Deal.objects.none())
    assert (rate.by_count_pct, rate.by_value_pct) == (0, 0)
    assert open_pipeline() == (0, 0, 0)


def test_statements_do_not_grow_with_the_deals() -> None:
    counts = []
    for size in (1, 20):
        deals = [make_deal() for _ in range(size)]
        with CaptureQueriesContext(connection) as captured:
            funnel(deals[0].pipeline_id, deals=Deal.objects.all())
            stage_loads(deals[0].pipeline_id)
            pipeline_value_at(NOON)
            open_pipeline()
        counts.append(len(captured))
    assert counts[0] == counts[1] == 6
