"""What the tests of production's screens share: moments of the main job, pages as words, the planned order."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from sales.models import SalesOrder
from tests.factories.production import Plant

D = Decimal
LEAD, COST_BLIND = "production_lead", ("seller", "head_of_sales", "purchaser", "storekeeper", "operator")


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


class Planned:
    """For classes all of whose tests want the planned order: it is planned once for them."""

    @pytest.fixture
    def plant(self, planned, db) -> Plant:
        return deepcopy(planned[0])

    @pytest.fixture
    def order(self, planned, db) -> SalesOrder:
        return SalesOrder.objects.get(pk=planned[1].pk)


def page(client, name, *args, **query) -> str:
    answer = client.get(reverse(f"production:{name}", args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", strip_tags(html))
