"""Campaigns for the matrix: they belong to nobody."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from marketing.models import Campaign
from tests.authz.objects import BUILDERS, OWNERLESS, by, targets
from tests.factories.crm import make_source


def _campaign(world: Any, owner: Any) -> Campaign:
    name = uuid4().hex[:12]
    return Campaign.objects.create(code=name, name=name, source=make_source())


BUILDERS["marketing.campaign"] = _campaign
OWNERLESS.add("marketing.campaign")
targets("marketing:campaign_cost")(by("marketing.campaign"))
targets("marketing:campaign_status")(by("marketing.campaign", status="running"))
