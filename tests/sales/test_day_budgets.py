"""The pages a day of selling begins with take as many statements for ten deals as for a thousand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from core.ui.shell import address
from crm.services.tasks import create_task
from sales.models import Deal
from tests.factories.core import make_team, make_user
from tests.factories.sales import make_deal
from tests.ui.counting import assert_constant

pytestmark = pytest.mark.django_db


def test_my_day_team_and_plans(client):
    head, seller = make_user("head_of_sales"), make_user("seller")
    make_team(head, seller, leader=head)
    first = make_deal(amount=1000)
    client.force_login(head)

    def more(count: int) -> None:
        made = Deal.objects.bulk_create(
            Deal(
                name=f"Deal {n}", organization_id=first.organization_id, branch_id=first.branch_id, amount=100,
                client_id=first.client_id, pipeline_id=first.pipeline_id, stage_id=first.stage_id, probability=10,
                currency_id=first.currency_id, opened_at=first.opened_at, owner=(head, seller)[n % 2],
            )
            for n in range(count)
        )  # fmt: skip
        for number, deal in enumerate(made[:20]):
            due = timezone.now() + timedelta(hours=number - 5)
            create_task(title=f"Call {number}", assignee_id=head.pk, links=[deal], due_at=due, by=SYSTEM)

    names = {"sales:my_day": 40, "sales:team_board": 36, "reports:plan_list": 28}
    assert_constant(client, {address(name): most for name, most in names.items() if address(name)}, more)
    assert all(reverse(name) for name in names)
