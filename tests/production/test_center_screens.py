"""Work centres on the screen: blocked time and the number of places."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from production.models import CenterSlot
from tests.factories.production import make_center
from tests.production.screens import moment, page

pytestmark = pytest.mark.django_db


class TestCenters:
    def test_time_is_blocked_and_given_back_twice(self, client, lead):
        center = make_center("PRESS")
        data = {"starts_at": "2026-03-20T08:00", "ends_at": "2026-03-20T12:00", "reason": "Service", "key": "k"}
        for _again in range(2):
            client.post(reverse("production:center_block", args=[center.pk]), data)
        slot = CenterSlot.objects.get()
        with time_machine.travel(moment(19, 8), tick=False):
            assert "Service" in page(client, "center_card", center.pk)
        for _again in range(2):
            client.post(reverse("production:center_unblock", args=[slot.pk]))
        assert not CenterSlot.objects.exists()

    def test_an_end_before_the_beginning_is_said(self, client, lead):
        url = reverse("production:center_block", args=[make_center().pk])
        data = {"starts_at": "2026-03-20T08:00", "ends_at": "2026-03-19T12:00", "reason": "Service"}
        assert client.post(url, data).status_code == 422

    def test_fewer_places_than_are_planned_are_refused(self, client, lead, plant):
        center = make_center(capacity=2)
        later = datetime.now(UTC) + timedelta(days=3)
        CenterSlot.objects.create(center=center, lane=2, period=(later, later + timedelta(hours=1)), reason="Kept")
        url = reverse("production:center_edit", args=[center.pk])
        data = {
            "name": center.name, "code": center.code, "branch": center.branch_id, "calendar": center.calendar_id,
            "capacity": 1, "rate_per_hour": "36", "is_active": "on", "version": center.version,
        }  # fmt: skip
        answer = client.post(url, data)
        assert answer.status_code == 409
        assert "jobs at once" in answer.content.decode()
