"""Where deals were lost, and how far the deals of each month came: read from the history, each in one statement."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from core.actors import SYSTEM
from crm.models import Lead
from reports.indicators import Params
from reports.selectors.cohorts import cohorts
from reports.selectors.losses import Loss, losses
from sales.models import Deal, StageChange
from sales.services.deals import change_amount, lose_deal, move_deal
from tests.factories.sales import make_deal, make_pipeline

pytestmark = pytest.mark.django_db

OPENED, CLOSED = datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 3, 20, 12, tzinfo=UTC)
MARCH = Params(date(2026, 3, 1), date(2026, 3, 31))


def lost(*, stage: str = "", reason: str = "price", at: datetime = CLOSED, amount: Any = 100, **fields: Any) -> Deal:
    """A deal that stood in `stage` when it was lost."""
    deal = make_deal(amount=amount, at=OPENED, **fields)
    if stage:
        move_deal(deal_id=deal.pk, stage_code=stage, at=OPENED + timedelta(days=1), by=SYSTEM)
    return lose_deal(deal_id=deal.pk, reason=reason, at=at, by=SYSTEM)


def test_losses_tell_the_stage_left_and_the_reason() -> None:
    lost(stage="proposal", amount=100)
    deal = make_deal(amount=100, at=OPENED)
    move_deal(deal_id=deal.pk, stage_code="proposal", at=OPENED, by=SYSTEM)
    change_amount(deal_id=deal.pk, amount=Decimal(250), at=OPENED + timedelta(days=2), by=SYSTEM)
    lose_deal(deal_id=deal.pk, reason="price", at=CLOSED, by=SYSTEM)
    lost(amount=40)
    lost(amount=30, reason="time")
    lost(at=CLOSED + timedelta(days=30))  # in April
    make_deal(at=OPENED)  # open
    other = make_pipeline(code="other", is_default=False)
    lost(pipeline_code=other.code, amount=5)

    main = Params(MARCH.first, MARCH.last, pipeline_id=make_pipeline().pk, in_zone=ZoneInfo("UTC"))
    with CaptureQueriesContext(connection) as asked:
        found = losses(main)
    assert len(asked) == 1
    assert (
        found
        == losses(MARCH)
        == [
            Loss("Proposal", "Price", 2, Decimal(350)),
            Loss("Qualified", "Price", 1, Decimal(40)),
            Loss("Qualified", "Delivery time", 1, Decimal(30)),
        ]
    )
    assert [(row.stage, row.deals) for row in losses(Params(MARCH.first, MARCH.last, pipeline_id=other.pk))] == [
        ("Qualified", 1)
    ]


def test_a_month_begins_where_the_reader_is() -> None:
    """Opened at eleven at night on the last of March in London, which is April in Tokyo."""
    deal = make_deal(at=datetime(2026, 3, 31, 23, tzinfo=UTC))
    move_deal(deal_id=deal.pk, stage_code="estimate", at=datetime(2026, 4, 1, 9, tzinfo=UTC), by=SYSTEM)
    months = {
        zone: [
            (row.month, row.reached) for row in cohorts(Params(date(2026, 3, 1), date(2026, 4, 30), in_zone=zone))[1]
        ]
        for zone in (ZoneInfo("UTC"), ZoneInfo("Asia/Tokyo"))
    }
    assert months == {
        ZoneInfo("UTC"): [(date(2026, 3, 1), (1, 1, 0, 0, 0))],
        ZoneInfo("Asia/Tokyo"): [(date(2026, 4, 1), (1, 1, 0, 0, 0))],
    }


def planned(sql: str, values: Any) -> str:
    """How PostgreSQL would answer on tables too large to be read through."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {sql}", values)
        return "\n".join(row[0] for row in cursor.fetchall())


def test_leads_of_a_period_and_changes_of_stages_are_counted_in_indexes_alone() -> None:
    leads = Lead.objects.visible_to(SYSTEM).filter(received_at__gte=OPENED, received_at__lt=CLOSED, binned_at=None)
    assert "Index Only Scan using lead_newest_first" in planned(*leads.values("pk").order_by().query.sql_with_params())

    deal = make_deal(at=OPENED)
    # Of all deals: those of one deal would be found by the deal as well.
    changes = StageChange.objects.filter(to_stage=deal.stage_id)
    stage = changes.values("to_stage").annotate(n=Count("deal", distinct=True))
    plan = planned(*stage.order_by().query.sql_with_params())
    assert "Index Only Scan using stage_change_reached" in plan, plan
