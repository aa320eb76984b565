"""The plan on the screen: planning over running work is asked first, planning twice changes nothing."""

from __future__ import annotations

import pytest
from django.urls import reverse

from production.models import WorkOrder
from production.services.work import start_operation
from tests.factories.core import make_user
from tests.production.screens import Planned, moment

pytestmark = pytest.mark.django_db


class TestPlan(Planned):
    def test_planning_over_running_work_is_asked_first(self, client, lead, order, work):
        start_operation(operation_id=work.operations.first().pk, at=moment(19, 8), by=lead)
        url = reverse("production:plan")
        asked = client.post(url, {"orders": [order.pk]})
        assert asked.status_code == 409
        assert "Plan over work that runs?" in asked.content.decode()
        assert client.post(url, {"orders": [order.pk], "over_running": "1"}).status_code == 302
        one = reverse("production:plan_order", args=[order.pk])
        assert client.post(one).status_code == 409
        assert client.post(one, {"over_running": "1"}).status_code == 302

    def test_planning_what_is_missing_twice_changes_nothing(self, client, lead, order):
        for _again in range(2):
            client.post(reverse("production:plan_order", args=[order.pk]), {"do": "plan"})
        assert WorkOrder.objects.count() == 1

    def test_the_plan_is_for_planners(self, client, order):
        client.force_login(make_user("seller"))
        assert client.get(reverse("production:plan")).status_code == 403
