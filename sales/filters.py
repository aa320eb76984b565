"""Filters of the lists of sales."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Branch
from core.ui import registers
from core.ui.fields import RecordField
from core.ui.filters import PeopleFilter, PeriodField, PeriodFilter, RecordFilter
from crm.models import Client, Source
from sales.choices import DealStatus, LossReason
from sales.models import Deal, Pipeline, Stage
from sales.selectors import work_list
from sales.selectors.closing import read_closing

STEPS = [
    ("missing", _("None planned")),
    ("late", _("Late")),
    ("planned", _("Planned")),
    ("attention", _("None or late")),
]


class ClosingField(PeriodField):
    """A period in words, or that the day is past, or that none is named."""

    def clean(self, value: Any) -> Any:
        text = forms.CharField.clean(self, value)
        closing = read_closing(text, timezone.localdate()) if text else None
        return (text, closing) if closing else super().clean(value)


class ClosingFilter(PeriodFilter):
    """Deals by the day they are to close, as board and forecast filter them too."""

    field_class = ClosingField

    def filter(self, qs: QuerySet[Deal], value: Any) -> QuerySet[Deal]:
        return value[1].narrow(qs, timezone.localdate()) if value else qs


class OfClientFilter(RecordFilter):
    """A list that is narrowed to one client, who is searched for by name."""

    client = django_filters.ModelChoiceFilter(queryset=Client.objects.none(), label=_("Client"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "client" not in self.filters:
            return
        clients = registers.by_key("crm.client")
        made = RecordField(clients, self.user, label=_("Client"), required=False, empty_label=_("Any"))
        chosen = (self.data or {}).get("client", "")
        made.chosen_id = int(chosen) if str(chosen).isdigit() else None  # type: ignore[attr-defined]
        made.widget.creates = False  # type: ignore[attr-defined]
        self.form.fields["client"] = made


class DealFilter(OfClientFilter):
    status = django_filters.MultipleChoiceFilter(choices=DealStatus.choices, label=_("Status"))
    pipeline = django_filters.ModelMultipleChoiceFilter(
        queryset=Pipeline.objects.filter(is_active=True), label=_("Pipeline")
    )
    stage = django_filters.ModelMultipleChoiceFilter(
        queryset=Stage.objects.filter(is_active=True).select_related("pipeline"), label=_("Stage")
    )
    owner = PeopleFilter(label=_("Owner"))
    step = django_filters.ChoiceFilter(choices=STEPS, method="by_step", label=_("Next step"))
    over_time = django_filters.BooleanFilter(method="by_time", label=_("Too long in its stage"))
    amount = django_filters.RangeFilter(label=_("Amount"))
    expected_close = ClosingFilter(label=_("Closing"))
    opened_at = PeriodFilter(label=_("Opened"))
    closed_at = PeriodFilter(label=_("Closed"))
    lost_reason = django_filters.MultipleChoiceFilter(choices=LossReason.choices, label=_("Reason of loss"))
    source = django_filters.ModelMultipleChoiceFilter(queryset=Source.objects.filter(is_active=True), label=_("Source"))
    branch = django_filters.ModelMultipleChoiceFilter(queryset=Branch.objects.all(), label=_("Branch"))

    class Meta:
        model = Deal
        fields = ()

    def by_step(self, queryset: QuerySet[Deal], _name: str, value: str) -> QuerySet[Deal]:
        now = timezone.now()
        if value == "missing":
            return work_list.without_step(queryset)
        if value == "late":
            return work_list.with_late_step(queryset, now)
        if value == "planned":
            return work_list.with_planned_step(queryset, now)
        return work_list.needing_attention(queryset, now)

    def by_time(self, queryset: QuerySet[Deal], _name: str, value: bool) -> QuerySet[Deal]:
        late = work_list.over_time(queryset, timezone.now())
        return late if value else queryset.exclude(pk__in=late.values("pk"))
