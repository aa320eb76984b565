"""The dashboard reads its figures together: they are those of the indicators, for a constant number of statements."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.access.scope import ALL
from reports.dashboard.figures import BEFORE, NOW
from reports.dashboard.frame import Frame
from reports.dashboard.tiles import AS_OF, OF_PERIOD
from reports.indicators import indicator
from reports.periods import Days
from reports.services.plans import set_plan
from sales.models import Deal
from tests.factories.core import make_user
from tests.reports.conftest import FIRST, LAST

pytestmark = pytest.mark.django_db

CODES = [code for code, *_rest in (*OF_PERIOD, *AS_OF)]


def frame_of(first: date, last: date, compare: str = "before") -> Frame:
    return Frame(make_user("director"), Days(first, last, last), last, ALL, compare)


@pytest.mark.parametrize(
    ("first", "last"), [(FIRST, LAST), (FIRST, FIRST + timedelta(days=12)), (date(2025, 1, 1), date(2025, 1, 31))]
)
def test_each_figure_is_that_of_its_indicator(month, first, last):
    frame = frame_of(first, last)
    for code in CODES:
        assert frame.figures.value(code) == indicator(code).value_for(frame.params), code
    for code, *_rest in OF_PERIOD:
        assert frame.figures.value(code, BEFORE) == indicator(code).value_for(frame.before), code
    assert frame.figures.value("win_rate_value") == indicator("win_rate_value").value_for(frame.params)


def test_periods_that_overlap_count_in_both(month):
    frame = frame_of(FIRST - timedelta(days=500), LAST, "year")
    for side, params in ((NOW, frame.params), (BEFORE, frame.before)):
        for code in ("won_amount", "lead_conversion", "shipped_amount", "installed_on_time"):
            assert frame.figures.value(code, side) == indicator(code).value_for(params), (side, code)


def test_targets_are_added_up_by_figure_by_person_and_by_month(month):
    head, seller = make_user("director"), make_user("seller")
    for number, target in ((2, 500), (3, 800), (4, 900)):
        at = date(2026, number, 1)
        set_plan(person_id=seller.pk, indicator="won_amount", month=at, target=Decimal(target), by=head)
    frame = frame_of(FIRST, LAST)
    assert frame.figures.targets_by_code() == {"won_amount": Decimal(800)}
    assert frame.figures.targets_by_person("won_amount") == {seller.pk: Decimal(800)}
    assert frame.figures.targets_by_month(2026, "won_amount") == {2: 500, 3: 800, 4: 900}


def test_statements_do_not_grow(month, client):
    client.force_login(make_user("director"))
    page = reverse("reports:dashboard")
    asked = {"since": FIRST.isoformat(), "until": LAST.isoformat()}
    first = Deal.objects.filter(status="won").first()
    counts = []
    for more in (10, 990):
        Deal.objects.bulk_create(
            Deal(
                name=f"Deal {more}-{n}", client=first.client, branch=first.branch, organization=first.organization,
                pipeline=first.pipeline, stage=first.stage, owner=first.owner, amount=100, status="won",
                currency=first.currency, opened_at=first.opened_at, closed_at=first.closed_at,
                probability=first.probability,
            )
            for n in range(more)
        )  # fmt: skip
        client.get(page, asked)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(page, asked).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert counts[0] < 40
