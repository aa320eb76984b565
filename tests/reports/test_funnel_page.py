"""The funnel on the screen: the drawing and the table tell of the pipeline that was asked for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from tests.factories.core import make_user
from tests.factories.sales import make_deal, make_pipeline

pytestmark = pytest.mark.django_db
MARCH = datetime(2026, 3, 5, 9, tzinfo=UTC)


@pytest.fixture
def pipelines(client):
    client.force_login(make_user("director"))
    main, other = make_pipeline(), make_pipeline(code="service", is_default=False)
    make_deal(at=MARCH)
    for _number in range(3):
        make_deal(at=MARCH, pipeline_code=other.code)
    return main, other


@pytest.mark.parametrize(("place", "deals"), [(0, 1), (1, 3)])
def test_the_drawing_shows_what_the_table_adds_up(client, pipelines, place, deals):
    page = client.get(reverse("reports:funnel"), {"period": "2026-03", "pipeline": pipelines[place].pk})
    chart, table = page.context["chart"], page.context["table"]
    totals = [field.total for field in table.fields[1:-1]]
    assert totals[0] == deals
    assert list(chart.series[0].values)[-len(totals) :] == totals


@pytest.mark.parametrize(
    ("place", "words"), [(0, "The one deal opened was not won."), (1, "Of 3 deals opened, 0 were won.")]
)
def test_the_finding_speaks_of_one_deal_as_of_one(client, pipelines, place, words):
    page = client.get(reverse("reports:funnel"), {"period": "2026-03", "pipeline": pipelines[place].pk})
    assert page.context["chart"].finding.startswith(words)


def test_where_open_deals_stand_is_read_once(client, pipelines, django_assert_max_num_queries):
    asked = {"period": "2026-03", "mode": "stage", "pipeline": pipelines[1].pk}
    client.get(reverse("reports:funnel"), asked)
    with django_assert_max_num_queries(9):
        page = client.get(reverse("reports:funnel"), asked)
    assert sum(row.deals for row in page.context["table"].rows) in (0, 3)  # none where March is over
