"""Entries of the sidebar that belong to marketing."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.ui import navigation
from core.ui.navigation import Entry
from marketing.choices import CampaignStatus
from marketing.models import Campaign


def running(user: Any) -> int | None:
    return Campaign.objects.visible_to(user).filter(status=CampaignStatus.RUNNING).count() or None


navigation.add(
    Entry(
        _("Campaigns"), "speakerphone", "marketing:campaign_list", "grow", 20, action="marketing.view_campaign",
        counter=running, counter_seconds=30, first_for=("marketer",))
)  # fmt: skip
