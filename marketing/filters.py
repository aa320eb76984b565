"""Filters of the list of campaigns."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from core.ui.filters import PeriodFilter, RecordFilter
from crm.choices import SourceChannel
from marketing.choices import CampaignStatus
from marketing.models import Campaign


class CampaignFilter(RecordFilter):
    status = django_filters.MultipleChoiceFilter(choices=CampaignStatus.choices, label=_("Status"))
    channel = django_filters.MultipleChoiceFilter(
        field_name="source__channel", choices=SourceChannel.choices, label=_("Channel")
    )
    starts_on = PeriodFilter(label=_("Starts"))
    ends_on = PeriodFilter(label=_("Ends"))
    budget = django_filters.RangeFilter(label=_("Budget"))

    class Meta:
        model = Campaign
        fields = ()
