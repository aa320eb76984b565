"""Statements of lists and boards do not grow with the work."""

from __future__ import annotations

import pytest
import time_machine

from production.models import Operation, WorkOrder
from tests.factories.production import CONFIRMED
from tests.production.screens import moment, page

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


class TestBudgets:
    """Statements do not grow with the work."""

    @pytest.fixture
    def many(self, plant, work):
        def fill(count: int) -> None:
            works = [
                WorkOrder(
                    organization=work.organization, branch=work.branch, warehouse=work.warehouse,
                    number=f"WO-X-{number}", item=work.item, qty=1, bom=work.bom, planned_at=CONFIRMED,
                    starts_at=moment(16, 9), ends_at=moment(16, 10), order_line=work.order_line,
                )
                for number in range(count)
            ]  # fmt: skip
            made = WorkOrder.objects.bulk_create(works)
            Operation.objects.bulk_create(
                Operation(
                    work_order=one, sequence=10, center=plant.centers["CUT"], minutes=5, starts_at=one.starts_at,
                    ends_at=one.ends_at,
                )
                for one in made
            )  # fmt: skip

        return fill

    @pytest.mark.parametrize("count", [10, 1000])
    @pytest.mark.parametrize(
        ("name", "most"), [("workorder_list", 22), ("workorder_board", 28), ("center_list", 24), ("plan", 48)]
    )
    def test_lists_and_boards(self, client, lead, many, django_assert_max_num_queries, count, name, most):
        many(count)
        with time_machine.travel(moment(16, 9), tick=False):
            page(client, name)
            with django_assert_max_num_queries(most):
                page(client, name)
