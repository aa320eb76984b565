"""The list of campaigns takes as many statements for ten as for a thousand."""

from __future__ import annotations

import pytest
from django.urls import reverse

from crm.models import Source
from marketing.models import Campaign
from tests.factories.core import make_user, serial
from tests.ui.counting import assert_constant

pytestmark = pytest.mark.django_db


def test_campaigns(client):
    client.force_login(make_user(roles=["marketer", "director"]))

    def more(count: int) -> None:
        sources = Source.objects.bulk_create(Source(code=f"source-{serial()}", name="Source") for _one in range(count))
        Campaign.objects.bulk_create(Campaign(code=f"C-{one.pk}", name="Campaign", source=one) for one in sources)

    assert_constant(client, {reverse("marketing:campaign_list"): 34}, more)
