"""Lists and calendar of visits take as many statements for ten rows as for a thousand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from support.models import InstallationVisit
from tests.factories.core import make_user, serial
from tests.factories.support import make_visit
from tests.ui.counting import assert_constant

pytestmark = pytest.mark.django_db


def test_visits(client):
    client.force_login(make_user("production_lead"))
    first, now = make_visit(), timezone.now()

    def more(count: int) -> None:
        InstallationVisit.objects.bulk_create(
            InstallationVisit(
                order=first.order, branch=first.branch, warehouse=first.warehouse, number=f"IV-B-{serial()}",
                crew=f"Crew {serial()}", slot=(now, now + timedelta(hours=2)), status="done", done_at=now,
            )
            for _one in range(count)
        )  # fmt: skip

    pages = {"visit_list": 26, "visit_calendar": 24}
    assert_constant(client, {reverse(f"support:{name}"): most for name, most in pages.items()}, more)
