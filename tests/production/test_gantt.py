"""The week of the work centres over time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from core.actors import SYSTEM
from production.models import CenterSlot
from production.selectors.gantt import Days, week_chart
from production.services.centers import block_center
from tests.factories.core import make_user
from tests.factories.production import Plant, make_plant, make_work_order

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 3, 16)


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def plant() -> Plant:
    return make_plant()


@pytest.fixture
def planned(plant):
    """A work order whose slots are put on Monday from 09:00, and on Tuesday."""
    work = make_work_order(3, plant=plant)
    for number, slot in enumerate(CenterSlot.objects.filter(operation__work_order=work).order_by("pk")):
        day = 16 + number
        CenterSlot.objects.filter(pk=slot.pk).update(period=(moment(day, 9), moment(day, 13, 30)))
    return work


def chart(at: datetime | None = None):
    return week_chart(user=SYSTEM, since=MONDAY, at=at or moment(16, 12))


def test_a_day_is_as_wide_as_another_and_hours_are_shares_of_it():
    days = Days(tuple(date(2026, 3, day) for day in range(16, 21)), 8, 18)
    assert days.at(moment(16, 8)) == 0
    assert days.at(moment(16, 13)) == 10
    assert days.at(moment(17, 8)) == 20
    assert days.at(moment(16, 6)) == 0, "before the hours shown: their edge"
    assert days.at(moment(15, 12)) == 0 and days.at(moment(25, 12)) == 100


def test_bars_lie_where_they_are_planned(planned):
    found = chart()
    bars = [bar for row in found.rows for bar in row.bars if bar.job]
    assert {bar.job.operation.work_order for bar in bars} == {planned}
    first = min(bars, key=lambda bar: bar.x)
    hour = Decimal(20) / (found.axis.last - found.axis.first)
    assert first.x == (hour * (9 - found.axis.first)).quantize(Decimal("0.01"))
    assert abs(first.width - hour * Decimal("4.5")) < Decimal("0.02")
    assert found.now is not None and chart(moment(25, 12)).now is None


def test_a_blocked_time_says_why(plant, client):
    cut = plant.centers["CUT"]
    block_center(
        center_id=cut.pk, starts_at=moment(18, 8), ends_at=moment(18, 12), reason="Service", at=moment(16, 8), by=SYSTEM
    )
    row = next(row for row in chart().rows if row.center == cut)
    assert [bar.job for bar in row.bars if bar.reason == "Service"] == [None]
    client.force_login(make_user("production_lead"))
    with time_machine.travel(moment(16, 9), tick=False):
        assert "Service" in client.get(reverse("production:workorder_gantt")).text


def test_work_in_the_night_and_on_saturday_widens_the_axis(planned):
    slot = CenterSlot.objects.filter(operation__work_order=planned).first()
    CenterSlot.objects.filter(pk=slot.pk).update(period=(moment(21, 5), moment(21, 22, 30)))
    axis = chart().axis
    assert (len(axis.days), axis.first, axis.last) == (6, 5, 23)


def test_the_page_leads_to_the_work_and_other_weeks(planned, client):
    client.force_login(make_user("production_lead"))
    with time_machine.travel(moment(16, 9), tick=False):
        page = client.get(reverse("production:workorder_gantt")).text
        assert reverse("production:workorder_card", args=[planned.pk]) in page
        assert "?week=2026-03-23" in page
        empty = client.get(reverse("production:workorder_gantt"), {"week": "2026-05-04"}).text
    assert planned.number not in empty


def test_statements_do_not_grow(plant, planned, client, django_assert_max_num_queries):
    client.force_login(make_user("production_lead"))
    url = reverse("production:workorder_gantt")
    cut = plant.centers["CUT"]
    for count in (10, 1000):
        CenterSlot.objects.bulk_create(
            CenterSlot(
                center=cut, lane=count + number, period=(moment(17, 9), moment(17, 10)), reason=f"Blocked {number}"
            )
            for number in range(count)
        )
        with time_machine.travel(moment(16, 9), tick=False):
            client.get(url)
            with django_assert_max_num_queries(20):
                client.get(url)
